import type { LambdaClient } from '@aws-sdk/client-lambda';
import { FunctionFailedError, RelayFunction, SubscriberFunction } from './ports';
import { RedriveAnswer, RedriveRequest } from '../../contract/redrive';
import { RelayRedriveAnswer, RelayRedriveRequest } from '../../contract/relay-redrive';

type Commands = Pick<typeof import('@aws-sdk/client-lambda'), 'InvokeCommand'>;

/** Status of a synchronous invocation; others only accept the event. */
const RAN = 200;
const UNREADABLE = Symbol('unreadable');

/** A deployed function, invoked synchronously. */
export class LambdaFunction implements SubscriberFunction, RelayFunction {
  public constructor(private readonly lambda: Commands, private readonly client: LambdaClient, private readonly name: string) {}

  public redrive(request: RedriveRequest): Promise<RedriveAnswer> {
    return this.invoke(JSON.stringify(request)) as Promise<RedriveAnswer>;
  }

  public handBack(request: RelayRedriveRequest): Promise<RelayRedriveAnswer> {
    return this.invoke(JSON.stringify(request)) as Promise<RelayRedriveAnswer>;
  }

  /** The answer to any event. @throws FunctionFailedError when the function crashed or ran out of time */
  public async invoke(event: string): Promise<unknown> {
    const command = new this.lambda.InvokeCommand({ FunctionName: this.name, Payload: Buffer.from(event) });
    const { FunctionError, Payload, StatusCode } = await this.client.send(command);
    const answer = parse(Payload);
    if (FunctionError !== undefined) {
      const kind = (answer as { errorType?: unknown } | undefined)?.errorType;
      throw new FunctionFailedError(typeof kind === 'string' && /^[\w.:]{1,100}$/.test(kind) ? kind : FunctionError);
    }
    if (StatusCode !== RAN) throw new FunctionFailedError('NotRun');
    // Of half an answer nobody can tell what it would have reported as failed.
    if (answer === UNREADABLE) throw new FunctionFailedError('UnreadableAnswer');
    return answer;
  }
}

function parse(payload: Uint8Array | undefined): unknown {
  if (payload === undefined || payload.length === 0) return undefined;
  try {
    return JSON.parse(Buffer.from(payload).toString()) as unknown;
  } catch {
    return UNREADABLE;
  }
}
