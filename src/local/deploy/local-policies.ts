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

/** What an emulator that enforces permissions has to be told otherwise than AWS. */
export function localPolicies(type: string, properties: Properties): Properties {
  if (POLICY_TYPES.includes(type)) return { ...properties, PolicyDocument: localDocument(properties.PolicyDocument as PolicyDocument) };
  if (type !== ROLE_TYPE || !properties.Policies) return properties;
  const policies = properties.Policies as ReadonlyArray<{ readonly PolicyDocument: PolicyDocument }>;
  return { ...properties, Policies: policies.map(policy => ({ ...policy, PolicyDocument: localDocument(policy.PolicyDocument) })) };
}

function localDocument(document: PolicyDocument): PolicyDocument {
  const statements = [document.Statement].flat() as Statement[];
  return { ...document, Statement: [...statements.filter(statement => !insistsOnTls(statement)), ...partiqlCalls(statements)] };
}

/** It has no TLS. */
function insistsOnTls({ Effect, Condition }: Statement): boolean {
  return Effect === 'Deny' && String(Condition?.Bool?.['aws:SecureTransport']) === 'false';
}

/**
 * AWS authorizes each PartiQL statement as the action it is, on its table. The emulator knows only the names of the calls that carry
 * them, and no table: whoever may use PartiQL at all may make those calls.
 */
function partiqlCalls(statements: readonly Statement[]): object[] {
  if (!statements.some(({ Action }) => [Action].flat().some(action => PARTIQL.test(action ?? '')))) return [];
  return [{ Effect: 'Allow', Action: ['dynamodb:BatchExecuteStatement', 'dynamodb:ExecuteStatement'], Resource: '*' }];
}
