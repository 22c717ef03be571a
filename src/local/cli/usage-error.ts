/** The user gave us something we cannot work with: reported without a stack, exit status 2. */
export class UsageError extends Error {}
