/** As a shell counts a program that ended because nobody reads its output any more. */
export const SIGPIPE_STATUS = 141;

type Listener = () => void;

let listener: Listener = () => process.exit(SIGPIPE_STATUS);

/** What to do when the reader of the output has gone, as with "| head". @default - the program ends */
export function onClosedOutput(listen: Listener): void {
  listener = listen;
}

/** Without this, Node.js ends with a stack trace. What cannot be said on stderr is not said. */
export function watchOutput(stdout: NodeJS.WriteStream = process.stdout, stderr: NodeJS.WriteStream = process.stderr): void {
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exitCode = SIGPIPE_STATUS;
    listener();
  });
  stderr.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}
