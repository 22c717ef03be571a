import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createWorker } from './create-worker';

export const handler = await createWorker(dirname(fileURLToPath(import.meta.url)));
