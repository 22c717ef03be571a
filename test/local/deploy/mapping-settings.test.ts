import { EventSourceMappingConfiguration } from '@aws-sdk/client-lambda';
import { MappingProperties, settingsOf } from '../../../src/local/deploy/mapping-settings';
import { DeployedStreamMapping, shortName, withUniqueNames } from '../../../src/local/deploy/mappings';

/** As an emulator answers: what the template left out, it fills in by its own lights. */
const DEPLOYED: EventSourceMappingConfiguration = {
  UUID: '00000000-0000-4000-8000-000000000001',
  FunctionArn: 'arn:aws:lambda:us-east-1:000000000000:function:fn',
  EventSourceArn: 'arn:aws:dynamodb:us-east-1:000000000000:table/t/stream/2026-01-01T00:00:00.000',
  BatchSize: 10,
  StartingPosition: 'LATEST',
};

function settings(template: MappingProperties, deployed: Partial<EventSourceMappingConfiguration> = {}) {
  return settingsOf('Sub', { StartingPosition: 'TRIM_HORIZON', ...template }, { ...DEPLOYED, ...deployed });
}

test('what the template leaves out has AWS\'s default, not the emulator\'s', () => {
  expect(settings({})).toMatchObject({
    uuid: DEPLOYED.UUID,
    functionArn: DEPLOYED.FunctionArn,
    streamArn: DEPLOYED.EventSourceArn,
    startingPosition: 'TRIM_HORIZON',
    batchSize: 100,
    batchingWindowSeconds: 0,
    parallelizationFactor: 1,
    retryAttempts: -1,
    maxRecordAgeSeconds: -1,
    bisectBatchOnFunctionError: false,
    reportBatchItemFailures: false,
    filters: [],
  });
});

test('every setting of the template is kept, zero and false too', () => {
  expect(settings({
    BatchSize: 7,
    MaximumBatchingWindowInSeconds: 3,
    ParallelizationFactor: 4,
    MaximumRetryAttempts: 0,
    MaximumRecordAgeInSeconds: 60,
    BisectBatchOnFunctionError: true,
    StartingPosition: 'LATEST',
    FunctionResponseTypes: ['ReportBatchItemFailures'],
    FilterCriteria: { Filters: [{ Pattern: '{"eventName":["INSERT"]}' }] },
  }, { FunctionResponseTypes: ['ReportBatchItemFailures'], FilterCriteria: { Filters: [{ Pattern: '{"eventName":["INSERT"]}' }] } })).toMatchObject({
    batchSize: 7,
    batchingWindowSeconds: 3,
    parallelizationFactor: 4,
    retryAttempts: 0,
    maxRecordAgeSeconds: 60,
    bisectBatchOnFunctionError: true,
    startingPosition: 'LATEST',
    reportBatchItemFailures: true,
    filters: [{ eventName: ['INSERT'] }],
  });
});

test('what is an intrinsic in the template is taken from the deployed mapping', () => {
  expect(settings({ BatchSize: { Ref: 'BatchSize' }, MaximumRetryAttempts: { Ref: 'Retries' } }, { BatchSize: 25, MaximumRetryAttempts: 2 }))
    .toMatchObject({ batchSize: 25, retryAttempts: 2 });
});

test.each([
  ['SQS', 'arn:aws:sqs:us-east-1:000000000000:dead'],
  ['SNS', 'arn:aws:sns:us-east-1:000000000000:dead'],
  ['S3', 'arn:aws:s3:::dead'],
])('a destination on %s is recognized by its ARN', (type, arn) => {
  const destination = { OnFailure: { Destination: arn } };

  expect(settings({ DestinationConfig: {} }, { DestinationConfig: destination }).onFailure).toEqual({ type, arn });
});

test('fails on a tumbling window, naming the mapping', () => {
  expect(() => settings({ TumblingWindowInSeconds: 30 })).toThrow(/^Mapping Sub can't be run locally: tumblingWindowSeconds is not modelled/);
});

test.each([
  ['Stack/Apply/DynamoDBEventSource:DataOrders1234/Resource', 'Apply'],
  ['Prod/Work/Apply/Mapping/Resource', 'Work/Apply/Mapping'],
  ['Stack', 'Stack'],
])('%s is %s to people', (path, name) => {
  expect(shortName(path)).toBe(name);
});

test('namesakes are told apart by table, else by logical id', () => {
  const mapping = (name: string, tableName: string, logicalId: string) => ({ name, tableName, logicalId, stackName: 'S' }) as DeployedStreamMapping;
  const names = (...mappings: DeployedStreamMapping[]) => withUniqueNames(mappings).map(each => each.name);

  expect(names(mapping('A', 't', '1'), mapping('B', 't', '2'))).toEqual(['A', 'B']);
  expect(names(mapping('A', 't', '1'), mapping('A', 'u', '2'))).toEqual(['A (t)', 'A (u)']);
  expect(names(mapping('A', 't', '1'), mapping('A', 't', '2'))).toEqual(['A (S.1)', 'A (S.2)']);
});
