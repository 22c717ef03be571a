type Properties = Readonly<Record<string, unknown>>;

interface Statement {
  readonly Effect?: string;
  readonly Action?: string | readonly string[];
  readonly Condition?: { readonly Bool?: { readonly 'aws:SecureTransport'?: string | boolean } };
}

interface PolicyDocument {
  readonly Statement: Statement | readonly Statement[];
}

const POLICY_TYPES = ['AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy', 'AWS::S3::BucketPolicy', 'AWS::SNS::TopicPolicy', 'AWS::SQS::QueuePolicy'];
const ROLE_TYPE = 'AWS::IAM::Role';
const PARTIQL = /^dynamodb:PartiQL(Insert|Update|Delete|Select)$/;
const READ_PARAMETERS = 'ssm:GetParameters';
const READ_MAPPING = 'lambda:GetEventSourceMapping';
const BATCHED = ['sqs:SendMessage', 'sqs:DeleteMessage', 'sqs:ChangeMessageVisibility'];

/** What an emulator that enforces permissions has to be told otherwise than AWS. */
export function localPolicies(type: string, properties: Properties): Properties {
  if (POLICY_TYPES.includes(type)) return { ...properties, PolicyDocument: localDocument(properties.PolicyDocument as PolicyDocument) };
  if (type !== ROLE_TYPE || !properties.Policies) return properties;
  const policies = properties.Policies as ReadonlyArray<{ readonly PolicyDocument: PolicyDocument }>;
  return { ...properties, Policies: policies.map(policy => ({ ...policy, PolicyDocument: localDocument(policy.PolicyDocument) })) };
}

function localDocument(document: PolicyDocument): PolicyDocument {
  const statements = ([document.Statement].flat() as Statement[]).filter(statement => !insistsOnTls(statement)).map(withBatches);
  return { ...document, Statement: [...statements, ...partiqlCalls(statements), ...parameterReads(statements), ...mappingReads(statements)] };
}

/** It has no TLS. */
function insistsOnTls({ Effect, Condition }: Statement): boolean {
  return Effect === 'Deny' && String(Condition?.Bool?.['aws:SecureTransport']) === 'false';
}

/** AWS authorizes a batch of a queue's messages as the action on one. The emulator knows batches by the names of the calls. */
function withBatches(statement: Statement): Statement {
  const actions = [statement.Action].flat();
  const batches = BATCHED.filter(action => actions.includes(action)).map(action => `${action}Batch`);
  return batches.length === 0 ? statement : { ...statement, Action: [...actions as string[], ...batches] };
}

/**
 * AWS authorizes each PartiQL statement as the action it is, on its table. The emulator knows only the names of the calls that carry
 * them, and no table: whoever may use PartiQL at all may make those calls.
 */
function partiqlCalls(statements: readonly Statement[]): object[] {
  if (!allowsSome(statements, action => PARTIQL.test(action))) return [];
  return [{ Effect: 'Allow', Action: ['dynamodb:BatchExecuteStatement', 'dynamodb:ExecuteStatement'], Resource: '*' }];
}

/** AWS authorizes reading several parameters for each of them. The emulator looks for no names in that call: whoever may read some may read all. */
function parameterReads(statements: readonly Statement[]): object[] {
  if (!allowsSome(statements, action => action === READ_PARAMETERS)) return [];
  return [{ Effect: 'Allow', Action: READ_PARAMETERS, Resource: '*' }];
}

/** The emulator takes reading one mapping for listing all. */
function mappingReads(statements: readonly Statement[]): object[] {
  if (!allowsSome(statements, action => action === READ_MAPPING)) return [];
  return [{ Effect: 'Allow', Action: 'lambda:ListEventSourceMappings', Resource: '*' }];
}

function allowsSome(statements: readonly Statement[], isMeant: (action: string) => boolean): boolean {
  return statements.some(({ Effect, Action }) => Effect === 'Allow' && [Action].flat().some(action => isMeant(action ?? '')));
}
