import { Attr, ChangeFilter } from 'cdk-dynamodb-cdc';

/** Every statement a filter can make, at least once, with the names and values that languages write differently. */
export function everyStatement(): ChangeFilter {
  return ChangeFilter.anyOf(...ofTexts(), ...ofNumbers(), ...ofOtherTypes(), ...insideMaps(), ...acrossImages(), ...ofEvents());
}

/** What a mapping can evaluate whole. */
export function pushedDown(): ChangeFilter {
  return ChangeFilter.allOf(
    ChangeFilter.inserts(),
    Attr.text('status').oneOf(['OPEN', 'größer 😀', '"quoted"']),
    Attr.number('amount').oneOf([0, -101, 1000]),
    Attr.bool('paid').isFalse(),
    Attr.stringSet('tags').contains('vip'),
    Attr.text('country').noneOf(['XX', 'ZZ']),
  );
}

/** A pattern of the user's own, with more than one member at each level. */
export function ownPattern(): ChangeFilter {
  return ChangeFilter.pattern({
    eventName: ['INSERT', 'MODIFY'],
    dynamodb: {
      SizeBytes: [{ numeric: ['>', 1024] }],
      NewImage: { status: { S: [{ prefix: 'OP' }] }, paid: { BOOL: [true] }, email: { S: [{ exists: true }] } },
      Keys: { invoiceId: { S: [{ prefix: 'eu-' }] } },
    },
  });
}

function ofTexts(): ChangeFilter[] {
  const name = Attr.text('name');
  return [
    name.equalTo('große Straße 😀'),
    name.oneOf(['', 'a\tb\n', '\\"']),
    name.noneOf(['x', 'y']),
    name.equalToIgnoringCase('Smith'),
    name.beginsWith('Mc'),
    name.endsWith('son'),
    name.contains('van der'),
    name.lessThan('b'),
    name.lessThanOrEqualTo('c'),
    name.greaterThan('w'),
    name.greaterThanOrEqualTo('x'),
    name.between('k', 'm'),
    name.sizeEqualTo(7),
    name.ofOldImage().exists(),
    Attr.text('orderId').ofKeys().beginsWith('eu-'),
  ];
}

function ofNumbers(): ChangeFilter[] {
  const amount = Attr.number('amount');
  return [
    amount.equalTo(42),
    amount.equalToDecimal('12345678901234567890123456789012345678'),
    amount.oneOf([0.1, -2.5, 1e-7]),
    amount.oneOfDecimal(['0.10', '1e20']),
    amount.noneOf([7, 8.5]),
    amount.noneOfDecimal(['7.00', '-0.0001']),
    amount.lessThan(-3),
    amount.lessThanDecimal('-3.5'),
    amount.lessThanOrEqualTo(-4),
    amount.lessThanOrEqualToDecimal('-4.25'),
    amount.greaterThan(1000),
    amount.greaterThanDecimal('1000.00000000000000000001'),
    amount.greaterThanOrEqualTo(9007199254740991),
    amount.greaterThanOrEqualToDecimal('9007199254740993'),
    amount.between(1, 2),
    amount.betweenDecimal('1.5', '2.5'),
    amount.ofOldImage().equalTo(1),
    Attr.number('line').ofKeys().greaterThan(3),
  ];
}

function ofOtherTypes(): ChangeFilter[] {
  return [
    Attr.bool('paid').isTrue(),
    Attr.bool('paid').ofOldImage().isFalse(),
    Attr.binary('digest').equalTo('AAEC'),
    Attr.binary('digest').oneOf(['AA==', '/w==']),
    Attr.binary('digest').ofOldImage().beginsWith('AAEC'),
    Attr.stringSet('tags').contains('vip'),
    Attr.stringSet('tags').ofOldImage().equalTo(['b', 'a']),
    Attr.numberSet('sizes').contains(42),
    Attr.numberSet('sizes').containsDecimal('42.0'),
    Attr.numberSet('sizes').equalTo([3, 1, 2]),
    Attr.numberSet('sizes').ofOldImage().equalToDecimal(['3.0', '1']),
    Attr.binarySet('digests').contains('AAEC'),
    Attr.binarySet('digests').ofOldImage().equalTo(['AA==', 'AAE=']),
    Attr.list('lines').containsText('gift'),
    Attr.list('lines').containsNumber(42),
    Attr.list('lines').containsNumberDecimal('0.1'),
    Attr.list('lines').ofOldImage().containsBool(true),
    Attr.list('lines').sizeAtLeast(3),
    Attr.document('address').sizeAtMost(2),
    Attr.document('address').ofOldImage().exists(),
    Attr.any('note').isNull(),
    Attr.any('note').ofOldImage().absent(),
  ];
}

function insideMaps(): ChangeFilter[] {
  return [
    Attr.path(['customer', 'zip.code']).asText().equalTo('10115'),
    Attr.path(['customer', '$or']).asNumber().greaterThan(1),
    Attr.path(['customer', 'vip']).asBool().isTrue(),
    Attr.path(['customer', 'seal']).asBinary().exists(),
    Attr.path(['customer', 'tags']).asStringSet().contains('vip'),
    Attr.path(['customer', 'sizes']).asNumberSet().contains(1),
    Attr.path(['customer', 'seals']).asBinarySet().contains('AA=='),
    Attr.path(['customer', 'visits']).asList().containsText('2026-11-23'),
    Attr.path(['customer', 'address', 'geo']).asDocument().sizeEqualTo(2),
    Attr.path(['customer', 'note']).asAny().exists(),
  ];
}

function acrossImages(): ChangeFilter[] {
  const amount = Attr.number('amount');
  return [
    Attr.text('status').changed(),
    Attr.text('status').changedTo('DISPUTED'),
    Attr.text('status').transitioned('OPEN', 'PAID'),
    Attr.bool('paid').changedTo(true),
    amount.changedTo(5),
    amount.changedToDecimal('5.5'),
    amount.transitioned(1, 2),
    amount.transitionedDecimal('1.5', '2.5'),
    amount.increasedBy(10),
    amount.increasedByDecimal('10.01'),
    amount.decreasedBy(0.5),
    amount.decreasedByDecimal('0.01'),
    amount.increasedAbove(100),
    amount.increasedAboveDecimal('100.1'),
    amount.decreasedBelow(20),
    amount.decreasedBelowDecimal('20.2'),
  ];
}

function ofEvents(): ChangeFilter[] {
  return [
    ChangeFilter.expiredByTtl(),
    ChangeFilter.allOf(ChangeFilter.deletedByUser(), ChangeFilter.negate(Attr.text('reason').ofOldImage().equalTo('test'))),
    ChangeFilter.allOf(ChangeFilter.modifications(), Attr.text('a.b').exists()),
    ChangeFilter.allOf(ChangeFilter.removals(), Attr.number('amount').ofOldImage().greaterThan(1)),
  ];
}
