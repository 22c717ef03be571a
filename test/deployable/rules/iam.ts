import { Assembly, oneStack, placed, Resource as Declared } from '../assembly/assembly';
import { deployedText, deployedValue, identity } from '../assembly/deployed-value';
import { policiesOf } from '../assembly/roles';
import { Rule } from '../rule';

const INLINE_CHARACTERS = 10_240;
const MANAGED_CHARACTERS = 6_144;
const MANAGED_A_ROLE = 10;
const TRUST_CHARACTERS = 2_048;
const NAME = /^[\w+=,.@-]{1,64}$/;
const QUOTAS = 'IAM User Guide, IAM and AWS STS quotas: quotas for IAM objects; "IAM doesn\'t count white space when calculating the size of a policy"';

const allow = (Action: string, Resource: unknown = '*', rest: object = {}) => ({ Effect: 'Allow', Action, Resource, ...rest });
const document = (...Statement: object[]) => ({ Version: '2012-10-17', Statement });
const role = (Properties: object = {}): Declared => ({ Type: 'AWS::IAM::Role', Properties });
const policy = (PolicyDocument: object, Type = 'AWS::IAM::Policy'): Declared => ({ Type, Properties: { PolicyName: 'Policy', PolicyDocument, Roles: [{ Ref: 'Role' }] } });
const long = (bytes: number) => document(allow('s3:GetObject', `arn:aws:s3:::${'x'.repeat(bytes)}`));

/** Every policy document in the assembly, with the resource that holds it. */
function documents(assembly: Assembly) {
  return placed(assembly).flatMap((resource) => {
    const { AssumeRolePolicyDocument, KeyPolicy, Policies, PolicyDocument } = resource.properties;
    const inline: any[] = resource.type === 'AWS::IAM::Role' ? Policies ?? [] : [];
    return [PolicyDocument, KeyPolicy, AssumeRolePolicyDocument, ...inline.map((one) => one.PolicyDocument)]
      .filter(Boolean).map((found) => ({ resource, statements: [found.Statement].flat() as any[] }));
  });
}

