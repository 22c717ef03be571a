import { HttpProtocolError, ResponseReader } from '../../../../src/runtime/aws/http/response';

const read = (text: string) => new ResponseReader().read(Buffer.from(text, 'latin1'));

test.each([
  ['is no HTTP', 'SSH-2.0-OpenSSH_9.2\r\n\r\n'],
  ['is of another version', 'HTTP/2 200 OK\r\n\r\n'],
  ['has no status', 'HTTP/1.1 OK\r\n\r\n'],
  ['changes protocols', 'HTTP/1.1 101 Switching Protocols\r\n\r\n'],
  ['has a length that is no number', 'HTTP/1.1 200 OK\r\ncontent-length: ten\r\n\r\n'],
  ['has a negative length', 'HTTP/1.1 200 OK\r\ncontent-length: -1\r\n\r\n'],
  ['has two lengths', 'HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab'],
  ['has a length and chunks', 'HTTP/1.1 200 OK\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n'],
  ['has an encoding that nobody asked for', 'HTTP/1.1 200 OK\r\ntransfer-encoding: gzip, chunked\r\n\r\n'],
  ['is chunked twice', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\ntransfer-encoding: chunked\r\n\r\n'],
  ['has a chunk without a size', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n'],
  ['has a chunk longer than its size', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\r\nab\r\n'],
  ['has a header without a name', 'HTTP/1.1 200 OK\r\n: value\r\n\r\n'],
  ['has a header without a colon', 'HTTP/1.1 200 OK\r\nvalue\r\n\r\n'],
  ['has a space before a colon', 'HTTP/1.1 200 OK\r\ncontent-length : 1\r\n\r\na'],
  ['has a header folded over lines', 'HTTP/1.1 200 OK\r\nx: a\r\n b: c\r\n\r\n'],
  ['has a head without an end', `HTTP/1.1 200 OK\r\nx: ${'y'.repeat(70_000)}`],
])('an answer that %s fails', (_what, text) => {
  expect(() => read(text)).toThrow(HttpProtocolError);
});

test.each([
  ['twice the same length', 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\ncontent-length: 2\r\n\r\nab', 'ab'],
  ['no content', 'HTTP/1.1 204 No Content\r\n\r\n', ''],
  ['a header that is named like a member of every object', 'HTTP/1.1 200 OK\r\nconstructor: x\r\ncontent-length: 0\r\n\r\n', ''],
  ['no reason', 'HTTP/1.1 200\r\ncontent-length: 0\r\n\r\n', ''],
])('an answer with %s is read', (_what, text, body) => {
  expect(read(text)?.text).toBe(body);
});

test.each([
  ['HTTP/1.1', '', true], ['HTTP/1.1', 'Connection: Close\r\n', false], ['HTTP/1.1', 'connection: keep-alive\r\n', true],
  ['HTTP/1.0', '', false], ['HTTP/1.0', 'connection: Keep-Alive\r\n', true],
])('after an answer in %s with %j another request may go over the connection: %p', (version, header, isReusable) => {
  const reader = new ResponseReader();
  reader.read(Buffer.from(`${version} 200 OK\r\n${header}content-length: 0\r\n\r\n`));
  expect(reader.isReusable).toBe(isReusable);
});
