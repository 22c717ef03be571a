import { FilterableRecord, imageOf, imageReader, reader } from './attribute';
import { roseBy } from './decimal';
import { beginsWithTest, compareTest, containsTest, endsWithTest, equalsSetTest, equalsTest, sizeTest, ValueTest } from './predicates';
import { readFilter } from './read-filter';
import { sameValue } from './same-value';
import { foldAscii } from './text-order';
import { ChangedNode, FilterNode, FilterOperand, MovedNode } from '../../contract/filter';

export type FilterPredicate = (record: FilterableRecord) => boolean;

/**
 * Turns a serialized filter into a predicate on stream records, as they are in the event. Throws on a form this version does not
 * know. The predicate itself throws on no record that DynamoDB can write.
 */
export function compileFilter(serialized: unknown): FilterPredicate {
  return compileNode(readFilter(serialized).root);
}

function compileNode(node: FilterNode): FilterPredicate {
  switch (node.node) {
    case 'allOf': return every(node.of.map(compileNode));
    case 'anyOf': return some(node.of.map(compileNode));
    case 'negate': return opposite(compileNode(node.of));
    case 'eventName': {
      const names = new Set<string | undefined>(node.oneOf);
      return (record) => names.has(record.eventName);
    }
    case 'expiredByTtl': return isExpiry;
    case 'exists': {
      const { type } = node;
      return onValue(node, type === undefined ? () => true : (value) => value[type] !== undefined);
    }
    case 'absent': return absent(node);
    case 'equals': return onValue(node, equalsTest(node));
    case 'equalsIgnoringCase': {
      const folded = new Set(node.oneOf.map(foldAscii));
      return onValue(node, ({ S }) => S !== undefined && folded.has(foldAscii(S)));
    }
    case 'equalsSet': return onValue(node, equalsSetTest(node));
    case 'beginsWith': return onValue(node, beginsWithTest(node.value));
    case 'endsWith': return onValue(node, endsWithTest(node.value));
    case 'compare': return onValue(node, compareTest(node));
    case 'contains': return onValue(node, containsTest(node));
    case 'size': return onValue(node, sizeTest(node));
    case 'changed': return changed(node);
    case 'moved': return moved(node);
    case 'pattern': throw new Error('A raw pattern is evaluated by the event source mapping only: use it with a StreamSubscriber.');
  }
}

/** No image or no attribute, no match. */
function onValue(operand: FilterOperand, test: ValueTest): FilterPredicate {
  const read = reader(operand);
  return (record) => {
    const value = read(record);
    return value !== undefined && test(value);
  };
}

function absent({ image, path }: FilterOperand): FilterPredicate {
  const read = imageReader(path);
  return (record) => {
    const members = imageOf(record, image);
    return members !== undefined && read(members) === undefined;
  };
}

function changed({ path }: ChangedNode): FilterPredicate {
  const read = imageReader(path);
  return (record) => !sameValue(read(record.dynamodb?.OldImage), read(record.dynamodb?.NewImage));
}

function moved({ path, direction, by }: MovedNode): FilterPredicate {
  const read = imageReader(path);
  return (record) => {
    const before = read(record.dynamodb?.OldImage)?.N;
    const after = read(record.dynamodb?.NewImage)?.N;
    if (before === undefined || after === undefined) return false;
    return direction === 'UP' ? roseBy(before, after, by) : roseBy(after, before, by);
  };
}

function isExpiry({ eventName, userIdentity }: FilterableRecord): boolean {
  return eventName === 'REMOVE' && userIdentity?.type === 'Service' && userIdentity.principalId === 'dynamodb.amazonaws.com';
}

function every(tests: readonly FilterPredicate[]): FilterPredicate {
  return (record) => {
    for (const test of tests) if (!test(record)) return false;
    return true;
  };
}

function some(tests: readonly FilterPredicate[]): FilterPredicate {
  return (record) => {
    for (const test of tests) if (test(record)) return true;
    return false;
  };
}

function opposite(test: FilterPredicate): FilterPredicate {
  return (record) => !test(record);
}
