type Properties = Readonly<Record<string, unknown>>;

interface Statement {
  readonly Action?: string | readonly string[];
}

interface PolicyDocument {
  readonly Statement: Statement | readonly Statement[];
}

const POLICY_TYPES = ['AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy'];
const ROLE_TYPE = 'AWS::IAM::Role';
const PARTIQL = /^dynamodb:PartiQL(Insert|Update|Delete|Select)$/;

/**
 * AWS authorizes each PartiQL statement as the action it is, on its table. The emulator knows only the names of the calls that carry
 * them, and no table: whoever may use PartiQL at all may make those calls.
 */
export function localPolicies(type: string, properties: Properties): Properties {
  if (POLICY_TYPES.includes(type)) return { ...properties, PolicyDocument: withCalls(properties.PolicyDocument as PolicyDocument) };
  if (type !== ROLE_TYPE || !properties.Policies) return properties;
  const policies = properties.Policies as ReadonlyArray<{ readonly PolicyDocument: PolicyDocument }>;
  return { ...properties, Policies: policies.map(policy => ({ ...policy, PolicyDocument: withCalls(policy.PolicyDocument) })) };
}

function withCalls(document: PolicyDocument): PolicyDocument {
  const statements = [document.Statement].flat() as Statement[];
  if (!statements.some(({ Action }) => [Action].flat().some(action => PARTIQL.test(action ?? '')))) return document;
  const calls = { Effect: 'Allow', Action: ['dynamodb:BatchExecuteStatement', 'dynamodb:ExecuteStatement'], Resource: '*' };
  return { ...document, Statement: [...statements, calls] };
}
