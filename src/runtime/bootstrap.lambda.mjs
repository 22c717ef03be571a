import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createHandler } from './create-handler';

export const handler = await createHandler(dirname(fileURLToPath(import.meta.url)));
