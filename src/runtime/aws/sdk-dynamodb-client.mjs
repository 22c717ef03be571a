/** All that the runtime takes from AWS's client of DynamoDB: this file is bundled by itself (see scripts/bundle.ts). */
export { DynamoDBClient, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb';
export { DynamoDBDocumentClient, UpdateCommand } from '@aws-sdk/lib-dynamodb';
