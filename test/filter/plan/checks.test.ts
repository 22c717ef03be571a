import { Lazy } from 'aws-cdk-lib';
import { Attr, ChangeFilter } from '../../../src/filter';
import { KEYS, plan } from '../support/planned';

describe('fails, naming construct and remedy, for', () => {
  test.each([
    ['KEYS_ONLY', Attr.text('a').equalTo('x'), /^Stack\/Fraud: the stream's view type KEYS_ONLY carries no new image, so .* NEW_AND_OLD_IMAGES/],
    ['NEW_IMAGE', Attr.text('a').ofOldImage().equalTo('x'), /carries no old image/],
    ['OLD_IMAGE', Attr.text('a').absent(), /carries no new image/],
    ['NEW_IMAGE', Attr.text('a').changed(), /carries no old image, so ''a' changed' would never match/],
    ['NEW_IMAGE', Attr.number('a').decreasedBelow(3), /carries no old image/],
    ['KEYS_ONLY', Attr.number('a').increasedBy(3), /carries no new and no old image/],
    ['KEYS_ONLY', ChangeFilter.pattern({ dynamodb: { NewImage: { a: { S: ['x'] } } } }), /carries no new image/],
  ])('%s and a filter on an image it lacks', (streamViewType, filter, message) => {
    expect(() => plan(filter, { streamViewType })).toThrow(message);
  });

  test.each([
    [Attr.number('pk').equalTo(1), /key attribute 'pk' is of type S, .* Use Attr.text\('pk'\)/],
    [Attr.number('pk').ofKeys().equalTo(1), /key attribute 'pk' is of type S/],
    [Attr.text('sk').equalTo('1'), /Use Attr.number\('sk'\)/],
    [Attr.text('pk').absent(), /key attribute 'pk' is never absent/],
    [Attr.path(['pk', 'x']).asText().exists(), /key attribute 'pk' is of type S/],
    [Attr.number('sk').increasedBy(1), /'sk' is a key attribute, and an item's keys never change, so .* Leave it out/],
    [Attr.text('status').ofKeys().exists(), /'status' is no key attribute .* The keys are 'pk' \(S\) and 'sk' \(N\)/],
  ])('a key of another type (%#)', (filter, message) => {
    expect(() => plan(filter, { keySchema: KEYS })).toThrow(message);
  });

  const moved = /^Stack\/Fraud: the filter can never match: '(pk|sk)' is a key attribute, and an item's keys never change, so the values it asks for in .* exclude each other/;
  test.each([
    ['transitioned', Attr.text('pk').transitioned('a', 'b')],
    ['transitioned', Attr.number('sk').transitioned(1, 2)],
    ['transitionedDecimal', Attr.number('sk').transitionedDecimal('0.1', '0.2')],
    ['increasedAbove', Attr.number('sk').increasedAbove(10)],
    ['decreasedBelow', Attr.number('sk').decreasedBelow(10)],
    ['both images by hand', ChangeFilter.allOf(Attr.text('pk').oneOf(['a', 'b']), Attr.text('pk').ofOldImage().equalTo('c'))],
    ['an image and the keys', ChangeFilter.allOf(Attr.number('sk').greaterThan(5), Attr.number('sk').ofKeys().lessThan(5))],
    ['one of two ways', ChangeFilter.anyOf(Attr.text('pk').transitioned('a', 'b'), Attr.text('pk').transitioned('b', 'c'))],
  ])('a key that would have to change: %s', (_way, filter) => {
    expect(() => plan(filter, { keySchema: KEYS })).toThrow(moved);
    // Of a table that was imported without its keys nobody can tell.
    expect(() => plan(filter)).not.toThrow();
  });

  test('a key that would have to change, beside what can match', () => {
    const filter = ChangeFilter.anyOf(ChangeFilter.inserts(), Attr.text('pk').transitioned('a', 'b'));
    expect(() => plan(filter, { keySchema: KEYS })).toThrow(/^Stack\/Fraud: one of the alternatives can never match: .*'pk' is a key attribute.*the old image and the new image/);
    expect(() => plan(ChangeFilter.negate(Attr.text('pk').transitioned('a', 'b')), { keySchema: KEYS })).toThrow(/matches every change/);
  });

  test.each([
    ['a key that an INSERT brings', Attr.text('pk').changedTo('a')],
    ['a key that comes or goes with its item', Attr.text('pk').changed()],
    ['the same key in both images', ChangeFilter.allOf(Attr.text('pk').equalTo('a'), Attr.text('pk').ofOldImage().beginsWith('a'))],
    ['a REMOVE: it has no new image', ChangeFilter.allOf(Attr.text('pk').ofOldImage().equalTo('a'), ChangeFilter.negate(Attr.text('pk').equalTo('a')))],
    ['another attribute', Attr.text('status').transitioned('a', 'b')],
    ['one inside a map of that name', Attr.path(['status', 'pk']).asText().transitioned('a', 'b')],
  ])('not %s', (_case, filter) => {
    expect(() => plan(filter, { keySchema: KEYS })).not.toThrow();
  });

  const never = /^Stack\/Fraud: the filter can never match: /;
  test.each([
    [ChangeFilter.allOf(ChangeFilter.inserts(), ChangeFilter.removals())],
    [ChangeFilter.allOf(ChangeFilter.inserts(), Attr.text('a').ofOldImage().exists())],
    [ChangeFilter.allOf(ChangeFilter.removals(), Attr.text('a').exists())],
    [ChangeFilter.allOf(Attr.text('a').equalTo('x'), Attr.text('a').equalTo('y'))],
    [ChangeFilter.allOf(Attr.text('a').equalTo('x'), Attr.number('a').equalTo(1))],
    [ChangeFilter.allOf(Attr.text('a').beginsWith('x'), Attr.text('a').beginsWith('y'))],
    [ChangeFilter.allOf(Attr.number('a').greaterThan(5), Attr.number('a').lessThan(5))],
    [ChangeFilter.allOf(Attr.number('a').equalToDecimal('0.1'), Attr.number('a').greaterThanDecimal('0.1'))],
    [ChangeFilter.allOf(Attr.text('a').absent(), Attr.text('a').equalTo('x'))],
    [ChangeFilter.allOf(Attr.text('a').equalTo('x'), ChangeFilter.negate(Attr.text('a').equalTo('x')))],
    [ChangeFilter.allOf(Attr.path(['a', 'b']).asText().exists(), Attr.text('a').exists())],
    [ChangeFilter.allOf(ChangeFilter.expiredByTtl(), ChangeFilter.deletedByUser())],
    [ChangeFilter.allOf(Attr.list('a').sizeAtLeast(5), Attr.list('a').sizeAtMost(4))],
    [ChangeFilter.allOf(Attr.text('a').sizeEqualTo(1), Attr.text('a').sizeEqualTo(2))],
    [Attr.numberSet('a').sizeAtMost(0)],
  ])('a filter that can never match (%#)', (filter) => {
    expect(() => plan(filter)).toThrow(never);
  });

  test.each([
    ['above one text and below one before it', Attr.text('a').greaterThan('m'), Attr.text('a').lessThan('b')],
    ['below one text and above one after it', Attr.text('a').lessThan('b'), Attr.text('a').greaterThan('m')],
    ['above a text and below the same', Attr.text('a').greaterThan('m'), Attr.text('a').lessThan('m')],
    ['at least a text and below it', Attr.text('a').greaterThanOrEqualTo('m'), Attr.text('a').lessThan('m')],
    ['above a text and at most it', Attr.text('a').greaterThan('m'), Attr.text('a').lessThanOrEqualTo('m')],
    ['at least one text and at most one before it', Attr.text('a').greaterThanOrEqualTo('m'), Attr.text('a').lessThanOrEqualTo('b')],
    ['above what is the later one in UTF-8, and below the other', Attr.text('a').greaterThan('\u{1f600}'), Attr.text('a').lessThan('\uffee')],
    ['at least a number and below it', Attr.number('a').greaterThanOrEqualTo(5), Attr.number('a').lessThan(5)],
    ['above a number and at most it', Attr.number('a').greaterThan(5), Attr.number('a').lessThanOrEqualTo(5)],
    ['at least ten and at most nine', Attr.number('a').greaterThanOrEqualTo(10), Attr.number('a').lessThanOrEqualTo(9)],
  ])('bounds that exclude each other: %s', (_bounds, one, other) => {
    expect(() => plan(ChangeFilter.allOf(one, other))).toThrow(never);
  });

  test.each([
    ['a text and itself', Attr.text('a').greaterThanOrEqualTo('m'), Attr.text('a').lessThanOrEqualTo('m')],
    ['a text and one after it', Attr.text('a').greaterThan('b'), Attr.text('a').lessThan('m')],
    ['two texts above which it is to be', Attr.text('a').greaterThan('b'), Attr.text('a').greaterThan('m')],
    ['two texts below which it is to be', Attr.text('a').lessThan('m'), Attr.text('a').lessThan('b')],
    ['what is the later one in UTF-16 alone', Attr.text('a').greaterThan('\uffee'), Attr.text('a').lessThan('\u{1f600}')],
    ['a number and itself', Attr.number('a').greaterThanOrEqualTo(5), Attr.number('a').lessThanOrEqualTo(5)],
    ['numbers that are ordered otherwise as text', Attr.number('a').greaterThan(9), Attr.number('a').lessThan(10)],
  ])('not bounds that leave room: %s', (_bounds, one, other) => {
    expect(() => plan(ChangeFilter.allOf(one, other))).not.toThrow();
  });

  test('a REMOVE asked for its new image, with what to write', () => {
    expect(() => plan(ChangeFilter.allOf(ChangeFilter.removals(), Attr.text('a').equalTo('x')))).toThrow(/a REMOVE has no new one, ofOldImage\(\) names its old one/);
    expect(() => plan(ChangeFilter.allOf(ChangeFilter.removals(), Attr.text('a').ofOldImage().equalTo('x')))).not.toThrow();
  });

  const dead = ChangeFilter.allOf(ChangeFilter.removals(), Attr.text('a').equalTo('x'));
  test.each([
    [ChangeFilter.anyOf(ChangeFilter.inserts(), dead)],
    [ChangeFilter.allOf(Attr.text('b').ofOldImage().exists(), ChangeFilter.anyOf(ChangeFilter.expiredByTtl(), dead))],
    [ChangeFilter.negate(ChangeFilter.allOf(ChangeFilter.inserts(), ChangeFilter.negate(dead)))],
  ])('an alternative that can never match beside others that do (%#)', (filter) => {
    expect(() => plan(filter)).toThrow(/^Stack\/Fraud: one of the alternatives can never match: \(eventName is REMOVE and 'a' of the new image is "x"\): no event has all/);
  });

  test('sizes that meet, and an empty text, list or map, are no mistake', () => {
    expect(() => plan(ChangeFilter.allOf(Attr.list('a').sizeAtLeast(4), Attr.list('a').sizeAtMost(4)))).not.toThrow();
    for (const empty of [Attr.text('a').sizeAtMost(0), Attr.list('a').sizeEqualTo(0), Attr.document('a').sizeAtMost(0)]) expect(() => plan(empty)).not.toThrow();
  });

  test.each([
    [ChangeFilter.anyOf(ChangeFilter.inserts(), ChangeFilter.modifications(), ChangeFilter.removals())],
    [ChangeFilter.anyOf(Attr.text('a').equalTo('x'), ChangeFilter.negate(Attr.text('a').equalTo('x')))],
    [ChangeFilter.negate(ChangeFilter.allOf(ChangeFilter.inserts(), ChangeFilter.removals()))],
  ])('a filter that always matches (%#)', (filter) => {
    expect(() => plan(filter)).toThrow(/^Stack\/Fraud: the filter matches every change. Leave the filter out/);
  });

  test('nothing else: a bound denied says nothing of a value of another type', () => {
    const filter = ChangeFilter.allOf(Attr.bool('a').isFalse(), ChangeFilter.negate(Attr.text('a').lessThan('k')));
    expect(() => plan(filter)).not.toThrow();
    expect(() => plan(ChangeFilter.negate(filter))).not.toThrow();
  });

  test('a residual without a runtime, naming the part', () => {
    const filter = ChangeFilter.allOf(ChangeFilter.inserts(), Attr.number('amount').greaterThan(1000));
    expect(() => plan(filter, { allowResidual: false })).toThrow(/whole filter, and it cannot: .*'amount' of the new image > 1000.*fromEntry/);
    expect(plan(ChangeFilter.allOf(ChangeFilter.inserts(), Attr.text('a').equalTo('x')), { allowResidual: false }).patterns).toHaveLength(1);
  });

  test('more patterns than the quota without a runtime', () => {
    const pairs = Array.from({ length: 3 }, (_, index) => ChangeFilter.anyOf(Attr.text(`a${index}`).equalTo('x'), Attr.text(`b${index}`).ofOldImage().equalTo('x')));
    expect(plan(ChangeFilter.allOf(...pairs), { allowResidual: false }).patterns.length).toBeLessThanOrEqual(5);
    const events = [ChangeFilter.inserts(), ChangeFilter.modifications(), ChangeFilter.removals()]
      .map((event, index) => ChangeFilter.allOf(event, Attr.text(`k${index}`).ofKeys().equalTo('x')));
    expect(() => plan(ChangeFilter.anyOf(...events), { allowResidual: false, maxPatterns: 2 })).toThrow(/3 alternatives do not fit into 2 patterns/);
    const raws = Array.from({ length: 6 }, (_, index) => ChangeFilter.pattern({ eventID: [String(index)] }));
    expect(() => plan(ChangeFilter.anyOf(...raws))).toThrow(/needs 6 patterns, the mapping may have 5/);
    // Beside four of the user's own there is room for one, and the rest fits into it.
    expect(plan(ChangeFilter.anyOf(...raws.slice(0, 4), ChangeFilter.allOf(...pairs.slice(0, 2)))).patterns).toHaveLength(5);
  });

  test('a raw pattern where no mapping could evaluate it', () => {
    const own = ChangeFilter.pattern({ eventName: ['INSERT'] });
    expect(() => plan(ChangeFilter.negate(own))).toThrow(/may stand alone, once in the outermost allOf/);
    expect(() => plan(ChangeFilter.allOf(own, own))).toThrow(/Write what has to hold together into one pattern/);
    expect(() => plan(ChangeFilter.anyOf(own, Attr.number('a').greaterThan(1)))).toThrow(/Use two subscribers/);
    expect(() => own._whole({ scopePath: 'Notify', streamViewType: 'NEW_IMAGE', maxPatterns: 5, allowResidual: true })).toThrow(/use a StreamSubscriber/);
  });
});

describe('fails when it is stated, for', () => {
  const token = Lazy.string({ produce: () => 'x' });
  test.each([
    ['a token as text', () => Attr.text('a').equalTo(token), /Attr.text\('a'\).equalTo: the value is a token/],
    ['a token in a list', () => Attr.text('a').oneOf(['x', token]), /token/],
    ['a token as number', () => Attr.number('a').equalTo(Lazy.number({ produce: () => 1 })), /token/],
    ['a token as name', () => Attr.text(token), /token/],
    ['a token in a path', () => Attr.path(['a', token]), /token/],
    ['a token in a pattern', () => ChangeFilter.pattern({ eventID: [token] }), /token/],
    ['reversed bounds', () => Attr.number('a').between(5, 3), /lower bound 5 is above the upper bound 3.*Swap/],
    ['reversed bounds of decimals', () => Attr.number('a').betweenDecimal('0.30000000000000000001', '0.3'), /Swap/],
    ['reversed bounds of text', () => Attr.text('a').between('b', 'a'), /Swap/],
    ['no values', () => Attr.text('a').oneOf([]), /at least one value/],
    ['a text for a list', () => Attr.text('a').oneOf('xy' as any), /"xy" is no list. Give the values as a list/],
    ['no filters', () => ChangeFilter.allOf(), /at least one filter/],
    ['a list of filters', () => ChangeFilter.anyOf([ChangeFilter.inserts()] as any), /is no ChangeFilter. Give filters, one after the other/],
    ['something else than a filter', () => ChangeFilter.negate(true as any), /true is no ChangeFilter/],
    ['a text for a boolean', () => Attr.bool('a').changedTo('true' as any), /"true" is no boolean/],
    ['a text for a boolean in a list', () => Attr.list('a').containsBool('true' as any), /"true" is no boolean/],
    ['digits for a number', () => Attr.number('a').greaterThan('5' as any), /"5" is no number. For digits as text use Attr.number\('a'\).greaterThanDecimal/],
    ['a text before the empty one', () => Attr.text('a').lessThan(''), /Use equalTo\(''\)/],
    ['a member twice', () => Attr.stringSet('a').equalTo(['x', 'y', 'x']), /"x" is given twice, and a set holds each member once/],
    ['a number twice', () => Attr.numberSet('a').equalToDecimal(['1', '1.0']), /given twice/],
    ['bytes twice', () => Attr.binarySet('a').equalTo(['AA==', 'AA==']), /given twice/],
    ['an empty prefix', () => Attr.text('a').beginsWith(''), /Use exists\(\)/],
    ['an empty name', () => Attr.text(''), /one character or more/],
    ['an empty path', () => Attr.path([]), /at least one attribute/],
    ['an inexact number', () => Attr.number('a').equalTo(2 ** 53), /Use Attr.number\('a'\).equalToDecimal with the digits as text/],
    ['no number', () => Attr.number('a').equalTo(NaN), /no DynamoDB number/],
    ['no decimal', () => Attr.number('a').equalToDecimal('1,5'), /no decimal number/],
    ['39 digits', () => Attr.number('a').equalToDecimal('1'.repeat(39)), /38 digits/],
    ['a giant', () => Attr.number('a').equalToDecimal('1e126'), /outside DynamoDB's numbers/],
    ['bad base64', () => Attr.binary('a').equalTo('AB='), /no base64/],
    ['half a surrogate', () => Attr.text('a').equalTo('\ud83d'), /surrogate/],
    ['no transition', () => Attr.text('a').transitioned('x', 'x'), /Use two different values/],
    ['the same number twice', () => Attr.number('a').transitionedDecimal('1', '1.0'), /Use two different values/],
    ['no rise', () => Attr.number('a').increasedBy(0), /not above 0/],
    ['a comparison of images in one image', () => Attr.text('a').ofOldImage().changed(), /Leave out ofOldImage\(\)/],
    ['any size', () => Attr.list('a').sizeAtLeast(0), /Use exists\(\)/],
    ['a broken size', () => Attr.list('a').sizeEqualTo(1.5), /whole number/],
  ])('%s', (_, state, message) => {
    expect(state).toThrow(message);
  });
});
