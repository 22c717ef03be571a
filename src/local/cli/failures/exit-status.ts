/** Something is left that needs a decision or a fix. */
const EXIT_LEFT = 1;
export const EXIT_INTERRUPTED = 130;

/** Ends the command with the status that what is left calls for. */
export function endWith({ isIncomplete, interrupted }: { readonly isIncomplete: boolean; readonly interrupted: boolean }): void {
  if (isIncomplete) process.exitCode = interrupted ? EXIT_INTERRUPTED : EXIT_LEFT;
}
