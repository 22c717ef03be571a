import type { SharedRequest } from './send-request';

/** Text of a message, made once and sent to any number of queues. */
export class MessageBody {
  /** As SQS counts it. */
  public readonly bytes: number;
  /** The last request that began with this message, for the queues after that one. */
  public request?: SharedRequest;
  private quotedText?: string;

  public constructor(public readonly text: string) {
    this.bytes = Buffer.byteLength(text);
  }

  public get isAscii(): boolean {
    return this.bytes === this.text.length;
  }

  /** The text as a JSON string, as it stands in a request. */
  public get quoted(): string {
    return (this.quotedText ??= JSON.stringify(this.text));
  }
}

/** The only characters that JSON leaves as they are and SQS refuses. */
const REFUSED = /[\uFFFE\uFFFF]/g;

/** JSON that SQS takes, whatever the strings in it hold. */
export function messageJson(value: unknown): string {
  const json = JSON.stringify(value);
  return json.includes('\uFFFE') || json.includes('\uFFFF')
    ? json.replace(REFUSED, (character) => `\\u${character.charCodeAt(0).toString(16)}`)
    : json;
}
