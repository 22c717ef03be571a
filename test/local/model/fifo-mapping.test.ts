import { FifoMapping, fifoMappingConfig, FifoMappingConfig, queueEvent } from '../../../src/local/model/fifo-mapping';
import { FifoQueue, FifoQueueConfig } from '../../../src/local/model/fifo-queue';

const ARN = 'arn:aws:sqs:eu-west-1:000000000000:q.fifo';
const SECOND = 1000;

function queueWith(groups: readonly string[], config: Partial<FifoQueueConfig> = {}) {
  const gone: string[] = [];
  const queue = new FifoQueue({ visibilitySeconds: 30, retentionSeconds: 3600, onGone: ({ body }, why) => gone.push(`${body} ${why}`), ...config });
  groups.forEach((group, index) => queue.send({ group, deduplicationId: String(index), body: `${group}${index}` }, 0));
  return { queue, gone };
}

function mappingOn(queue: FifoQueue, config: Partial<FifoMappingConfig> = {}): FifoMapping {
  const mapping = new FifoMapping(fifoMappingConfig({ queueArn: ARN, reportBatchItemFailures: true, ...config }), queue);
  mapping.enable(0);
  return mapping;
}

type Batches = readonly { readonly messages: readonly { readonly body: string }[] }[];
const bodies = (actions: Batches) => actions.map(({ messages }) => messages.map(({ body }) => body).join());
const reporting = (...ids: string[]) => (
  { kind: 'returned' as const, payload: { batchItemFailures: ids.map((itemIdentifier) => ({ itemIdentifier })) } }
);

describe('a FIFO queue', () => {
  test('forgets what is sent again within five minutes, per group, and takes it again later', () => {
    const { queue } = queueWith(['a']);
    queue.send({ group: 'a', deduplicationId: '0', body: 'again' }, 299 * SECOND);
    queue.send({ group: 'b', deduplicationId: '0', body: 'other group' }, 299 * SECOND);
    expect(queue.size).toBe(2);
    queue.send({ group: 'a', deduplicationId: '0', body: 'later' }, 300 * SECOND);
    expect(queue.size).toBe(3);
  });

  test('a message that was taken and deleted is still remembered', () => {
    const { queue } = queueWith(['a']);
    queue.delete(queue.receive(1, 0)[0].receiptHandle);
    queue.send({ group: 'a', deduplicationId: '0', body: 'again' }, SECOND);
    expect(queue.size).toBe(0);
  });

  test('hands out a group\'s messages in order, and none while one of them is invisible', () => {
    const { queue } = queueWith(['a', 'a', 'b', 'a']);
    expect(queue.receive(2, 0).map(({ body }) => body)).toEqual(['a0', 'a1']);
    expect(queue.receive(10, SECOND).map(({ body }) => body)).toEqual(['b2']);
    expect(queue.receive(10, 30 * SECOND).map(({ body, receiveCount }) => `${body} ${receiveCount}`)).toEqual(['a0 2', 'a1 2', 'a3 1']);
  });

  test('visibility can be changed by whoever received the message last', () => {
    const { queue } = queueWith(['a']);
    const [first] = queue.receive(1, 0);
    queue.changeVisibility(first.receiptHandle, 5, 0);
    const [second] = queue.receive(1, 5 * SECOND);
    queue.changeVisibility(first.receiptHandle, 0, 6 * SECOND);
    queue.delete(first.receiptHandle);
    expect(queue.receive(1, 6 * SECOND)).toEqual([]);
    queue.delete(second.receiptHandle);
    expect(queue.size).toBe(0);
  });

  test('moves a message that was received too often, deletes one that is too old, and goes on with what is behind it', () => {
    const { queue, gone } = queueWith(['a', 'a'], { maxReceiveCount: 2 });
    for (const at of [0, 30, 60]) queue.receive(1, at * SECOND);
    expect(gone).toEqual(['a0 DEAD_LETTER']);
    expect(queue.receive(1, 90 * SECOND).map(({ body }) => body)).toEqual(['a1']);
    queue.receive(1, 3601 * SECOND);
    expect(gone).toEqual(['a0 DEAD_LETTER', 'a1 RETENTION']);
  });
});