export const IAM: readonly Rule[] = [
  {
    name: 'statement ids are unique in a policy document',
    source: 'aws-cloudformation/cfn-lint#3973: "Statement IDs (SID) in a single policy must be unique"',
    check: (assembly) => documents(assembly).flatMap(({ resource: { id }, statements }) => {
      const sids = statements.map(({ Sid }) => Sid).filter((sid) => sid !== undefined);
      return [...new Set(sids.filter((sid, index) => sids.indexOf(sid) !== index))].map((sid) => `${id}: several statements have the id ${sid}`);
    }),
    refused: [
      oneStack({ Policy: policy(document(allow('s3:GetObject', '*', { Sid: 'Same' }), allow('s3:PutObject', '*', { Sid: 'Same' }))) }),
      oneStack({ Role: role({ Policies: [{ PolicyName: 'P', PolicyDocument: document(allow('a:B', '*', { Sid: 'A' }), allow('a:C', '*', { Sid: 'A' })) }] }) }),
    ],
    accepted: [oneStack({
      Policy: policy(document(allow('s3:GetObject', '*', { Sid: 'One' }), allow('s3:PutObject', '*', { Sid: 'Two' }), allow('s3:ListBucket'), allow('s3:Get'))),
      Other: policy(document(allow('s3:GetObject', '*', { Sid: 'One' }))),
    })],
  },
  {
    name: 'statement ids are letters and digits',
    source: 'IAM User Guide, IAM JSON policy elements: Sid ("ASCII uppercase letters, lowercase letters and numbers")',
    check: (assembly) => documents(assembly).filter(({ resource: { type } }) => type.startsWith('AWS::IAM::')).flatMap(({ resource: { id }, statements }) => statements
      .filter(({ Sid }) => Sid !== undefined && !/^[A-Za-z0-9]*$/.test(Sid)).map(({ Sid }) => `${id}: statement id ${Sid}`)),
    refused: [oneStack({ Policy: policy(document(allow('s3:GetObject', '*', { Sid: 'of-one' }))) })],
    accepted: [oneStack({ Policy: policy(document(allow('s3:GetObject', '*', { Sid: 'OfOne1' }))) })],
  },
  {
    name: `the inline policies of a role have at most ${INLINE_CHARACTERS} characters together`,
    source: `${QUOTAS}; serverless/serverless#7643: "Maximum policy size of 10240 bytes exceeded for role"`,
    check: (assembly) => placed(assembly, 'AWS::IAM::Role').flatMap((found) => {
      const size = policiesOf(assembly, identity(assembly, found).name).filter(({ kind }) => kind === 'INLINE').reduce((sum, { text }) => sum + text.length, 0);
      return size > INLINE_CHARACTERS ? [`${found.id}: inline policies of ${size} characters`] : [];
    }),
    refused: [
      oneStack({ Role: role({ Policies: [{ PolicyName: 'P', PolicyDocument: long(6_000) }] }), Policy: policy(long(5_000)) }),
      oneStack({ Role: role(), Policy: policy(long(INLINE_CHARACTERS)) }),
    ],
    accepted: [oneStack({ Role: role({ Policies: [{ PolicyName: 'P', PolicyDocument: long(5_000) }] }), Policy: policy(long(5_000)), More: policy(long(5_000), 'AWS::IAM::ManagedPolicy') })],
  },
  {
    name: `a managed policy has at most ${MANAGED_CHARACTERS} characters`,
    source: QUOTAS,
    check: (assembly) => placed(assembly, 'AWS::IAM::ManagedPolicy').flatMap(({ id, properties, stack }) => {
      const size = JSON.stringify(deployedValue(assembly, stack, properties.PolicyDocument)).length;
      return size > MANAGED_CHARACTERS ? [`${id}: ${size} characters`] : [];
    }),
    refused: [oneStack({ Policy: policy(long(6_100), 'AWS::IAM::ManagedPolicy') })],
    accepted: [oneStack({ Policy: policy(long(6_000), 'AWS::IAM::ManagedPolicy') })],
  },
  {
    name: `a role has at most ${MANAGED_A_ROLE} managed policies`,
    source: 'IAM User Guide, IAM and AWS STS quotas: managed policies per role, 10 (25 on request)',
    check: (assembly) => placed(assembly, 'AWS::IAM::Role').flatMap((found) => {
      const attached = policiesOf(assembly, identity(assembly, found).name).filter(({ kind }) => kind === 'MANAGED').length + (found.properties.ManagedPolicyArns ?? []).length;
      return attached > MANAGED_A_ROLE ? [`${found.id}: ${attached} managed policies`] : [];
    }),
    refused: [oneStack({ Role: role({ ManagedPolicyArns: Array(10).fill('arn:aws:iam::aws:policy/X') }), Policy: policy(long(1), 'AWS::IAM::ManagedPolicy') })],
    accepted: [oneStack({ Role: role({ ManagedPolicyArns: Array(9).fill('arn:aws:iam::aws:policy/X') }), Policy: policy(long(1), 'AWS::IAM::ManagedPolicy') })],
  },
  {
    name: `a trust policy has at most ${TRUST_CHARACTERS} characters`,
    source: 'IAM User Guide, IAM and AWS STS quotas: role trust policy length',
    check: (assembly) => placed(assembly, 'AWS::IAM::Role').filter(({ properties, stack }) =>
      JSON.stringify(deployedValue(assembly, stack, properties.AssumeRolePolicyDocument) ?? '').length > TRUST_CHARACTERS).map(({ id }) => `${id}: trust policy`),
    refused: [oneStack({ Role: role({ AssumeRolePolicyDocument: long(2_000) }) })],
    accepted: [oneStack({ Role: role({ AssumeRolePolicyDocument: long(1_900) }) })],
  },
  {
    name: 'names of roles have 1 to 64 characters, and those of policies 1 to 128',
    source: 'IAM User Guide, IAM and AWS STS quotas: IAM name requirements, character limits',
    check: (assembly) => [
      ...placed(assembly, 'AWS::IAM::Role').filter(({ properties, stack }) => properties.RoleName !== undefined && !NAME.test(deployedText(assembly, stack, properties.RoleName))),
      ...placed(assembly, 'AWS::IAM::Role', 'AWS::IAM::Policy').filter(({ properties, stack }) => [properties.PolicyName, ...(properties.Policies ?? []).map((one: any) => one.PolicyName)]
        .some((name) => name !== undefined && !/^.{1,128}$/.test(deployedText(assembly, stack, name)))),
    ].map(({ id }) => `${id}: name`),
    refused: [oneStack({ Role: role({ RoleName: 'x'.repeat(65) }) }), oneStack({ Role: role({ RoleName: 'no spaces' }) }), oneStack({ P: { Type: 'AWS::IAM::Policy', Properties: { PolicyName: 'x'.repeat(129) } } })],
    accepted: [oneStack({ Role: role({ RoleName: 'x'.repeat(64), Policies: [{ PolicyName: 'x'.repeat(128), PolicyDocument: long(1) }] }) })],
  },
  {
    name: 'a statement names the resources that its actions have',
    source: 'IAM User Guide, IAM JSON policy elements: Resource (an ARN or *)',
    check: (assembly) => documents(assembly).filter(({ resource: { type } }) => type.startsWith('AWS::IAM::')).flatMap(({ resource: { id, stack }, statements }) => statements
      .flatMap(({ Resource: named }) => [named ?? []].flat()).map((named) => deployedText(assembly, stack, named))
      .filter((named) => named !== '*' && !named.startsWith('arn:') && !named.startsWith('<')).map((named) => `${id}: resource ${named}`)),
    refused: [oneStack({ Policy: policy(document(allow('s3:GetObject', 'bucket/*'))) })],
    accepted: [oneStack({ Policy: policy(document(allow('s3:GetObject', 'arn:aws:s3:::bucket/*'), allow('s3:ListAllMyBuckets'))) })],
  },
];
