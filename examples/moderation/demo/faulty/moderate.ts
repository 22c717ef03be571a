import { WORKER_HEADER } from '../worker-header';

const callReal = globalThis.fetch;

// The model's server is told which process asks, so that it can kill some of them in the middle of a call.
globalThis.fetch = (url, options) => {
  const headers = new Headers(options?.headers);
  headers.set(WORKER_HEADER, String(process.pid));
  return callReal(url, { ...options, headers });
};

export { onChange } from '../../handlers/moderate';
