/** What somebody wrote, and what moderation made of it. */
export interface Post {
  readonly postId: string;
  readonly author: string;
  readonly text: string;
  /** Counts the texts: 1 for the first, one more for each edit. */
  readonly revision: number;
  readonly visibility?: Visibility;
  /** The latest verdict, and the text it is for. */
  readonly moderation?: Verdict & { readonly revision: number };
  /** How many verdicts there have been. */
  readonly moderations?: number;
}

export type Visibility = 'SHOWN' | 'HIDDEN' | 'HELD';

export type Decision = 'APPROVE' | 'REJECT' | 'UNCLEAR';

export interface Verdict {
  readonly decision: Decision;
  /** A sentence for the author, and for the person who looks at unclear cases. */
  readonly reason: string;
}

/** What is rejected is hidden; what is unclear is held until a person has looked at it. */
export const VISIBILITY: { readonly [decision in Decision]: Visibility } = { APPROVE: 'SHOWN', REJECT: 'HIDDEN', UNCLEAR: 'HELD' };
