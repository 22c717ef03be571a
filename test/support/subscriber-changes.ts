import { Duration, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import { ChangeFilter, LogLevel, OrderBy, PoisonPolicy, QueuedSubscriberProps, StreamSubscriberProps } from '../../src';

/** What subscribers on a stream and those with a queue can both be told. */
type AnySubscriberProps = Omit<StreamSubscriberProps & QueuedSubscriberProps, 'source' | 'handler'>;

/** Where the stack of a redeployed app is. */
export const IN_EU = { env: { region: 'eu-west-1', account: '111111111111' } };

/** Each property that both kinds have, with a value other than the default, and the types of what changing it replaces. */
export const CHANGES_OF_ANY: [string, Partial<AnySubscriberProps>, string[]][] = [
  ['batchSize', { batchSize: 1 }, []],
  ['concurrency', { concurrency: 2 }, []],
  ['flushSize', { flushSize: 2 }, []],
  ['maxAttempts', { maxAttempts: 2 }, []],
  ['attemptSpan', { attemptSpan: Duration.seconds(1) }, []],
  ['maxPostponement', { maxPostponement: Duration.minutes(1) }, []],
  ['onPoison', { onPoison: PoisonPolicy.SKIP_RECORD }, []],
  ['autoRedrive', { autoRedrive: {} }, []],
  ['orderBy', { orderBy: OrderBy.PARTITION_KEY }, []],
  ['maxRecordAge', { maxRecordAge: Duration.hours(1) }, []],
  ['lagAlarmThreshold', { lagAlarmThreshold: Duration.minutes(1) }, []],
  ['filter', { filter: ChangeFilter.inserts() }, []],
  ['enabled', { enabled: false }, []],
  ['memorySize', { memorySize: 128 }, []],
  ['timeout', { timeout: Duration.seconds(1) }, []],
  ['environment', { environment: { A: 'a' } }, []],
  ['architecture', { architecture: lambda.Architecture.X86_64 }, []],
  ['tracing', { tracing: lambda.Tracing.ACTIVE }, []],
  ['logRetention', { logRetention: logs.RetentionDays.ONE_DAY }, []],
  ['logLevel', { logLevel: LogLevel.ERROR }, []],
  ['logErrorMessages', { logErrorMessages: true }, []],
  ['role', { role: {} as iam.IRole }, ['AWS::IAM::Role']],
];

/** A role stands for any; it can be made only where the stack is. */
export function withRole<Props extends { role?: iam.IRole }>(stack: Stack, props: Props): Props {
  return props.role ? { ...props, role: iam.Role.fromRoleArn(stack, 'Given', 'arn:aws:iam::111111111111:role/given') } : props;
}
