import { Lazy } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { failurePrefix, keptKey } from '../contract/failure-record';
import { MANAGED_POLICIES_A_ROLE, MANAGED_POLICY_CHARACTERS, ROLE_INLINE_CHARACTERS } from '../contract/limits';
import { FailureStore } from '../failure/failure-store';
import { invalid } from '../validate/invalid';
import { arnInRules, justify } from '../validate/justify';

/** Names are known only when deployed, so each counts as long as it can become. */
const BUCKET_ARN = 'arn:aws-us-gov:s3:::'.length + 63;
const FUNCTION_ARN = 'arn:aws-us-gov:lambda:us-gov-west-1:000000000000:function:'.length + 64;
/** The statements without what is listed in them. */
const SCAFFOLD = 900;
/** What stands beside them inline: the log group, whose name may have 512 characters, and the key. */
const BESIDE = 1_200;
/** Quotes and comma of an entry. */
const ENTRY = 3;

/** Where a policy still has room. */
interface Part {
  readonly holder: Construct;
  readonly limit: number;
  characters: number;
  readonly prefixes: string[];
  readonly statements: { readonly take: iam.PolicyStatement; readonly setAside: iam.PolicyStatement; readonly invoke: iam.PolicyStatement };
}

/**
 * What the function that redrives may do with the stored changes of its subscribers, and their functions: one statement for each action, which lists them all.
 * What exceeds the role's inline policies goes to managed policies.
 */
export class AutoRedrivePolicy {
  private readonly parts: Part[] = [];
  private subscribers = 0;

  public constructor(
    private readonly scope: Construct,
    private readonly role: iam.Role,
    private readonly inline: iam.PolicyDocument,
    private readonly store: FailureStore,
  ) {}

  /** Fails when the role has no room left. */
  public allow(subscriberName: string, fn: lambda.IFunction): void {
    const taken = `${failurePrefix(subscriberName)}*`;
    const setAside = `${keptKey('set-aside', subscriberName)}*`;
    const characters = 2 * taken.length + setAside.length + 2 * (BUCKET_ARN + 1) + FUNCTION_ARN + 4 * ENTRY;
    const part = this.partWithRoom(characters);
    const { bucket } = this.store;
    part.characters += characters;
    this.subscribers += 1;
    part.prefixes.push(taken);
    part.statements.take.addResources(bucket.arnForObjects(taken));
    part.statements.setAside.addResources(bucket.arnForObjects(setAside));
    part.statements.invoke.addResources(fn.functionArn);
    justify(part.holder, ...[taken, setAside].map((below) => ({
      nag: `AwsSolutions-IAM5[Resource::${arnInRules(bucket)}/${below}]`, reason: 'It empties what its subscribers have stored, each below a prefix of its own.',
    })));
  }

  private partWithRoom(characters: number): Part {
    const last = this.parts.at(-1);
    if (last && last.characters + characters <= last.limit) return last;
    if (this.parts.length > MANAGED_POLICIES_A_ROLE) {
      throw invalid(this.scope, 'autoRedrive', `subscriber ${this.subscribers + 1}`,
        `${this.subscribers} of one table in a stack, since IAM gives a role ${MANAGED_POLICIES_A_ROLE} managed policies`,
        'Put some of the subscribers into another stack, where they get a function of their own');
    }
    const part = this.parts.length === 0 ? this.newPart(this.role, ROLE_INLINE_CHARACTERS, this.inline, BESIDE) : this.managedPart();
    this.parts.push(part);
    return part;
  }

  private managedPart(): Part {
    const document = new iam.PolicyDocument();
    const policy = new iam.ManagedPolicy(this.scope, `Policy${this.parts.length}`, {
      document, roles: [this.role], description: 'More of what the function that redrives may do; its role has no room for it',
    });
    return this.newPart(policy, MANAGED_POLICY_CHARACTERS, document, 0);
  }

  private newPart(holder: Construct, limit: number, document: iam.PolicyDocument, beside: number): Part {
    const { bucket } = this.store;
    const owned = { StringEquals: { 's3:ResourceAccount': bucket.stack.account } };
    const prefixes: string[] = [];
    const list = new iam.PolicyStatement({
      sid: 'ListStored',
      actions: ['s3:ListBucket'],
      resources: [bucket.bucketArn],
      conditions: { ...owned, StringLike: { 's3:prefix': Lazy.list({ produce: () => prefixes }) } },
    });
    const statements = {
      take: new iam.PolicyStatement({ sid: 'TakeStored', actions: ['s3:DeleteObject', 's3:GetObject'], conditions: owned }),
      setAside: new iam.PolicyStatement({ sid: 'SetAside', actions: ['s3:PutObject'], conditions: owned }),
      invoke: new iam.PolicyStatement({ sid: 'HandOver', actions: ['lambda:InvokeFunction'] }),
    };
    document.addStatements(list, ...Object.values(statements));
    return { holder, limit, characters: SCAFFOLD + beside, prefixes, statements };
  }
}