describe('its mapping', () => {
  test('batches over groups, keeps each group in one invocation, and no more invocations than allowed', () => {
    const { queue } = queueWith(['a', 'b', 'a', 'c', 'd', 'b']);
    const mapping = mappingOn(queue, { batchSize: 2, maxConcurrency: 2 });
    const actions = mapping.next(0);
    expect(bodies(actions)).toEqual(['a0,b1', 'c3,d4']);
    mapping.invocationEnded(actions[0].id, reporting(), 0);
    expect(bodies(mapping.next(SECOND))).toEqual(['a2,b5']);
  });

  test('what failed stays with its group until its visibility ends; what succeeded is deleted', () => {
    const { queue } = queueWith(['a', 'b', 'a']);
    const mapping = mappingOn(queue);
    const [action] = mapping.next(0);
    mapping.invocationEnded(action.id, reporting(action.messages[0].messageId, action.messages[2].messageId), 0);
    expect(queue.size).toBe(2);
    expect(mapping.next(SECOND)).toEqual([]);
    expect(mapping.wakeAt()).toBe(30 * SECOND);
    expect(bodies(mapping.next(30 * SECOND))).toEqual(['a0,a2']);
  });

  test.each<[string, unknown, number]>([
    ['nothing', undefined, 0], ['null', null, 0], ['an empty object', {}, 0], ['no list', { batchItemFailures: null }, 0],
    ['an unknown id', { batchItemFailures: [{ itemIdentifier: 'x' }] }, 2], ['a misnamed id', { batchItemFailures: [{ id: 'x' }] }, 2], ['text', 'ok', 2],
  ])('a response with %s keeps what it must', (_what, payload, left) => {
    const { queue } = queueWith(['a', 'b']);
    const mapping = mappingOn(queue);
    mapping.invocationEnded(mapping.next(0)[0].id, { kind: 'returned', payload }, 0);
    expect(queue.size).toBe(left);
  });

  test('a crash and a throttle delete nothing; without ReportBatchItemFailures a list is no failure', () => {
    const { queue } = queueWith(['a', 'b']);
    const mapping = mappingOn(queue);
    mapping.invocationEnded(mapping.next(0)[0].id, { kind: 'functionError' }, 0);
    mapping.invocationEnded(mapping.next(30 * SECOND)[0].id, { kind: 'throttled' }, 30 * SECOND);
    expect(queue.size).toBe(2);
    expect(mapping.metrics).toMatchObject({ Invocations: 1, Errors: 1, Throttles: 1 });
    const silent = mappingOn(queue, { reportBatchItemFailures: false });
    const [action] = silent.next(60 * SECOND);
    silent.invocationEnded(action.id, reporting(action.messages[0].messageId), 60 * SECOND);
    expect(silent.idle).toBe(true);
  });

  test('disabled it starts nothing more', () => {
    const { queue } = queueWith(['a', 'b']);
    const mapping = mappingOn(queue, { batchSize: 1 });
    const [first] = mapping.next(0);
    mapping.disable(0);
    expect(mapping.state).toBe('Disabling');
    expect(mapping.next(0)).toEqual([]);
    mapping.invocationEnded(first.id, reporting(), 0);
    mapping.invocationEnded(2, reporting(), 0);
    expect(mapping.state).toBe('Disabled');
  });

  test('fails for what Lambda would refuse', () => {
    expect(() => fifoMappingConfig({ queueArn: ARN, batchSize: 11 })).toThrow(/batchSize/);
    expect(() => fifoMappingConfig({ queueArn: ARN, maxConcurrency: 1 })).toThrow(/maxConcurrency/);
  });

  test('its event is Lambda\'s', () => {
    const { queue } = queueWith(['a']);
    expect(queueEvent(queue.receive(1, 0), ARN).Records).toEqual([expect.objectContaining({
      body: 'a0', eventSource: 'aws:sqs', eventSourceARN: ARN, awsRegion: 'eu-west-1', attributes: expect.objectContaining({ MessageGroupId: 'a', ApproximateReceiveCount: '1' }),
    })]);
  });
});
