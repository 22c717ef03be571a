import { createServer } from 'node:net';
import { UserError } from './user-error';

export const LOOPBACK = '127.0.0.1';

/** A port that is free on the loopback interface now; a given one is only checked. */
export async function freePort(wanted?: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.unref();
    server.once('error', (error: NodeJS.ErrnoException) => reject(explained(error, wanted)));
    server.listen(wanted ?? 0, LOOPBACK, () => {
      const address = server.address();
      const port = typeof address === 'object' && address ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}

function explained(error: NodeJS.ErrnoException, wanted?: number): Error {
  if (error.code === 'EADDRINUSE') {
    return new UserError(`Port ${wanted} on ${LOOPBACK} is in use: stop what listens there, or choose another with --port.`, { cause: error });
  }
  if (error.code === 'EACCES') {
    return new UserError(`Port ${wanted} may not be opened by this user: choose one above 1023 with --port.`, { cause: error });
  }
  return error;
}
