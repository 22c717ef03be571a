import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { RelayCode } from './relay-code';
import { justifyRelay } from './relay-justifications';
import { createRelayMapping } from './relay-mapping';
import { RelayOptions } from './relay-options';
import { recordLatestStatement, relayStatements } from './relay-policy';
import { QueueSpec, RelayQueues } from './relay-queues';
import { RELAY_OPTIONS } from './relay-shapes';
import { BATCH_SIZE, LAMBDA_MEMORY_MIB, PARALLELIZATION_FACTOR } from '../contract/limits';
import { DrainEvent, RELAY_ENV, RELAY_HANDLER, RELAY_NAME, Route, Routes, ROUTES_VERSION } from '../contract/routes';
import { DEFAULTS, ENV } from '../contract/settings';
import { observe } from '../observe/observed';
import { RelayAlarms } from '../observe/relay-alarms';
import { createSchedule } from '../observe/scheduled-function';
import { SubscriberMetrics } from '../observe/subscriber-metrics';
import { IChangeSource } from '../publish/change-source';
import { SOURCE } from '../publish/source-shapes';
import { checkInteger } from '../validate/checks';
import { invalid } from '../validate/invalid';
import { withoutPlaceholders } from '../validate/placeholders';
import { check, checkProperties } from '../validate/shape';

const ID = 'Relay';
const TIMEOUT = Duration.seconds(60);
const MEMORY_MIB = 1024;
/** How soon a spill drains when nothing is written to the table. */
const DRAIN_EVERY = Duration.minutes(1);

/**
 * Brings the changes of one table to any number of queues, and reads the table's stream once for all of them. It is made when the first
 * subscriber with a queue appears.
 */
export class Relay extends Construct {
  /**
   * The relay of a table, made when first asked for.
   *
   * Fails for options when the relay is there already: ask for it before its first subscriber is made.
   *
   * @param source the table
   * @param options how it works
   */
  public static of(source: IChangeSource, options?: RelayOptions): Relay {
    check('Relay.of', 'source', source, SOURCE);
    if (options !== undefined) checkProperties(source.node.path, 'options', options, RELAY_OPTIONS);
    const found = source.node.tryFindChild(ID) as Relay | undefined;
    if (found && options) throw invalid(source, 'relay', 'options for a relay that is there already', 'options before the first subscriber');
    return found ?? new Relay(source, options ?? {});
  }

  /** The function that reads the stream and sends to the queues. */
  public readonly function: lambda.Function;

  /** Its role. */
  public readonly role: iam.IRole;

  /** What reads the stream. */
  public readonly eventSourceMapping: lambda.EventSourceMapping;

  /** Messages that ended a subscriber's function again and again, of all subscribers. */
  public readonly deadLetterQueue: sqs.IQueue;

  /** Its alarms. */
  public readonly alarms: RelayAlarms;

  private readonly queues: RelayQueues;
  private readonly policy: iam.PolicyDocument;
  private readonly routes = new Map<string, Route>();
  private readonly source: IChangeSource;
  private readonly parallelizationFactor: number;

  private constructor(source: IChangeSource, options: RelayOptions) {
    super(source, ID);
    options = withoutPlaceholders(this, options);
    this.source = source;
    checkInteger(this, 'batchSize', options.batchSize, BATCH_SIZE);
    checkInteger(this, 'parallelizationFactor', options.parallelizationFactor, PARALLELIZATION_FACTOR);
    checkInteger(this, 'memorySize', options.memorySize, LAMBDA_MEMORY_MIB);
    this.parallelizationFactor = options.parallelizationFactor ?? 1;

    const logGroup = new logs.LogGroup(this, 'Logs', {
      retention: DEFAULTS.logRetentionDays as logs.RetentionDays,
      encryptionKey: source.encryptionKey,
      // It holds no table data.
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const document = this.policy = new iam.PolicyDocument({ statements: relayStatements(source, logGroup.logGroupArn) });
    this.role = new iam.Role(this, 'Role', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'), inlinePolicies: { Relay: document } });
    this.queues = new RelayQueues(this, 'Queues', source, this.role);
    this.deadLetterQueue = this.queues.deadLetters;
    document.addStatements(this.queues.parameterStatement);

    this.function = new lambda.Function(this, 'Function', {
      role: this.role,
      logGroup,
      runtime: lambda.Runtime.NODEJS_24_X,
      architecture: lambda.Architecture.ARM_64,
      handler: RELAY_HANDLER,
      code: new RelayCode(() => this.serializedRoutes()),
      timeout: TIMEOUT,
      memorySize: options.memorySize ?? MEMORY_MIB,
      environmentEncryption: source.encryptionKey,
      environment: {
        [ENV.LEDGER_TABLE]: source.ledger.tableName,
        [ENV.FAILURE_BUCKET]: source.failureStore.bucket.bucketName,
        [RELAY_ENV.QUEUE_PARAMETERS]: this.queues.parameterNames,
      },
    });
    this.eventSourceMapping = createRelayMapping(this, source, this.function, options);
    this.drainRegularly();
    const metrics = new SubscriberMetrics({
      tableName: source.sourceTable.tableName,
      subscriberName: RELAY_NAME,
      fn: this.function,
      mappingId: this.eventSourceMapping.eventSourceMappingId,
    });
    this.alarms = RelayAlarms._create(this, 'Alarms', {
      metrics,
      deadLetters: this.deadLetterQueue,
      alarmAction: options.alarmAction,
    });
    observe(source, { kind: 'RELAY', name: RELAY_NAME, metrics, alarms: this.alarms, hasRuntime: true });
    justifyRelay({ fn: this.function, role: this.role, logGroup, source });
  }

  /**
   * Adds a subscriber's queue.
   *
   * @internal
   */
  public _addTarget(route: Route, queue: QueueSpec): sqs.Queue {
    if (route.orderBy === 'PARTITION_KEY' && this.parallelizationFactor !== 1) {
      throw invalid(this, 'parallelizationFactor', this.parallelizationFactor, `1, since ${route.name} orders by partition key`);
    }
    const records = [...this.routes.values()].some(({ recordsLatest }) => recordsLatest);
    if (route.recordsLatest && !records) this.policy.addStatements(recordLatestStatement(this.source));
    this.routes.set(route.name, route);
    return this.queues.add(route.name, queue);
  }

  /** Sorted, so that the asset is the same in whichever order subscribers are added. */
  private serializedRoutes(): Routes {
    const sorted = [...this.routes.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
    const { partitionKey } = this.source;
    return { version: ROUTES_VERSION, ...(partitionKey && { partitionKey: partitionKey.name }), targets: sorted };
  }

  private drainRegularly(): void {
    const drain: DrainEvent = { drain: this.source.sourceTable.tableName };
    createSchedule(this, 'Drain', {
      description: 'Lets the relay send what queues did not take, also when nothing is written to the table',
      every: DRAIN_EVERY,
      fn: this.function,
      event: drain,
      holdsNothing: 'It holds nothing: the next one comes within a minute.',
    });
  }
}
