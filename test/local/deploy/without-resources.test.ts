import { CloudFormationClient, ValidateTemplateCommand } from '@aws-sdk/client-cloudformation';
import { leftOut, typesUnknownTo } from '../../../src/local/deploy/left-out';
import { ResourceTemplate } from '../../../src/local/deploy/template';
import { withoutResources } from '../../../src/local/deploy/without-resources';

const COMPOSITE = 'AWS::CloudWatch::CompositeAlarm';
const runnablePart = <T extends ResourceTemplate>(template: T) => withoutResources(template, leftOut(template, new Set()));
const types = (resources: object) => leftOut({ Resources: resources as never }, new Set([COMPOSITE])).map(({ logicalId, why }) => `${logicalId}: ${why}`);

test('left out are custom resources, unknown types, and functions in images with what belongs to them', () => {
  expect(types({
    Clean: { Type: 'Custom::S3AutoDeleteObjects' },
    Old: { Type: 'AWS::CloudFormation::CustomResource' },
    Composite: { Type: COMPOSITE },
    Stage: { Type: 'AWS::Lambda::EventSourceMapping', Properties: { FunctionName: { Ref: 'Alias' } } },
    Alias: { Type: 'AWS::Lambda::Alias', Properties: { FunctionName: { Ref: 'Image' } } },
    Image: { Type: 'AWS::Lambda::Function', Properties: { Code: { ImageUri: 'uri' } } },
    Zip: { Type: 'AWS::Lambda::Function', Properties: { Code: { S3Key: 'key' } } },
    Mapping: { Type: 'AWS::Lambda::EventSourceMapping', Properties: { FunctionName: { 'Fn::GetAtt': ['Zip', 'Arn'] } } },
    Nested: { Type: 'AWS::CloudFormation::Stack' },
  })).toEqual([
    'Clean: custom resources are not run',
    'Old: custom resources are not run',
    'Composite: the emulator does not know this type',
    'Image: the emulator does not run container images',
    'Alias: its function Image is left out',
    'Stage: its function Alias is left out',
  ]);
});

test('what refers to a resource that is left out still resolves', () => {
  const template = {
    Resources: {
      Gone: { Type: 'Custom::Thing' },
      Kept: {
        Type: 'AWS::SNS::Topic',
        DependsOn: ['Gone', 'Other'],
        Properties: {
          A: { Ref: 'Gone' },
          B: { 'Fn::GetAtt': ['Gone', 'Deep.Value'] },
          C: { 'Fn::GetAtt': 'Gone.Arn' },
          D: { 'Fn::Sub': '${Gone}/${Gone.Name}/${Other}/${!Gone}/${AWS::Region}' },
          E: { 'Fn::Sub': ['${Gone}/${Mine}', { Gone: { Ref: 'Other' }, Mine: { Ref: 'Gone' } }] },
          F: { 'Fn::Join': ['', ['x', { Ref: 'Gone' }]] },
        },
      },
      Other: { Type: 'AWS::SNS::Topic', DependsOn: 'Gone', Properties: { Ref: 'Gone', More: 1 } },
    },
    Outputs: { Gone: { Value: { 'Fn::GetAtt': ['Gone', 'Url'] }, Export: { Name: 'gone' } } },
  };
  const before = structuredClone(template);
  expect(runnablePart(template)).toEqual({
    Resources: {
      Kept: {
        Type: 'AWS::SNS::Topic',
        DependsOn: ['Other'],
        Properties: {
          A: 'left-out-Gone',
          B: 'left-out-Gone-Deep.Value',
          C: 'arn:aws:thing:us-east-1:000000000000:left-out-Gone',
          D: { 'Fn::Sub': 'left-out-Gone/left-out-Gone-Name/${Other}/${!Gone}/${AWS::Region}' },
          E: { 'Fn::Sub': ['${Gone}/${Mine}', { Gone: { Ref: 'Other' }, Mine: 'left-out-Gone' }] },
          F: { 'Fn::Join': ['', ['x', 'left-out-Gone']] },
        },
      },
      // A property of that name is no reference.
      Other: { Type: 'AWS::SNS::Topic', Properties: { Ref: 'Gone', More: 1 } },
    },
    Outputs: { Gone: { Value: 'left-out-Gone-Url', Export: { Name: 'gone' } } },
  });
  expect(template).toEqual(before);
});

test('a template of which nothing is left out stays as it is', () => {
  const template = { Resources: { Topic: { Type: 'AWS::SNS::Topic' } } };
  expect(runnablePart(template)).toBe(template);
});

describe('which types an emulator does not know', () => {
  const answering = (answer: Error | object) => {
    const bodies: string[] = [];
    const send = async ({ input }: ValidateTemplateCommand) => {
      bodies.push(input.TemplateBody!);
      if (answer instanceof Error) throw answer;
      return answer;
    };
    return { bodies, client: { send } as unknown as CloudFormationClient };
  };
  const templates: ResourceTemplate[] = [{ Resources: { A: { Type: COMPOSITE }, B: { Type: 'AWS::SNS::Topic' }, C: { Type: 'Custom::Thing' } } }, { Resources: { D: { Type: COMPOSITE } } }, {}];

  test('is what it says when it is asked for each type once', async () => {
    const { bodies, client } = answering(new Error(`Template format error: Unrecognized resource types: [${COMPOSITE}, AWS::Odd::Thing]`));
    expect(await typesUnknownTo(client, templates)).toEqual(new Set([COMPOSITE, 'AWS::Odd::Thing']));
    expect(bodies.map(body => JSON.parse(body))).toEqual([{ Resources: { Type0: { Type: COMPOSITE }, Type1: { Type: 'AWS::SNS::Topic' } } }]);
  });

  test.each([['nothing', {}], ['something else', new Error('ValidateTemplate is not implemented')]])('is none where it says %s', async (_what, answer) => {
    expect(await typesUnknownTo(answering(answer).client, templates)).toEqual(new Set());
  });
});

test('what reads changes and cannot be run is missed, unless it is left out on purpose', () => {
  const resources = {
    Java: { Type: 'AWS::Lambda::Function', Properties: { Runtime: 'java21' } },
    Node: { Type: 'AWS::Lambda::Function', Properties: { Runtime: 'nodejs24.x' } },
    Pipe: { Type: 'AWS::Pipes::Pipe' },
    OfJava: { Type: 'AWS::Lambda::EventSourceMapping', Properties: { FunctionName: { Ref: 'Java' } } },
    OfNode: { Type: 'AWS::Lambda::EventSourceMapping', Properties: { FunctionName: { Ref: 'Node' } } },
  };
  const missed = (...unwanted: string[]) => leftOut({ Resources: resources }, new Set(), id => unwanted.includes(id))
    .filter(({ isMissed }) => isMissed).map(({ logicalId }) => logicalId);

  expect(missed()).toEqual(['Pipe', 'OfJava']);
  expect(missed('Java', 'Pipe', 'Node')).toEqual([]);
});
