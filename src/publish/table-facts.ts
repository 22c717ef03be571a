import { CfnResource, Stack } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';

/** What the app itself shows of a table; nothing for one that was imported. */
export interface TableFacts {
  /** An object where it is known only when deployed. */
  readonly streamViewType?: string | object;
  readonly partitionKey?: dynamodb.Attribute;
  readonly sortKey?: dynamodb.Attribute;
  readonly isGlobal: boolean;
}

/** Undefined when the table is not made in this app. */
export function tableFacts(table: dynamodb.ITable): TableFacts | undefined {
  const resource = table.node.defaultChild;
  if (!CfnResource.isCfnResource(resource)) return undefined;
  switch (resource.cfnResourceType) {
    case dynamodb.CfnTable.CFN_RESOURCE_TYPE_NAME:
      return { ...commonFacts(resource as dynamodb.CfnTable), isGlobal: table.node.children.some((child) => child.node.id.startsWith('Replica')) };
    case dynamodb.CfnGlobalTable.CFN_RESOURCE_TYPE_NAME: {
      const replicas = Stack.of(resource).resolve((resource as dynamodb.CfnGlobalTable).replicas);
      return { ...commonFacts(resource as dynamodb.CfnGlobalTable), isGlobal: Array.isArray(replicas) && replicas.length > 1 };
    }
    default:
      return undefined;
  }
}

function commonFacts(resource: dynamodb.CfnTable | dynamodb.CfnGlobalTable): Omit<TableFacts, 'isGlobal'> {
  const stack = Stack.of(resource);
  const stream: { streamViewType?: string | object } | undefined = stack.resolve(resource.streamSpecification);
  const keys: { attributeName: string; keyType: string }[] = stack.resolve(resource.keySchema) ?? [];
  const definitions: { attributeName: string; attributeType: dynamodb.AttributeType }[] = stack.resolve(resource.attributeDefinitions) ?? [];
  const attribute = (keyType: string): dynamodb.Attribute | undefined => {
    const name = keys.find((key) => key.keyType === keyType)?.attributeName;
    const definition = definitions.find(({ attributeName }) => attributeName === name);
    return definition && { name: definition.attributeName, type: definition.attributeType };
  };
  return { streamViewType: stream?.streamViewType, partitionKey: attribute('HASH'), sortKey: attribute('RANGE') };
}
