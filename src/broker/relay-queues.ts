import { Duration, Lazy, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import * as ssm from 'aws-cdk-lib/aws-ssm';
import { Construct } from 'constructs';
import { QUEUE_RETENTION_SECONDS } from '../contract/limits';
import { QUEUES_A_PARAMETER } from '../contract/routes';
import { IChangeSource } from '../publish/change-source';
import { justify } from '../validate/justify';

export interface QueueSpec {
  readonly visibilitySeconds: number;
  readonly retention: Duration;
  readonly maxReceiveCount: number;
}

/** The queues of all subscribers of a table, with what they share: the dead-letter queue, the policy, and the parameters that hold their URLs. */
export class RelayQueues extends Construct {
  /** What ended its function again and again, of all subscribers. */
  public readonly deadLetters: sqs.Queue;
  private readonly queues = new Map<string, sqs.Queue>();
  private readonly parameters: ssm.CfnParameter[] = [];
  private readonly readParameters: iam.PolicyStatement;
  private readonly policy: sqs.CfnQueuePolicy;

  constructor(scope: Construct, id: string, private readonly source: IChangeSource, relayRole: iam.IRole) {
    super(scope, id);
    this.deadLetters = this.fifo('DeadLetters', { retentionPeriod: Duration.seconds(QUEUE_RETENTION_SECONDS.max) });
    justify(this.deadLetters, { nag: 'Serverless-SQSRedrivePolicy', cfnLint: 'ES6000', reason: 'It is the dead-letter queue of the others.' });
    this.policy = new sqs.CfnQueuePolicy(this, 'Policy', { queues: [this.deadLetters.queueUrl], policyDocument: queuePolicy(relayRole) });
    this.readParameters = new iam.PolicyStatement({ sid: 'FindQueues', actions: ['ssm:GetParameters'] });
  }

  /** Names of the parameters, for the relay's environment. */
  public get parameterNames(): string {
    return Lazy.string({ produce: () => this.parameters.map(({ ref }) => ref).join(',') });
  }

  /** Lets the relay read the parameters. */
  public get parameterStatement(): iam.PolicyStatement {
    return this.readParameters;
  }

  /** Makes a subscriber's queue. */
  public add(name: string, spec: QueueSpec): sqs.Queue {
    const queue = this.fifo(name, {
      visibilityTimeout: Duration.seconds(spec.visibilitySeconds),
      retentionPeriod: spec.retention,
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: spec.maxReceiveCount },
    });
    this.queues.set(name, queue);
    // A list of its own, rather than a token, is what checkers can read.
    this.policy.queues = [...this.policy.queues, queue.queueUrl];
    if (this.parameters.length * QUEUES_A_PARAMETER < this.queues.size) this.addParameter();
    return queue;
  }

  private fifo(id: string, props: sqs.QueueProps): sqs.Queue {
    const { encryptionKey } = this.source;
    const queue = new sqs.Queue(this, id, {
      fifo: true,
      deduplicationScope: sqs.DeduplicationScope.MESSAGE_GROUP,
      fifoThroughputLimit: sqs.FifoThroughputLimit.PER_MESSAGE_GROUP_ID,
      encryption: encryptionKey ? sqs.QueueEncryption.KMS : sqs.QueueEncryption.SQS_MANAGED,
      encryptionMasterKey: encryptionKey,
      ...props,
    });
    if (!encryptionKey) justify(queue, { checkov: 'CKV_AWS_27', reason: 'SQS encrypts it with its own keys: no customer key was given for the table.' });
    return queue;
  }

  /** Which queues a parameter holds follows from the names alone, so the order in which subscribers are added changes nothing. */
  private addParameter(): void {
    const index = this.parameters.length;
    const parameter = new ssm.CfnParameter(this, `Urls${index}`, {
      type: 'String',
      description: 'Queue URLs of a table\'s subscribers, for the relay',
      value: Lazy.string({ produce: () => this.urls(index) }),
    });
    justify(parameter, { checkov: 'CKV2_AWS_34', reason: 'URLs of queues are no secrets.' });
    this.parameters.push(parameter);
    const stack = Stack.of(this);
    this.readParameters.addResources(stack.formatArn({ service: 'ssm', resource: 'parameter', resourceName: parameter.ref }));
  }

  private urls(index: number): string {
    const names = [...this.queues.keys()].sort().slice(index * QUEUES_A_PARAMETER, (index + 1) * QUEUES_A_PARAMETER);
    return Stack.of(this).toJsonString(Object.fromEntries(names.map((name) => [name, this.queues.get(name)!.queueUrl])));
  }
}

/** One policy for all: only over TLS, and sent to by the relay. Its resource is the queue it is attached to. */
function queuePolicy(relayRole: iam.IRole): iam.PolicyDocument {
  return new iam.PolicyDocument({
    statements: [
      new iam.PolicyStatement({ sid: 'RelaySends', principals: [new iam.ArnPrincipal(relayRole.roleArn)], actions: ['sqs:SendMessage'], resources: ['*'] }),
      new iam.PolicyStatement({
        sid: 'OnlyOverTls',
        effect: iam.Effect.DENY,
        principals: [new iam.AnyPrincipal()],
        actions: ['sqs:*'],
        resources: ['*'],
        conditions: { Bool: { 'aws:SecureTransport': 'false' } },
      }),
    ],
  });
}
