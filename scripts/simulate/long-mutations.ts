import { Mutation } from './mutations';

const LONG = 'src/runtime/long';

const mutation = (name: string, file: string, find: string, replace: string): Mutation => ({ name, patches: [{ file, find, replace }] });

/** What could go wrong with claims, leases and superseding: the simulation of work that takes long must find each. */
export const LONG_MUTATIONS: readonly Mutation[] = [
  mutation('a claim that another delivery holds is ignored', `${LONG}/persisted-claim.ts`,
    'if (error.existingRecord?.getStatus() !== IdempotencyRecordStatus.COMPLETED) throw new ClaimHeldError();', ''),
  mutation('the fence is not checked', 'src/runtime/ledger/fence.ts',
    '${write.ConditionExpression} AND #fence = :fence', '${write.ConditionExpression}'),
  mutation('the fence does not grow', `${LONG}/persisted-claim.ts`,
    'if_not_exists(#fence, :zero) + :one', 'if_not_exists(#fence, :one)'),
  mutation('the lease is not renewed', `${LONG}/lease.ts`,
    'void this.beat();', ''),
  mutation('the visibility is not shortened to the lease', `${LONG}/lease.ts`,
    'await this.extend();\n        break;', 'break;'),
  mutation('a lease is renewed for too long', `${LONG}/lease.ts`,
    'seconds: this.millis / 1000 }', 'seconds: this.millis / 500 }'),
  mutation('a delivery without a claim ends the lease of the one that has it', `${LONG}/settle-work.ts`,
    'const least = claimed ? 0 : settings.longWork!.leaseSeconds;', 'const least = claimed ? 0 : 0;'),
  mutation('the newest change counts as superseded', 'src/runtime/lanes/settle-record.ts',
    "record.at < (lane.row?.latest ?? '')", "record.at <= (lane.row?.latest ?? '')"),
];
