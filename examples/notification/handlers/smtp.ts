import { connect, Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { PermanentError, RetryLaterError } from 'cdk-dynamodb-cdc/runtime';

export interface Mail {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  /** The same for every delivery of the change, so that a mail server or reader can tell a repeated one. */
  readonly messageId: string;
}

/** Hands one mail to the server at `host:port`. */
export async function sendMail(address: string, mail: Mail, signal: AbortSignal): Promise<void> {
  const [host, port] = address.split(':');
  const socket = connect({ host, port: Number(port), signal });
  try {
    const replies = repliesOf(socket);
    await expectReply(replies, 220);
    await say(socket, replies, 'EHLO notification.example.com');
    await say(socket, replies, 'MAIL FROM:<no-reply@notification.example.com>');
    await say(socket, replies, `RCPT TO:<${mail.to}>`);
    await say(socket, replies, 'DATA', 354);
    const lines = mail.text.split('\n').map((line) => line.startsWith('.') ? `.${line}` : line);
    await say(socket, replies, [`Message-ID: <${mail.messageId}@notification.example.com>`, `To: ${mail.to}`, `Subject: ${mail.subject}`, '', ...lines, '.'].join('\r\n'));
    await say(socket, replies, 'QUIT', 221);
  } finally {
    socket.destroy();
  }
}

type Replies = AsyncIterator<string>;

/** Last lines of replies: those before it have a hyphen behind the code. */
async function* repliesOf(socket: Socket): AsyncGenerator<string> {
  for await (const line of createInterface({ input: socket })) if (/^\d{3} /.test(line)) yield line;
}

async function say(socket: Socket, replies: Replies, line: string, wanted = 250): Promise<void> {
  socket.write(`${line}\r\n`);
  await expectReply(replies, wanted);
}

async function expectReply(replies: Replies, wanted: number): Promise<void> {
  const { value, done } = await replies.next();
  if (done) throw new Error('the mail server hung up');
  const code = Number((value as string).slice(0, 3));
  if (code === wanted) return;
  if (code >= 500) throw new PermanentError(`the mail server refuses with ${code}`);
  throw code >= 400 ? new RetryLaterError(`the mail server is busy: ${code}`) : new Error(`the mail server said ${code}`);
}
