import { FilterCriteria, FilterRule } from 'aws-cdk-lib/aws-lambda';
import { insert, modify, passes, plan, reaches, remove, TTL } from './support/planned';
import { Attr, ChangeFilter } from '../../src/filter';

/** The traps of docs/filters.md, each shown first as AWS has it, then as the DSL avoids it. */

describe('numbers', () => {
  test('numeric never matches a DynamoDB number; greaterThan does', () => {
    const raw = { patterns: ['{"dynamodb":{"NewImage":{"n":{"N":[{"numeric":[">",100]}]}}}}'] };
    expect(passes(raw, insert({ n: { N: '101' } }))).toBe(false);
    expect(reaches(Attr.number('n').greaterThan(100), insert({ n: { N: '101' } }))).toBe(true);
    expect(reaches(Attr.number('n').greaterThan(100), insert({ n: { N: '100' } }))).toBe(false);
  });

  test.each(['101', '101.0', '1.01e2', '1.01E+2'])('the number 101 printed as %s is found, by the patterns alone', (N) => {
    const planned = plan(Attr.number('n').equalTo(101));
    expect(planned.residual).toBeUndefined();
    expect(passes(planned, insert({ n: { N } }))).toBe(true);
    expect(passes(planned, insert({ n: { N: '1010' } }))).toBe(false);
  });

  test.each(['0.1', '1234567890123456', '12345678901234567890123456789012345678', '1e20'])('%s is never compared as text by AWS', (value) => {
    const planned = plan(Attr.number('n').equalToDecimal(value));
    expect(planned.patterns).toEqual(['{"dynamodb":{"NewImage":{"n":{"N":[{"exists":true}]}}}}']);
    expect(planned.residual).toBeDefined();
  });

  test('38 digits are compared, not the 17 of JavaScript', () => {
    const filter = Attr.number('n').greaterThanDecimal('0.10000000000000000000000000000000000000');
    expect(reaches(filter, insert({ n: { N: '0.10000000000000000000000000000000000001' } }))).toBe(true);
    expect(reaches(filter, insert({ n: { N: '0.1' } }))).toBe(false);
  });

  test('both bounds of between belong to it, those of CDK\'s rule do not', () => {
    expect(FilterRule.between(1, 5)).toEqual([{ numeric: ['>', 1, '<=', 5] }]);
    const filter = Attr.number('n').between(1, 5);
    expect(['0.9', '1', '5', '5.1'].map((N) => reaches(filter, insert({ n: { N } })))).toEqual([false, true, true, false]);
  });
});

describe('existence', () => {
  const NUMBER = insert({ email: { N: '1' } });

  test('exists:false on the attribute, or on its S, lets pass what is there; absent() does not', () => {
    expect(passes({ patterns: ['{"dynamodb":{"NewImage":{"email":[{"exists":false}]}}}'] }, NUMBER)).toBe(true);
    expect(passes({ patterns: ['{"dynamodb":{"NewImage":{"email":{"S":[{"exists":false}]}}}}'] }, NUMBER)).toBe(true);
    expect(passes(plan(Attr.text('email').absent()), NUMBER)).toBe(false);
  });

  test.each([[{ L: [] }], [{ M: {} }], [{ M: { x: { S: 'y' } } }], [{ NULL: true }], [{ SS: ['a'] }]])('absent() sees that %j is there', (email) => {
    expect(reaches(Attr.any('email').absent(), insert({ email }))).toBe(false);
    expect(reaches(Attr.any('email').exists(), insert({ email }))).toBe(true);
  });

  test('absent() asks for the image: a REMOVE has no new one', () => {
    expect(reaches(Attr.text('email').absent(), remove({}))).toBe(false);
    expect(reaches(Attr.text('email').ofOldImage().absent(), remove({}))).toBe(true);
    expect(reaches(Attr.text('email').ofOldImage().absent(), insert({}))).toBe(false);
  });
});

