import { CfnResource } from 'aws-cdk-lib';
import { CfnEventSourceMapping } from 'aws-cdk-lib/aws-lambda';
import { CfnPipe } from 'aws-cdk-lib/aws-pipes';
import { IConstruct } from 'constructs';
import { arnIdentity } from './arn-identity';
import { ADVISED_GLOBAL_TABLE_READERS, MAX_STREAM_READERS } from '../contract/limits';
import { describeInvalid } from '../validate/invalid';

export interface StreamReadersRule {
  readonly streamArn: string;
  /** Readers the app does not show. */
  readonly others: number;
  readonly isGlobal: boolean;
  readonly allowSecondOnGlobal: boolean;
}

/** Paths of everything in the app that reads the stream: this library's mappings, plain CDK's, and pipes. */
export function findStreamReaders(scope: IConstruct, streamArn: string): string[] {
  const wanted = arnIdentity(scope, streamArn);
  return scope.node.root.node.findAll()
    .filter((node) => {
      const arn = readStreamArn(node);
      return arn !== undefined && arnIdentity(node, arn) === wanted;
    })
    .map((node) => node.node.path.replace(/\/(Mapping\/)?Resource$/, ''));
}

/** Empty when the stream's shards serve all their readers. */
export function validateStreamReaders(scope: IConstruct, rule: StreamReadersRule): string[] {
  const advised = rule.isGlobal && !rule.allowSecondOnGlobal;
  const allowed = advised ? ADVISED_GLOBAL_TABLE_READERS : MAX_STREAM_READERS;
  const readers = findStreamReaders(scope, rule.streamArn);
  const count = readers.length + rule.others;
  if (count <= allowed) return [];

  const names = [...readers, ...(rule.others > 0 ? [`${rule.others} declared as otherStreamReaders`] : [])].join(', ');
  const wayOut = 'Put subscribers into one FanOutSubscribers, which reads the stream once for all of them';
  return [describeInvalid(
    'stream readers',
    `${count} (${names})`,
    advised ? `${allowed} on a global table, whose replication reads the stream too` : `${allowed} for each stream`,
    advised && count <= MAX_STREAM_READERS ? `${wayOut}, or set allowSecondReaderOnGlobalTable` : wayOut,
  )];
}

function readStreamArn(node: IConstruct): string | undefined {
  if (!CfnResource.isCfnResource(node)) return undefined;
  switch (node.cfnResourceType) {
    case CfnEventSourceMapping.CFN_RESOURCE_TYPE_NAME: {
      const mapping = node as CfnEventSourceMapping;
      // A mapping that is switched off in the template reads nothing.
      return mapping.enabled === false ? undefined : mapping.eventSourceArn;
    }
    case CfnPipe.CFN_RESOURCE_TYPE_NAME:
      return (node as CfnPipe).source;
    default:
      return undefined;
  }
}
