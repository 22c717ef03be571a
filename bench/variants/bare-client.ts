/** The least any function that uses DynamoDB pays: it makes the client and does nothing. */

import { DynamoDBClient } from '@aws-sdk/client-dynamodb';

export const client = new DynamoDBClient({});
