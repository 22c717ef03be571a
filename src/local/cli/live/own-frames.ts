/** Where the emulator unpacks a function. */
const UNPACKED = /(file:\/\/)?\/\S*\/ministack-lambda-[^/\s]+\/code\//g;
const NOT_THE_USERS = /\/?cdk-dynamodb-cdc-[a-z0-9-]+\.mjs:|\bnode:internal\//;

/** Of a stack, what is the user's code, by its path in the function's code. */
export function ownFrames(stack: readonly string[]): string[] {
  return stack.filter(frame => !NOT_THE_USERS.test(frame)).map(frame => frame.replace(UNPACKED, ''));
}
