/** What each variant promises for its numbers, so that they are compared knowingly. Printed with every run and kept in the results. */
export const GUARANTEES: { readonly [variant: string]: string } = {
  'cdc': 'Changes of one item in order. A mark that never moves back, in batched conditional writes: repeats after a crash are bounded by flushSize + '
    + 'concurrency, and none are refused. An effect outside context.commit is at least once; two invocations that overlap may both run it.',
  'powertools': 'Batch and idempotency. Each record is claimed before it runs, so overlapping invocations do not both run it; a claim costs two requests a '
    + 'record, and after a crash refuses the record until the time-out of the invocation that took it. No order between changes of one item.',
  'bare client': 'Makes a DynamoDB client and does nothing.',
  'hand-written L2': 'The resources that this library makes, written down in CDK\'s own constructs without any of its checks.',
  'Solutions Constructs': 'aws-dynamodbstreams-lambda with its defaults, one a subscriber: a table, a function, its role, a mapping and a dead-letter '
    + 'queue that gets pointers only. No alarms, no ledger, no runtime.',
};
