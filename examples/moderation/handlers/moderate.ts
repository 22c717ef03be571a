import { modelOfEnvironment } from './model-of-environment';
import { Post, Verdict, VISIBILITY } from './post';
import { askForVerdict, readVerdict } from './verdict';
import type { Change, ChangeContext, CommitWrite } from 'cdk-dynamodb-cdc/runtime';

const model = modelOfEnvironment();

/** Has a language model judge a post's text. The verdict is stored once, beside the text it is for and only if that still stands. */
export const onChange = async ({ newImage: post }: Change<Post>, context: ChangeContext): Promise<void> => {
  if (post === undefined) return;
  const question = askForVerdict(post, process.env.MODEL_ID!, context.idempotencyKey);
  const answer = await (await model).converse(question, { abortSignal: context.signal });
  try {
    await context.commit(writes(post, readVerdict(answer)));
  } catch (error) {
    // The author was faster: this text is gone, and the new one comes as a change of its own.
    if ((error as Error).name !== 'CommitConditionError') throw error;
    context.logger.info('the text was edited meanwhile; its verdict is dropped');
  }
};

function writes({ postId, revision }: Post, verdict: Verdict): CommitWrite[] {
  const isUnclear = verdict.decision === 'UNCLEAR';
  return [
    {
      Update: {
        TableName: process.env.POSTS_TABLE!,
        Key: { postId },
        UpdateExpression: 'SET moderation = :moderation, visibility = :visibility, moderations = if_not_exists(moderations, :zero) + :one',
        ConditionExpression: 'revision = :revision',
        ExpressionAttributeValues: {
          ':moderation': { ...verdict, revision }, ':visibility': VISIBILITY[verdict.decision], ':revision': revision, ':zero': 0, ':one': 1,
        },
      },
    },
    // Whoever asks why a post was hidden finds the answer here, whatever became of the post.
    { Put: { TableName: process.env.DECISIONS_TABLE!, Item: { postId, revision, ...verdict } } },
    isUnclear
      ? { Put: { TableName: process.env.REVIEWS_TABLE!, Item: { postId, revision, reason: verdict.reason } } }
      : { Delete: { TableName: process.env.REVIEWS_TABLE!, Key: { postId } } },
  ];
}
