import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createRelay } from './create-relay';

export const handler = await createRelay(dirname(fileURLToPath(import.meta.url)));
