import * as fc from 'fast-check';
import { Answer, ResponseReader } from '../../../../src/runtime/aws/http/response';

const DATE = 'Wed, 25 Nov 2026 21:00:00 GMT';

/** How a server may tell where its answer ends. */
const framings = {
  length: (body: Buffer) => [`content-length: ${body.length}\r\n\r\n`, body],
  chunks: (body: Buffer, sizes: readonly number[]) => {
    const parts: (string | Buffer)[] = ['Transfer-Encoding: chunked\r\n\r\n'];
    for (let at = 0, turn = 0; at < body.length; turn += 1) {
      const chunk = body.subarray(at, at + sizes[turn % sizes.length]);
      parts.push(`${chunk.length.toString(16)}${turn % 2 === 0 ? '' : ';extension=1'}\r\n`, chunk, '\r\n');
      at += chunk.length;
    }
    return [...parts, '0\r\n', sizes.length % 2 === 0 ? '' : 'x-trailer: 1\r\n', '\r\n'];
  },
  close: (body: Buffer) => ['\r\n', body],
};

interface Case {
  readonly framing: keyof typeof framings;
  readonly status: number;
  readonly body: Buffer;
  readonly sizes: readonly number[];
  readonly isContinued: boolean;
  readonly isClosing: boolean;
}

const cases: fc.Arbitrary<Case> = fc.record({
  framing: fc.constantFrom('length', 'chunks', 'close'),
  status: fc.constantFrom(200, 400, 403, 500, 503),
  body: fc.string({ unit: 'grapheme', maxLength: 300 }).map((text) => Buffer.from(text)),
  sizes: fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1, maxLength: 4 }),
  isContinued: fc.boolean(),
  isClosing: fc.boolean(),
});

function bytesOf({ framing, status, body, sizes, isContinued, isClosing }: Case): Buffer {
  const head = `${isContinued ? 'HTTP/1.1 100 Continue\r\n\r\n' : ''}HTTP/1.1 ${status} Reason\r\nDate: ${DATE}\r\nx-other:\r\n${isClosing ? 'Connection: close\r\n' : ''}`;
  return Buffer.concat([head, ...framings[framing](body, sizes)].map((part) => Buffer.from(part)));
}

/** Hands the bytes over in pieces that end where said. */
function feed(reader: ResponseReader, bytes: Buffer, ends: readonly number[]): Answer | undefined {
  const cuts = [...new Set(ends.map((end) => end % bytes.length))].sort((a, b) => a - b);
  let answer: Answer | undefined;
  for (const [index, start] of [0, ...cuts].entries()) {
    expect(answer).toBeUndefined();
    const piece = Buffer.from(bytes.subarray(start, cuts[index] ?? bytes.length));
    if (piece.length > 0) answer = reader.read(piece);
    // All connections read into the same bytes.
    piece.fill('?');
  }
  return answer;
}

test('an answer is read the same in whatever pieces it comes, and is complete with its last byte', () => {
  fc.assert(fc.property(cases, fc.array(fc.nat({ max: 5_000 }), { maxLength: 12 }), (one, ends) => {
    const reader = new ResponseReader();
    const answer = feed(reader, bytesOf(one), ends);
    const expected = { status: one.status, date: DATE, text: one.body.toString() };
    if (one.framing === 'close') expect(answer).toBeUndefined();
    expect(answer ?? reader.end()).toEqual(expected);
    expect(reader.isReusable).toBe(one.framing !== 'close' && !one.isClosing);
  }), { numRuns: 2_000 });
});

test('an answer that ends before it says is none', () => {
  fc.assert(fc.property(cases.filter(({ framing }) => framing !== 'close'), fc.nat(), (one, end) => {
    const bytes = bytesOf(one);
    const reader = new ResponseReader();
    expect(reader.read(bytes.subarray(0, 1 + end % (bytes.length - 1)))).toBeUndefined();
    expect(reader.end()).toBeUndefined();
    expect(reader.isReusable).toBe(false);
  }), { numRuns: 1_000 });
});

test('what comes behind an answer is not read, and nothing else goes over its connection', () => {
  fc.assert(fc.property(cases.filter(({ framing }) => framing !== 'close'), fc.uint8Array({ minLength: 1, maxLength: 50 }), (one, more) => {
    const reader = new ResponseReader();
    expect(reader.read(Buffer.concat([bytesOf(one), more]))?.text).toBe(one.body.toString());
    expect(reader.isReusable).toBe(false);
  }));
});
