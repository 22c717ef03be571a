import { setTimeout as sleep } from 'node:timers/promises';
import {
  Capability, CloudFormationClient, CreateStackCommand, DeleteStackCommand, DescribeStackEventsCommand, DescribeStacksCommand,
  paginateListStackResources, Parameter, Stack, UpdateStackCommand,
} from '@aws-sdk/client-cloudformation';
import { UserError } from '../emulator';

export interface StackRequest {
  readonly stackName: string;
  readonly templateUrl: string;
  readonly parameters: Readonly<Record<string, string>>;
  /** Construct paths by logical id. */
  readonly paths: ReadonlyMap<string, string>;
  readonly limitMillis: number;
}

const POLL_MILLIS = 30;
const CAPABILITIES = [Capability.CAPABILITY_IAM, Capability.CAPABILITY_NAMED_IAM, Capability.CAPABILITY_AUTO_EXPAND];
const FAILED_FOR_GOOD = ['ROLLBACK_COMPLETE', 'CREATE_FAILED', 'ROLLBACK_FAILED', 'DELETE_FAILED'];

/** Creates the stack, or updates it when it is there. Resolves when CloudFormation is done, with what it then says. */
export async function deployStack(client: CloudFormationClient, request: StackRequest): Promise<Stack> {
  const existing = await describe(client, request.stackName);
  if (existing && FAILED_FOR_GOOD.includes(existing.StackStatus ?? '')) {
    await client.send(new DeleteStackCommand({ StackName: request.stackName }));
    await settled(client, request);
  }
  const input = {
    StackName: request.stackName,
    TemplateURL: request.templateUrl,
    Capabilities: CAPABILITIES,
    Parameters: Object.entries(request.parameters).map(([key, value]): Parameter => ({ ParameterKey: key, ParameterValue: value })),
  };
  const update = existing && !FAILED_FOR_GOOD.includes(existing.StackStatus ?? '') && existing.StackStatus !== 'DELETE_COMPLETE';
  const started = await attempt(request, () => update ? startUpdate(client, input) : client.send(new CreateStackCommand(input)).then(() => true));
  const stack = started ? await settled(client, request) : existing;
  if (!stack || !/^(CREATE|UPDATE)_COMPLETE$/.test(stack.StackStatus ?? '') && started) {
    throw new UserError(await failureOf(client, request.stackName, stack));
  }
  return stack;
}

/** Physical ids by logical id. */
export async function physicalIds(client: CloudFormationClient, stackName: string): Promise<Map<string, string>> {
  const ids = new Map<string, string>();
  for await (const page of paginateListStackResources({ client }, { StackName: stackName })) {
    for (const resource of page.StackResourceSummaries ?? []) ids.set(resource.LogicalResourceId ?? '', resource.PhysicalResourceId ?? '');
  }
  return ids;
}

async function startUpdate(client: CloudFormationClient, input: ConstructorParameters<typeof UpdateStackCommand>[0]): Promise<boolean> {
  try {
    await client.send(new UpdateStackCommand(input));
    return true;
  } catch (error) {
    if (/no updates/i.test((error as Error).message)) return false;
    throw error;
  }
}

async function attempt<T>(request: StackRequest, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if ((error as Error).name !== 'ValidationError') throw error;
    const reason = sentence((error as Error).message);
    throw new UserError(`Stack ${request.stackName} was refused: ${reason}${adviceOn(reason)}`, { cause: error });
  }
}

async function settled(client: CloudFormationClient, request: StackRequest): Promise<Stack | undefined> {
  for (const until = Date.now() + request.limitMillis; Date.now() < until; await sleep(POLL_MILLIS)) {
    const stack = await describe(client, request.stackName);
    if (!stack || !stack.StackStatus?.endsWith('_IN_PROGRESS')) return stack;
  }
  const stuck = await unfinished(client, request);
  const where = stuck.length > 0 ? `: still under way ${stuck.length === 1 ? 'is' : 'are'} ${stuck.join(', ')}` : '';
  throw new UserError(`Stack ${request.stackName} was not deployed within ${request.limitMillis / 1000} s${where}. `
    + 'A custom resource whose function fails never answers: see what the function printed, leave the resource out with --without, or allow more time with --deploy-limit. '
    + 'A function in Python may need boto3 beside the emulator: run "pip install boto3".');
}

/** Resources that were begun and have no end, with their types. */
async function unfinished(client: CloudFormationClient, { stackName, paths }: StackRequest): Promise<string[]> {
  const { StackEvents = [] } = await client.send(new DescribeStackEventsCommand({ StackName: stackName }));
  // The newest comes first.
  const newest = new Map([...StackEvents].reverse().map(event => [event.LogicalResourceId ?? '', event]));
  return [...newest.values()]
    .filter(event => event.ResourceStatus?.endsWith('_IN_PROGRESS') && event.ResourceType !== 'AWS::CloudFormation::Stack')
    .map(({ LogicalResourceId = '', ResourceType }) => `${paths.get(LogicalResourceId) ?? LogicalResourceId} (${ResourceType})`);
}

async function describe(client: CloudFormationClient, stackName: string): Promise<Stack | undefined> {
  try {
    return (await client.send(new DescribeStacksCommand({ StackName: stackName }))).Stacks?.[0];
  } catch (error) {
    if (/does not exist/i.test((error as Error).message)) return undefined;
    throw error;
  }
}

/** The first resource that failed is the cause; what fails after it only follows. */
async function failureOf(client: CloudFormationClient, stackName: string, stack: Stack | undefined): Promise<string> {
  const { StackEvents = [] } = await client.send(new DescribeStackEventsCommand({ StackName: stack?.StackId ?? stackName }));
  const cause = StackEvents.filter(event => event.ResourceStatus?.endsWith('_FAILED') && event.ResourceType !== 'AWS::CloudFormation::Stack').pop();
  const reason = sentence(cause?.ResourceStatusReason ?? stack?.StackStatusReason ?? stack?.StackStatus ?? 'no reason given');
  const where = cause ? ` at ${cause.LogicalResourceId} (${cause.ResourceType})` : '';
  return `Stack ${stackName} was not deployed${where}: ${reason}${adviceOn(reason)}`;
}

function adviceOn(reason: string): string {
  return /(unsupported|unrecognized) resource type/i.test(reason)
    ? ' The emulator does not know this type: move the resource to a stack of its own, and name the other stacks with --stack.'
    : '';
}

function sentence(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return /[.!?]$/.test(line) ? line : `${line}.`;
}
