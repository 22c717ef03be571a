import { stripVTControlCharacters } from 'node:util';

/** Text of others, without what would move the cursor or change the terminal. */
export function printable(text: string): string {
  // eslint-disable-next-line no-control-regex
  return stripVTControlCharacters(text).replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, '');
}
