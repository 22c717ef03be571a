import { MetricDataQuery, MetricDataResult, paginateGetMetricData } from '@aws-sdk/client-cloudwatch';
import { ListObjectsV2CommandOutput, paginateListObjectsV2 } from '@aws-sdk/client-s3';
import { GetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { OperateClients } from './clients';
import { DeployedReader } from './deployed-reader';
import { inBatches } from './in-batches';
import { AWS_FAILURE_PREFIX, FAILURE_PREFIX, keptKey } from '../../contract/failure-record';
import { spillPrefix } from '../../contract/spill';

/** What was seen of one reader; what could not be seen is absent. */
export interface Measurements {
  /** Of the oldest change that waits, as metrics have it. */
  readonly ageSeconds?: number;
  readonly inFlight?: number;
  readonly waiting?: number;
  readonly queueRetentionSeconds?: number;
  /** Items with changes in the failure store. */
  readonly parked?: number;
  /** Batches that the mapping put there. */
  readonly batches?: number;
  /** Objects of the failure store that could not be read, and were moved out of the way. */
  readonly setAside?: number;
  /** Items whose changes wait because the queue did not take them. */
  readonly spilled?: number;
  /** What should be there and is not, such as its queue. */
  readonly gone?: readonly string[];
  /** What AWS did not report although it is there. */
  readonly unseen?: readonly string[];
}

/** Metrics older than this say nothing of now; they come up to a few minutes late. */
const LOOK_BACK_SECONDS = 15 * 60;
const PERIOD_SECONDS = 60;
const QUERIES_A_REQUEST = 500;
/** Folders and objects counted at most, in pages of a thousand: more of them is more of the same. */
const COUNTED_PAGES = 10;
/** What CloudWatch says of a metric that it did not read. */
const UNSEEN = ['Forbidden', 'InternalError'];
const QUEUE_GONE = /NonExistentQueue|QueueDoesNotExist/;
const BUCKET_GONE = /NoSuchBucket/;

export async function measure(clients: OperateClients, readers: readonly DeployedReader[]): Promise<Measurements[]> {
  const metrics = await latestMetrics(clients, readers);
  return inBatches(readers, async reader => {
    const gone = new Set<string>();
    const noStore = isGone(BUCKET_GONE, () => gone.add('its failure store'));
    const { discardBucket, failureBucket } = reader;
    const store = (wanted: boolean, prefix: string, what: Counted = 'FOLDERS', buckets = [failureBucket]) => (
      wanted ? counted(clients, buckets, prefix, what).catch(noStore) : undefined);
    const [queue, parked, batches, setAside, spilled] = await Promise.all([
      reader.queueUrl === undefined ? undefined : queueNumbers(clients, reader.queueUrl).catch(isGone(QUEUE_GONE, () => gone.add('its queue'))),
      store(reader.kind !== 'RELAY', `${FAILURE_PREFIX}${reader.name}/`),
      store(reader.kind !== 'QUEUE', `${AWS_FAILURE_PREFIX}${reader.mappingId}/`, 'FOLDERS', [failureBucket, discardBucket]),
      store(true, keptKey('set-aside', reader.name), 'OBJECTS'),
      store(reader.kind === 'QUEUE', spillPrefix(reader.name)),
    ]);
    const measured = metrics.get(reader.mappingId);
    const unseen = [...(measured?.unseen ?? []), ...(queue && Object.values(queue).includes(undefined) ? ['attributes of the queue'] : [])];
    return { ...measured, ...queue, parked, batches, setAside, spilled, gone: [...gone], unseen };
  });
}

/** One thing that is gone must not hide how the rest stands. */
function isGone(names: RegExp, note: () => unknown) {
  return (error: Error): undefined => {
    if (!names.test(error.name)) throw error;
    note();
    return undefined;
  };
}

async function queueNumbers({ sqs }: OperateClients, QueueUrl: string) {
  const { Attributes = {} } = await sqs.send(new GetQueueAttributesCommand({
    QueueUrl, AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible', 'MessageRetentionPeriod'],
  }));
  const number = (text: string | undefined) => (text === undefined ? undefined : Number(text));
  return {
    waiting: number(Attributes.ApproximateNumberOfMessages),
    inFlight: number(Attributes.ApproximateNumberOfMessagesNotVisible),
    queueRetentionSeconds: number(Attributes.MessageRetentionPeriod),
  };
}

/** What lies directly below a prefix as folders, or all objects at any depth. */
type Counted = 'FOLDERS' | 'OBJECTS';

/** Each name once, in whichever of the buckets it is. */
async function counted(
  { s3: client }: OperateClients, buckets: readonly (string | undefined)[], Prefix: string, what: Counted,
): Promise<number | undefined> {
  const known = new Set(buckets.filter((bucket) => bucket !== undefined));
  if (known.size === 0) return undefined;
  const names = new Set<string>();
  for (const Bucket of known) {
    let pages = 0;
    for await (const page of paginateListObjectsV2({ client }, { Bucket, Prefix, ...(what === 'FOLDERS' && { Delimiter: '/' }) })) {
      for (const name of what === 'FOLDERS' ? folders(page) : keys(page)) names.add(name);
      pages += 1;
      if (pages === COUNTED_PAGES) break;
    }
  }
  return names.size;
}

const folders = ({ CommonPrefixes = [] }: ListObjectsV2CommandOutput) => CommonPrefixes.map(({ Prefix }) => Prefix!);
const keys = ({ Contents = [] }: ListObjectsV2CommandOutput) => Contents.map(({ Key }) => Key!);

/** The latest values by mapping: one request for up to 250 readers. */
async function latestMetrics({ cloudWatch }: OperateClients, readers: readonly DeployedReader[]): Promise<Map<string, Measurements>> {
  const queries = readers.flatMap((reader, index) => [
    { name: 'ageSeconds', reader, query: ageQuery(reader, `a${index}`), perUnit: reader.kind === 'QUEUE' ? 1 : 1000 },
    // A queue says itself what of it is being worked on.
    ...(reader.kind === 'QUEUE' ? [] : [{ name: 'inFlight', reader, query: functionQuery(reader, `c${index}`, 'ConcurrentExecutions'), perUnit: 1 }]),
  ]);
  const found = new Map<string, Measurements>();
  const EndTime = new Date();
  const StartTime = new Date(EndTime.getTime() - LOOK_BACK_SECONDS * 1000);
  for (let start = 0; start < queries.length; start += QUERIES_A_REQUEST) {
    const some = queries.slice(start, start + QUERIES_A_REQUEST);
    const MetricDataQueries = some.map(each => each.query);
    const results: MetricDataResult[] = [];
    for await (const page of paginateGetMetricData({ client: cloudWatch }, { MetricDataQueries, StartTime, EndTime })) {
      results.push(...page.MetricDataResults ?? []);
    }
    for (const { name, reader, query: { Id }, perUnit } of some) {
      const value = newestOf(results.filter(result => result.Id === Id));
      const before = found.get(reader.mappingId);
      if (value === 'UNSEEN') found.set(reader.mappingId, { ...before, unseen: ['metrics'] });
      else if (value !== undefined) found.set(reader.mappingId, { ...before, [name]: value / perUnit });
    }
  }
  return found;
}

/** Undefined where nothing was measured, which is not the same as that nobody can tell. A metric may lie on several pages. */
function newestOf(results: readonly MetricDataResult[]): number | 'UNSEEN' | undefined {
  if (results.length === 0 || results.some(({ StatusCode = '' }) => UNSEEN.includes(StatusCode))) return 'UNSEEN';
  const points = results.flatMap(({ Timestamps = [], Values = [] }) => (
    Values.map((value, index) => ({ value, at: Timestamps[index]?.getTime() ?? 0 }))));
  return points.sort((a, b) => b.at - a.at)[0]?.value;
}

function ageQuery(reader: DeployedReader, id: string): MetricDataQuery {
  if (reader.kind !== 'QUEUE') return functionQuery(reader, id, 'IteratorAge');
  return query(id, 'AWS/SQS', 'ApproximateAgeOfOldestMessage', 'QueueName', reader.queueUrl?.split('/').pop() ?? '');
}

function functionQuery({ functionName }: DeployedReader, id: string, metricName: string): MetricDataQuery {
  return query(id, 'AWS/Lambda', metricName, 'FunctionName', functionName);
}

function query(Id: string, Namespace: string, MetricName: string, Name: string, Value: string): MetricDataQuery {
  return { Id, MetricStat: { Metric: { Namespace, MetricName, Dimensions: [{ Name, Value }] }, Period: PERIOD_SECONDS, Stat: 'Maximum' } };
}
