/** Control characters, and those that change the direction or the lines of a text: whoever writes them could forge what a terminal shows. */
// eslint-disable-next-line no-control-regex
const UNSAFE = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;

/** A text of others in one line, with such characters as escapes. */
export function shown(text: string): string {
  return text.replace(UNSAFE, escaped);
}

/** Lines of a command's output. In JSON the escapes mean what they replace. */
export function shownLines(text: string): string {
  return text.replace(UNSAFE, (character) => (character === '\n' || character === '\t' ? character : escaped(character)));
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
