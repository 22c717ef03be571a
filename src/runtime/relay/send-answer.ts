import type { SendAnswer } from './ports';

interface SendMessageBatchAnswer {
  readonly Successful?: readonly { readonly Id: string }[];
  readonly Failed?: readonly { readonly Id: string; readonly Code?: string }[];
}

/** Nothing failed, and all that is said of the messages is plain strings, as SQS says it. */
const ALL_TAKEN = /^\{(?:"Failed":\[\],)?"Successful":\[(?:\{(?:"\w+":"[^"\\]*",?)+\},?)+\](?:,"Failed":\[\])?\}$/;
const ID = '"Id":"';

/** The answer to SendMessageBatch. Making objects of forty strings, for ten that matter, would take longer than to sign the next request. */
export function readSendAnswer(text: string): SendAnswer {
  if (ALL_TAKEN.test(text)) return { accepted: ids(text), failed: [] };
  const { Successful = [], Failed = [] } = JSON.parse(text) as SendMessageBatchAnswer;
  return { accepted: Successful.map(({ Id }) => Id), failed: Failed.map(({ Id, Code }) => ({ id: Id, code: Code ?? 'Failed' })) };
}

/** In a string the first quotation mark would have a backslash before it. */
function ids(text: string): string[] {
  const found: string[] = [];
  for (let at = text.indexOf(ID); at >= 0; at = text.indexOf(ID, at)) {
    const begin = at + ID.length;
    at = text.indexOf('"', begin);
    found.push(text.slice(begin, at));
  }
  return found;
}
