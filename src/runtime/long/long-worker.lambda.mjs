import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createLongWorker } from './create-long-worker';

export const handler = await createLongWorker(dirname(fileURLToPath(import.meta.url)));
