/** Where a worker says which process it is, for a server that is to kill some. */
export const WORKER_HEADER = 'x-demo-worker';
