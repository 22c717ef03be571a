// Writes what the quick start's filter takes and what it leaves, with nothing but Node.js.
const call = async (operation, body) => {
  const response = await fetch(process.env.AWS_ENDPOINT_URL, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': `DynamoDB_20120810.${operation}`,
      'authorization': `AWS4-HMAC-SHA256 Credential=test/20260101/${process.env.AWS_REGION}/dynamodb/aws4_request, SignedHeaders=host, Signature=none`,
    },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${operation}: ${response.status} ${await response.text()}`);
  return response.json();
};

const { TableNames } = await call('ListTables', {});
const TableName = TableNames.find((name) => name.includes('OrdersTable'));
if (!TableName) throw new Error(`no table of orders among ${TableNames}`);
for (const [orderId, amount] of [['small', '10'], ['large', '5000'], ['exact', '1000']]) {
  await call('PutItem', { TableName, Item: { orderId: { S: orderId }, amount: { N: amount } } });
}
