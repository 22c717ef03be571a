import { DynamoDBDocument } from '@aws-sdk/lib-dynamodb';
import { MappingStatus, QueueStatus } from '../../src/local/drive';

/** What a scenario can reach once its app is deployed. */
export interface ScenarioStage {
  /** Outputs of the app's stacks. */
  readonly outputs: { readonly [name: string]: string };
  readonly documents: DynamoDBDocument;
  /** For each change in a failure store: the sort key of its item, or its only key. */
  storedKeys(bucket: string): Promise<string[]>;
  /** How the app's stream mappings stand. */
  mappings(): Promise<readonly MappingStatus[]>;
  /** How its mappings on FIFO queues stand. */
  queues(): readonly QueueStatus[];
}

export interface ScenarioResult {
  /** Changes that the subscriber counted here wants. */
  readonly published: number;
  readonly applied: number;
  /** In the failure store. */
  readonly stored: number;
  readonly lost: number;
  readonly repeated: number;
  readonly outOfOrder: number;
  /** Sentences on what does not agree with the truth; empty when all does. */
  readonly problems: readonly string[];
  /** What else is worth a line. */
  readonly lines: readonly string[];
}

/** An example app, driven with real writes and faults and compared with the truth. */
export interface Scenario {
  readonly name: string;
  /** The CDK app, relative to the project's root. */
  readonly app: string;
  readonly published: number;
  /** Starts what the app talks to; returns context for its synthesis. */
  prepare(): Promise<{ [name: string]: string }>;
  publish(stage: ScenarioStage): Promise<void>;
  check(stage: ScenarioStage): Promise<ScenarioResult>;
  close(): Promise<void>;
}
