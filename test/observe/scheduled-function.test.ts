import { Stack } from 'aws-cdk-lib';
import { CdcAlarms, QueuedSubscriber } from '../../src';
import { useBootstrap } from '../support/bootstrap';
import { handler, newStack, orders, Resource, resources } from '../support/stacks';

beforeAll(() => useBootstrap());

/** A relay, a watch and an auto-redrive for two subscribers: everything of the library that runs on a schedule. */
function scheduled(): Stack {
  const stack = newStack();
  CdcAlarms.of(stack);
  const source = orders(stack);
  for (const id of ['One', 'Two']) new QueuedSubscriber(stack, id, { source, handler: handler(), autoRedrive: {} });
  return stack;
}

const ofType = (stack: Stack, type: string): [string, Resource][] => Object.entries(resources(stack)).filter(([, { Type }]) => Type === type);
const minutes = (rate: string) => Number(/^rate\((\d+) minutes?\)$/.exec(rate)![1]);

test('Lambda does not repeat what a schedule sends, nor keep it until after the next is due', () => {
  const stack = scheduled();
  const configs = new Map(ofType(stack, 'AWS::Lambda::EventInvokeConfig').map(([, { Properties }]) => [Properties.FunctionName.Ref as string, Properties]));
  const rules = ofType(stack, 'AWS::Events::Rule');
  expect(rules).toHaveLength(3);
  for (const [, { Properties: { ScheduleExpression, Targets: [{ Arn }] } }] of rules) {
    const config = configs.get(Arn['Fn::GetAtt'][0]);
    expect(config).toMatchObject({ MaximumRetryAttempts: 0, Qualifier: '$LATEST' });
    expect(config.MaximumEventAgeInSeconds).toBeLessThanOrEqual(minutes(ScheduleExpression) * 60);
  }
});

test('no reserved concurrency: an account with a small quota refuses it', () => {
  for (const [, { Properties }] of ofType(scheduled(), 'AWS::Lambda::Function')) expect(Properties.ReservedConcurrentExecutions).toBeUndefined();
});

test('an alarm tells when the watch or auto-redrive does not work', () => {
  const alarms = ofType(scheduled(), 'AWS::CloudWatch::Alarm').map(([, { Properties }]) => Properties).filter(({ AlarmDescription }) => AlarmDescription.endsWith('#scheduled-functions'));
  expect(alarms.map(({ AlarmDescription }) => AlarmDescription.split(' fails')[0]).sort()).toEqual(['Auto-redrive', 'The watch of the failure store']);
  for (const alarm of alarms) expect(alarm.TreatMissingData).toBe('breaching');
});