describe('what is excluded', () => {
  test('anything-but does not match an absent field; negate does', () => {
    expect(passes({ patterns: ['{"dynamodb":{"NewImage":{"status":{"S":[{"anything-but":["x"]}]}}}}'] }, insert({}))).toBe(false);
    const planned = plan(ChangeFilter.negate(Attr.text('status').equalTo('x')));
    expect(planned.residual).toBeUndefined();
    expect(passes(planned, insert({}))).toBe(true);
    expect(passes(planned, insert({ status: { N: '1' } }))).toBe(true);
    expect(passes(planned, insert({ status: { S: 'x' } }))).toBe(false);
  });

  test('noneOf asks for a text', () => {
    const planned = plan(Attr.text('status').noneOf(['x', 'y']));
    expect(planned).toMatchObject({ patterns: ['{"dynamodb":{"NewImage":{"status":{"S":[{"anything-but":["x","y"]}]}}}}'] });
    expect(planned.residual).toBeUndefined();
    expect(passes(planned, insert({}))).toBe(false);
  });

  test('anything-but on a set is true if any member differs; a negated contains is not', () => {
    expect(passes({ patterns: ['{"dynamodb":{"NewImage":{"tags":{"SS":[{"anything-but":["a"]}]}}}}'] }, insert({ tags: { SS: ['a', 'b'] } }))).toBe(true);
    expect(reaches(ChangeFilter.negate(Attr.stringSet('tags').contains('a')), insert({ tags: { SS: ['a', 'b'] } }))).toBe(false);
  });

  test('anything-but on a list is true if any element differs; a negated contains is not', () => {
    const list = insert({ lines: { L: [{ S: 'a' }, { S: 'b' }] } });
    expect(passes({ patterns: ['{"dynamodb":{"NewImage":{"lines":{"L":{"S":[{"anything-but":["a"]}]}}}}}'] }, list)).toBe(true);
    expect(reaches(ChangeFilter.negate(Attr.list('lines').containsText('a')), list)).toBe(false);
  });

  test('two members of one set, or two elements of one list, can be asked for', () => {
    const both = ChangeFilter.allOf(Attr.stringSet('tags').contains('a'), Attr.stringSet('tags').contains('b'));
    expect(reaches(both, insert({ tags: { SS: ['b', 'c', 'a'] } }))).toBe(true);
    expect(reaches(both, insert({ tags: { SS: ['a'] } }))).toBe(false);
    const elements = ChangeFilter.allOf(Attr.list('l').containsText('a'), Attr.list('l').containsNumber(1));
    expect(reaches(elements, insert({ l: { L: [{ S: 'a' }, { N: '1' }] } }))).toBe(true);
  });
});

describe('names and text', () => {
  test.each(['$or', 'a.b', 'a.M.b', 'constructor', '__proto__', 'exists', 'numeric', ' ', 'é'])('an attribute named %s is found, and only it', (name) => {
    const filter = Attr.text(name).equalTo('x');
    const image = JSON.parse(`{${JSON.stringify(name)}:{"S":"x"}}`);
    expect(reaches(filter, insert(image))).toBe(true);
    expect(reaches(filter, insert({ a: { M: { b: { S: 'x' } } } }))).toBe(false);
    expect(reaches(filter, insert({}))).toBe(false);
  });

  test('a nested path is told from a name with dots', () => {
    const nested = Attr.path(['a', 'b']).asText().equalTo('x');
    expect(reaches(nested, insert({ a: { M: { b: { S: 'x' } } } }))).toBe(true);
    expect(reaches(nested, insert({ 'a.M.b': { S: 'x' } }))).toBe(false);
    const dotted = Attr.path(['a.b', 'c']).asText().equalTo('x');
    expect(reaches(dotted, insert({ 'a.b': { M: { c: { S: 'x' } } } }))).toBe(true);
    expect(reaches(dotted, insert({ a: { M: { 'b.M.c': { S: 'x' } } } }))).toBe(false);
  });

  test('a quote at the end of a prefix is not the end of the text', () => {
    expect(passes({ patterns: ['{"dynamodb":{"NewImage":{"s":{"S":[{"prefix":"ab\\""}]}}}}'] }, insert({ s: { S: 'ab' } }))).toBe(true);
    expect(reaches(Attr.text('s').beginsWith('ab"'), insert({ s: { S: 'ab' } }))).toBe(false);
    expect(reaches(Attr.text('s').endsWith('"ab'), insert({ s: { S: 'ab' } }))).toBe(false);
    expect(reaches(Attr.text('s').endsWith('"ab'), insert({ s: { S: '"ab' } }))).toBe(true);
  });

  test('case and Unicode form matter, unless case is to be ignored', () => {
    expect(reaches(Attr.text('s').equalTo('É'), insert({ s: { S: 'é' } }))).toBe(false);
    expect(reaches(Attr.text('s').equalTo('é'), insert({ s: { S: 'e\u0301' } }))).toBe(false);
    expect(reaches(Attr.text('s').equalToIgnoringCase('DE'), insert({ s: { S: 'de' } }))).toBe(true);
    // AWS and JavaScript disagree on the Kelvin sign; A to Z are the letters meant.
    expect(reaches(Attr.text('s').equalToIgnoringCase('k'), insert({ s: { S: '\u212a' } }))).toBe(false);
    expect(plan(Attr.text('s').equalToIgnoringCase('é')).residual).toBeDefined();
  });
});

