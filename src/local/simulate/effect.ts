import { EFFECTS_TABLE } from './world';
import type { CommitWrite } from '../../runtime/change/context';

/** What a simulated handler commits: it counts, so that a change which is applied twice shows. */
export function effect(id: string): CommitWrite {
  return {
    Update: {
      TableName: EFFECTS_TABLE,
      Key: { id },
      UpdateExpression: 'SET n = if_not_exists(n, :zero) + :one',
      ExpressionAttributeValues: { ':zero': 0, ':one': 1 },
    },
  };
}
