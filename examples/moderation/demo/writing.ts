import { derivedSeed, Rng } from '../../../src/local/simulate/random';
import type { Decision } from '../handlers/post';

/** One text, and when it is written. */
export interface Writing {
  /** Milliseconds from the start. */
  readonly at: number;
  readonly postId: string;
  readonly author: string;
  /** 1 is the post, what follows are edits. */
  readonly revision: number;
  readonly text: string;
  /** What a moderator in their right mind says of it. */
  readonly decision: Decision;
}

export interface WritingPlan {
  readonly seed: number;
  readonly posts: number;
  readonly edits: number;
  /** Over how long the writing goes on. */
  readonly spanMillis: number;
}

/** No model makes anything of a text with this word. */
export const POISON_WORD = 'qwrtzxy';
/** The post whose text has it; it is written first and never edited, or its attempts would wait for the outage to end. */
export const POISON_POST = 'post-0007';

const PHRASES: { readonly [decision in Decision]: readonly string[] } = {
  APPROVE: ['The bakery at the corner opens at six now', 'Found a blue glove on the swings', 'Thank you all for shovelling the stairs', 'Who has a ladder to lend on Sunday?'],
  REJECT: ['Genuine watches, half price, order today', 'You are idiots, all of you', 'Click here to earn from home'],
  UNCLEAR: ['You know very well what you did', 'Somebody should do something about number twelve'],
};
/** People who correct their typing leave so much time between two edits. */
const EDIT_MILLIS = { min: 5, max: 80 } as const;
const LONGEST_BURST = 10;

/** Posts and edits, most of them in bursts of a few posts, in the order in which they are written. */
export function makeWritings({ seed, posts, edits, spanMillis }: WritingPlan): Writing[] {
  const random = new Rng(derivedSeed(seed, 0));
  const times = Array.from({ length: posts }, (_, post) => [idOf(post) === POISON_POST ? 0 : random.int(0, spanMillis / 2)]);
  for (let left = edits; left > 0;) {
    // Every fifth post is an eager writer's.
    const post = random.chance(0.7) ? random.int(0, Math.floor((posts - 1) / 5)) * 5 : random.int(0, posts - 1);
    if (idOf(post) === POISON_POST) continue;
    let at = random.int(times[post][0], spanMillis);
    for (let burst = Math.min(left, random.int(1, LONGEST_BURST)); burst > 0; burst -= 1, left -= 1) {
      at += random.int(EDIT_MILLIS.min, EDIT_MILLIS.max);
      times[post].push(at);
    }
  }
  return times.flatMap((moments, post) => textsOf(post, moments.sort((one, other) => one - other), random)).sort((one, other) => one.at - other.at);
}

function textsOf(post: number, moments: readonly number[], random: Rng): Writing[] {
  const postId = idOf(post);
  return moments.map((at, index) => {
    const decision = random.pick<Decision>(['APPROVE', 'APPROVE', 'APPROVE', 'REJECT', 'UNCLEAR']);
    const isPoison = postId === POISON_POST;
    const text = `${random.pick(PHRASES[decision])} [${postId}/${index + 1}]${isPoison ? ` ${POISON_WORD}` : ''}`;
    return { at, postId, author: `neighbour-${post % 40}`, revision: index + 1, text, decision };
  });
}

function idOf(post: number): string {
  return `post-${String(post).padStart(4, '0')}`;
}

/** Post and revision of a text, as they stand in it. */
export function placeOf(text: string): { readonly postId: string; readonly revision: number } {
  const [, postId, revision] = /\[(.+)\/(\d+)\]/.exec(text)!;
  return { postId, revision: Number(revision) };
}