describe('origin', () => {
  test('expiry is told from a deletion, also where the identity is incomplete', () => {
    expect(reaches(ChangeFilter.expiredByTtl(), remove({}, TTL))).toBe(true);
    expect(reaches(ChangeFilter.expiredByTtl(), remove({}))).toBe(false);
    const users = plan(ChangeFilter.deletedByUser());
    expect(users.residual).toBeUndefined();
    expect([remove({}), remove({}, { type: 'Service' }), remove({}, TTL), insert({})].map((record) => passes(users, record))).toEqual([true, true, false, false]);
  });
});

describe('raw patterns', () => {
  test('fails for what CDK\'s rules write and AWS refuses or never matches', () => {
    const pattern = (rule: any) => () => ChangeFilter.pattern({ dynamodb: { NewImage: { n: rule } } });
    expect(pattern({ S: FilterRule.null() })).toThrow(/null is no text, and S holds text/);
    expect(pattern({ S: [] })).toThrow(/AWS refuses \[\]\. For null write \[null\]/);
    expect(pattern({ N: FilterRule.between(1, 5) })).toThrow(/never match. Use Attr.number\(\)/);
    expect(pattern({ N: FilterRule.isEqual(5) })).toThrow(/never match. Use Attr.number\(\)/);
    expect(pattern(FilterRule.notExists())).toThrow(/an attribute is an object. Name its type last/);
    expect(pattern({})).toThrow(/AWS refuses {}/);
    expect(pattern({ S: [{ wildcard: 'a*' }] })).toThrow(/no operator of event source mappings/);
    expect(pattern({ S: [{ 'anything-but': { prefix: 'a' } }] })).toThrow(/has a value AWS refuses/);
    expect(() => ChangeFilter.pattern(FilterCriteria.filter({ eventName: FilterRule.isEqual('INSERT') }))).toThrow(/a stream record has no such field/);
  });

  test('fails for what is text where AWS sees JSON, or JSON where AWS sees text', () => {
    const pattern = (rule: any) => () => ChangeFilter.pattern({ dynamodb: { NewImage: { n: rule } } });
    expect(passes({ patterns: ['{"dynamodb":{"NewImage":{"n":{"BOOL":["true"]}}}}'] }, insert({ n: { BOOL: true } }))).toBe(false);
    expect(pattern({ BOOL: ['true'] })).toThrow(/BOOL holds true or false, so "true" would never match. Write \[true\]/);
    expect(pattern({ S: [5] })).toThrow(/5 is no text, and S holds text/);
    expect(pattern({ SS: [null] })).toThrow(/null is no text/);
    expect(() => ChangeFilter.pattern({ eventName: ['insert'] })).toThrow(/no event is called "insert".* INSERT, MODIFY, REMOVE/);
    for (const right of [{ BOOL: [true, { exists: false }] }, { NULL: [true] }, { S: ['5', { prefix: 'x' }] }, { N: ['5'] }]) expect(pattern(right)).not.toThrow();
  });

  test('fails for a path that leaves out the types', () => {
    const pattern = (attribute: any) => () => ChangeFilter.pattern({ dynamodb: { NewImage: attribute } });
    expect(pattern({ a: { b: { S: ['x'] } } })).toThrow(/at dynamodb.NewImage.a.b.S: .* Name its type last, .* and M after each map/);
    expect(pattern({ a: { M: ['x'] } })).toThrow(/Name its type last/);
    expect(() => ChangeFilter.pattern({ dynamodb: ['x'] })).toThrow(/at dynamodb: it would never match, because it is an object/);
    for (const right of [{ a: { M: { b: { S: ['x'] } } } }, { a: { L: { M: { b: { N: ['1'] } } } } }, { 'a.b': { S: ['x'] } }, { M: { S: ['x'] } }]) {
      expect(pattern(right)).not.toThrow();
    }
  });

  test('accepts a name with dots, which AWS reads as a path', () => {
    const ofStatus = insert({ status: { S: 'x' } });
    for (const dotted of [
      { 'dynamodb.NewImage.status.S': ['x'] }, { dynamodb: { 'NewImage.status.S': ['x'] } }, { dynamodb: { NewImage: { 'status.S': ['x'] } } },
    ]) {
      const filter = ChangeFilter.pattern(dotted);
      expect(reaches(filter, ofStatus)).toBe(true);
      expect(reaches(filter, insert({ status: { S: 'y' } }))).toBe(false);
      expect(() => plan(filter, { streamViewType: 'OLD_IMAGE' })).toThrow(/carries no new image/);
    }
    expect(() => ChangeFilter.pattern({ 'userIdentity.type': ['Service'] })).not.toThrow();
    expect(() => ChangeFilter.pattern({ dynamodb: { NewImage: { 'a.b': { BOOL: [true] } } } })).not.toThrow();
  });

  test('fails for a name with dots that no record has, and for an attribute without its type', () => {
    expect(() => ChangeFilter.pattern({ 'dynamo.NewImage.a.S': ['x'] })).toThrow(/a stream record has no such field/);
    expect(() => ChangeFilter.pattern({ 'dynamodb.Image.a.S': ['x'] })).toThrow(/dynamodb has ApproximateCreationDateTime/);
    expect(() => ChangeFilter.pattern({ dynamodb: { NewImage: { 'a.b': ['x'] } } })).toThrow(/Name its type last/);
    expect(() => ChangeFilter.pattern({ 'dynamodb.NewImage.n.N': [5] })).toThrow(/a DynamoDB number is text to AWS/);
  });

  test.each(['NewImages', 'newImage', 'Image', 'Key', 'Sequence'])('fails for dynamodb.%s, which no record has', (member) => {
    const attribute = { id: { S: ['x'] } };
    const message = 'dynamodb has ApproximateCreationDateTime, Keys, NewImage, OldImage, SequenceNumber, SizeBytes, StreamViewType.';
    for (const raw of [{ dynamodb: { [member]: attribute } }, { dynamodb: { [member]: ['x'] } }, { [`dynamodb.${member}.id.S`]: ['x'] }]) {
      expect(() => ChangeFilter.pattern(raw)).toThrow(`ChangeFilter.pattern at dynamodb.${member}`);
      expect(() => ChangeFilter.pattern(raw)).toThrow(message);
    }
  });

  test.each(['Keys', 'NewImage', 'OldImage'])('checks the attributes of %s', (image) => {
    const pattern = (attribute: object) => () => ChangeFilter.pattern({ dynamodb: { [image]: attribute } });
    expect(pattern({ id: ['x'] })).toThrow(/Name its type last/);
    expect(pattern({ n: { N: [5] } })).toThrow(/a DynamoDB number is text to AWS/);
    expect(pattern({ id: { S: ['x'] } })).not.toThrow();
  });

  test.each<[string, object]>([
    ['ApproximateCreationDateTime', [{ numeric: ['>', 0] }]], ['SequenceNumber', ['1']], ['SizeBytes', [{ numeric: ['>', 0] }]], ['StreamViewType', ['NEW_IMAGE']],
  ])('accepts dynamodb.%s, which is no image', (member, matchers) => {
    expect(() => ChangeFilter.pattern({ dynamodb: { [member]: matchers } })).not.toThrow();
  });

  test.each(['eventID', 'eventVersion', 'awsRegion', 'eventSourceARN'])('accepts %s', (field) => {
    expect(() => ChangeFilter.pattern({ [field]: ['x'] })).not.toThrow();
  });

  test('fails for a value that the field of a record never has', () => {
    const never = (raw: object) => expect(() => ChangeFilter.pattern(raw as { [name: string]: unknown })).toThrow(/so it would never match\. They are /);
    never({ userIdentity: { type: ['service'] } });
    never({ userIdentity: { type: ['Service'], principalId: ['dynamodb'] } });
    never({ 'userIdentity.type': [{ prefix: 's' }] });
    never({ userIdentity: { type: [null] } });
    never({ eventName: [{ suffix: 'ED' }] });
    never({ eventSource: ['dynamodb'] });
    never({ dynamodb: { StreamViewType: [{ 'anything-but': ['KEYS_ONLY', 'NEW_IMAGE', 'OLD_IMAGE', 'NEW_AND_OLD_IMAGES'] }] } });
    expect(() => ChangeFilter.pattern({ userIdentity: { kind: ['Service'] } })).toThrow(/userIdentity has type, principalId/);
    for (const right of [
      { userIdentity: { type: ['Service'], principalId: ['dynamodb.amazonaws.com'] } }, { userIdentity: { type: [{ exists: false }] } },
      { eventName: [{ prefix: 'INS' }, { 'anything-but': ['REMOVE'] }] }, { userIdentity: { type: [{ 'equals-ignore-case': 'SERVICE' }] } },
    ]) expect(() => ChangeFilter.pattern(right)).not.toThrow();
  });

  test('fails for an attribute named like an operator below $or, where AWS takes it for one', () => {
    const either = (name: string) => () => ChangeFilter.pattern({ dynamodb: { $or: [{ NewImage: { [name]: { S: ['x'] } } }, { Keys: { pk: { S: ['1'] } } }] } });
    expect(either('prefix')).toThrow(/below \$or AWS takes 'prefix' for an operator. Give this alternative a pattern of its own, in anyOf/);
    expect(either('a')).not.toThrow();
  });

  test('the order in which fields are given makes no difference', () => {
    const [one, other] = [{ eventName: ['INSERT'], eventID: ['1'] }, { eventID: ['1'], eventName: ['INSERT'] }].map((raw) => ChangeFilter.pattern(raw).toJSON());
    expect(one).toEqual(other);
  });

  test('fails for a field beside $or and inside it, of which AWS forgets one', () => {
    const status = (S: string) => ({ NewImage: { status: { S: [S] } } });
    const raw = { dynamodb: { ...status('x'), $or: [status('y'), { Keys: { pk: { S: ['1'] } } }] } };
    expect(passes({ patterns: [JSON.stringify(raw)] }, insert({ status: { S: 'y' } }))).toBe(true);
    expect(() => ChangeFilter.pattern(raw)).toThrow(/at dynamodb.NewImage.status.S: it is asked for twice/);
    expect(() => ChangeFilter.pattern({ dynamodb: { $or: [status('y'), { Keys: { $or: [status('a'), status('b')] } }] } })).toThrow(/\$or inside \$or/);
    const either = ChangeFilter.pattern({ dynamodb: { $or: [status('y'), { Keys: { pk: { S: ['2'] } } }] } });
    expect(reaches(ChangeFilter.allOf(either, Attr.text('status').equalTo('x')), insert({ status: { S: 'y' } }))).toBe(false);
  });

  test('a pattern joins the rest of an allOf where it can', () => {
    const own = ChangeFilter.pattern({ dynamodb: { Keys: { pk: { S: [{ prefix: 'eu-' }] } } } });
    expect(plan(ChangeFilter.allOf(own, ChangeFilter.inserts(), Attr.text('s').equalTo('x')))).toMatchObject({
      patterns: ['{"dynamodb":{"Keys":{"pk":{"S":[{"prefix":"eu-"}]}},"NewImage":{"s":{"S":["x"]}}},"eventName":["INSERT"]}'],
    });
    const meeting = plan(ChangeFilter.allOf(own, Attr.text('pk').ofKeys().endsWith('9')));
    expect(meeting.patterns).toEqual(['{"dynamodb":{"Keys":{"pk":{"S":[{"prefix":"eu-"}]}}}}']);
    expect(meeting.residual?.root).toMatchObject({ node: 'endsWith' });
  });
});

test('a change no statement speaks of does not pass by accident', () => {
  const disputed = ChangeFilter.allOf(ChangeFilter.modifications(), Attr.text('status').changedTo('disputed'));
  const planned = plan(disputed);
  expect(planned.residual).toBeUndefined();
  const status = (S: string) => ({ status: { S } });
  expect(passes(planned, modify(status('open'), status('disputed')))).toBe(true);
  expect(passes(planned, modify({}, status('disputed')))).toBe(true);
  expect(passes(planned, modify(status('disputed'), status('disputed')))).toBe(false);
  expect(passes(planned, insert(status('disputed')))).toBe(false);
});
