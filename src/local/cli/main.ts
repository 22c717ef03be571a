#!/usr/bin/env node
import { Command, CommanderError } from 'commander';
import { registerEsm } from './esm';
import { registerFilter } from './filter';
import { registerLocal } from './local';
import { registerPause } from './operate/pause';
import { registerStatus } from './operate/status';
import { UsageError } from './usage-error';

const EXIT_USAGE = 2;

async function main(): Promise<void> {
  const program = new Command('cdk-dynamodb-cdc')
    .description('Change data capture on DynamoDB: run it on your machine, look after it where it is deployed')
    .exitOverride();
  registerEsm(program);
  registerFilter(program);
  registerLocal(program);
  registerStatus(program);
  registerPause(program);
  await program.parseAsync();
}

main().catch((error: unknown) => {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? 0 : EXIT_USAGE;
  } else if (error instanceof UsageError) {
    process.stderr.write(`error: ${error.message}\n`);
    process.exitCode = EXIT_USAGE;
  } else {
    process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
    process.exitCode = 1;
  }
});
