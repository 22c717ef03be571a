import { Command } from 'commander';
import { registerEsm } from './esm';
import { registerExpire } from './expire';
import { registerFailures } from './failures/failures';
import { registerFilter } from './filter';
import { registerLocal } from './local';
import { registerPause } from './operate/pause';
import { registerStatus } from './operate/status';
import { packageVersion } from './version';

/** All commands there are. */
export function createProgram(): Command {
  const program = new Command('cdk-dynamodb-cdc')
    .description('Change data capture on DynamoDB: run it on your machine, look after it where it is deployed')
    .version(packageVersion(), '--version', 'the version of this package, to tell when you report something')
    .exitOverride();
  registerEsm(program);
  registerExpire(program);
  registerFailures(program);
  registerFilter(program);
  registerLocal(program);
  registerStatus(program);
  registerPause(program);
  return program;
}
