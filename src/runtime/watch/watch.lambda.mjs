import { watch } from './watch';
import { s3Lister } from './s3-lister';

export const handler = (event) => watch(event, { lister: s3Lister, now: Date.now, writeLine: (line) => void process.stdout.write(`${line}\n`) });
