import { readAll } from '../../../scripts/demo/documents';
import { ScenarioStage } from '../../../scripts/demo/scenario';
import type { Post } from '../handlers/post';

/** What moderation has left in its tables. */
export interface StoredModeration {
  readonly posts: ReadonlyMap<string, Post>;
  /** Texts that were judged, by post. */
  readonly decisions: ReadonlyMap<string, readonly number[]>;
  /** The text a person has to look at, by post. */
  readonly reviews: ReadonlyMap<string, number>;
  /** The post of each change in the failure store. */
  readonly failures: readonly string[];
}

interface Row {
  readonly postId: string;
  readonly revision: number;
}

export async function readStored({ documents, outputs, storedKeys }: ScenarioStage): Promise<StoredModeration> {
  const posts = await readAll<Post>(documents, outputs.PostsTable);
  const decisions = new Map<string, number[]>();
  for (const { postId, revision } of await readAll<Row>(documents, outputs.DecisionsTable)) {
    decisions.set(postId, [...decisions.get(postId) ?? [], revision]);
  }
  const reviews = await readAll<Row>(documents, outputs.ReviewsTable);
  return {
    posts: new Map(posts.map((post) => [post.postId, post])),
    decisions,
    reviews: new Map(reviews.map(({ postId, revision }) => [postId, revision])),
    failures: await storedKeys(outputs.FailureBucket),
  };
}
