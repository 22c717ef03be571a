import { DynamoDBDocument } from '@aws-sdk/lib-dynamodb';

/** All items of a table. */
export async function readAll<T>(documents: DynamoDBDocument, TableName: string): Promise<T[]> {
  const items: T[] = [];
  let ExclusiveStartKey: Record<string, unknown> | undefined;
  do {
    const page = await documents.scan({ TableName, ConsistentRead: true, ExclusiveStartKey });
    items.push(...(page.Items ?? []) as T[]);
    ExclusiveStartKey = page.LastEvaluatedKey;
  } while (ExclusiveStartKey);
  return items;
}

/** Writes items in requests of 25, and again what a request left. Reports each item written. */
export async function writeAll(
  documents: DynamoDBDocument, table: string, items: readonly object[], written: (count: number) => void,
): Promise<void> {
  for (let start = 0; start < items.length; start += 25) {
    let left = items.slice(start, start + 25).map((Item) => ({ PutRequest: { Item } }));
    while (left.length > 0) {
      const { UnprocessedItems } = await documents.batchWrite({ RequestItems: { [table]: left } });
      const unprocessed = (UnprocessedItems?.[table] ?? []) as typeof left;
      written(left.length - unprocessed.length);
      left = unprocessed;
    }
  }
}
