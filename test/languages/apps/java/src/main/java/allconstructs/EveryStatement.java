package allconstructs;

import io.github.cdkdynamodbcdc.Attr;
import io.github.cdkdynamodbcdc.ChangeFilter;
import io.github.cdkdynamodbcdc.NumberAttribute;
import io.github.cdkdynamodbcdc.TextAttribute;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Every statement a filter can make, as typescript/every-statement.ts has it. */
final class EveryStatement {
  private EveryStatement() {
  }

  static ChangeFilter everyStatement() {
    return ChangeFilter.anyOf(Stream.of(ofTexts(), ofNumbers(), ofOtherTypes(), insideMaps(), acrossImages(), ofEvents())
        .flatMap(List::stream).toArray(ChangeFilter[]::new));
  }

  static ChangeFilter pushedDown() {
    return ChangeFilter.allOf(
        ChangeFilter.inserts(),
        Attr.text("status").oneOf(List.of("OPEN", "größer 😀", "\"quoted\"")),
        Attr.number("amount").oneOf(List.of(0, -101, 1000)),
        Attr.bool("paid").isFalse(),
        Attr.stringSet("tags").contains("vip"),
        Attr.text("country").noneOf(List.of("XX", "ZZ")));
  }

  /** The maps are those without an order. */
  static ChangeFilter ownPattern() {
    return ChangeFilter.pattern(Map.of(
        "eventName", List.of("INSERT", "MODIFY"),
        "dynamodb", Map.of(
            "SizeBytes", List.of(Map.of("numeric", List.of(">", 1024))),
            "Keys", Map.of("invoiceId", Map.of("S", List.of(Map.of("prefix", "eu-")))),
            "NewImage", Map.of(
                "status", Map.of("S", List.of(Map.of("prefix", "OP"))),
                "paid", Map.of("BOOL", List.of(true)),
                "email", Map.of("S", List.of(Map.of("exists", true)))))));
  }

  private static List<ChangeFilter> ofTexts() {
    final TextAttribute name = Attr.text("name");
    return List.of(
        name.equalTo("große Straße 😀"),
        name.oneOf(List.of("", "a\tb\n", "\\\"")),
        name.noneOf(List.of("x", "y")),
        name.equalToIgnoringCase("Smith"),
        name.beginsWith("Mc"),
        name.endsWith("son"),
        name.contains("van der"),
        name.lessThan("b"),
        name.lessThanOrEqualTo("c"),
        name.greaterThan("w"),
        name.greaterThanOrEqualTo("x"),
        name.between("k", "m"),
        name.sizeEqualTo(7),
        name.ofOldImage().exists(),
        Attr.text("orderId").ofKeys().beginsWith("eu-"));
  }

  private static List<ChangeFilter> ofNumbers() {
    final NumberAttribute amount = Attr.number("amount");
    return List.of(
        amount.equalTo(42),
        amount.equalToDecimal("12345678901234567890123456789012345678"),
        amount.oneOf(List.of(0.1, -2.5, 1e-7)),
        amount.oneOfDecimal(List.of("0.10", "1e20")),
        amount.noneOf(List.of(7, 8.5)),
        amount.noneOfDecimal(List.of("7.00", "-0.0001")),
        amount.lessThan(-3),
        amount.lessThanDecimal("-3.5"),
        amount.lessThanOrEqualTo(-4),
        amount.lessThanOrEqualToDecimal("-4.25"),
        amount.greaterThan(1000),
        amount.greaterThanDecimal("1000.00000000000000000001"),
        amount.greaterThanOrEqualTo(9007199254740991L),
        amount.greaterThanOrEqualToDecimal("9007199254740993"),
        amount.between(1, 2),
        amount.betweenDecimal("1.5", "2.5"),
        amount.ofOldImage().equalTo(1),
        Attr.number("line").ofKeys().greaterThan(3));
  }

  private static List<ChangeFilter> ofOtherTypes() {
    return List.of(
        Attr.bool("paid").isTrue(),
        Attr.bool("paid").ofOldImage().isFalse(),
        Attr.binary("digest").equalTo("AAEC"),
        Attr.binary("digest").oneOf(List.of("AA==", "/w==")),
        Attr.binary("digest").ofOldImage().beginsWith("AAEC"),
        Attr.stringSet("tags").contains("vip"),
        Attr.stringSet("tags").ofOldImage().equalTo(List.of("b", "a")),
        Attr.numberSet("sizes").contains(42),
        Attr.numberSet("sizes").containsDecimal("42.0"),
        Attr.numberSet("sizes").equalTo(List.of(3, 1, 2)),
        Attr.numberSet("sizes").ofOldImage().equalToDecimal(List.of("3.0", "1")),
        Attr.binarySet("digests").contains("AAEC"),
        Attr.binarySet("digests").ofOldImage().equalTo(List.of("AA==", "AAE=")),
        Attr.list("lines").containsText("gift"),
        Attr.list("lines").containsNumber(42),
        Attr.list("lines").containsNumberDecimal("0.1"),
        Attr.list("lines").ofOldImage().containsBool(true),
        Attr.list("lines").sizeAtLeast(3),
        Attr.document("address").sizeAtMost(2),
        Attr.document("address").ofOldImage().exists(),
        Attr.any("note").isNull(),
        Attr.any("note").ofOldImage().absent());
  }

  private static List<ChangeFilter> insideMaps() {
    return List.of(
        Attr.path(List.of("customer", "zip.code")).asText().equalTo("10115"),
        Attr.path(List.of("customer", "$or")).asNumber().greaterThan(1),
        Attr.path(List.of("customer", "vip")).asBool().isTrue(),
        Attr.path(List.of("customer", "seal")).asBinary().exists(),
        Attr.path(List.of("customer", "tags")).asStringSet().contains("vip"),
        Attr.path(List.of("customer", "sizes")).asNumberSet().contains(1),
        Attr.path(List.of("customer", "seals")).asBinarySet().contains("AA=="),
        Attr.path(List.of("customer", "visits")).asList().containsText("2026-11-23"),
        Attr.path(List.of("customer", "address", "geo")).asDocument().sizeEqualTo(2),
        Attr.path(List.of("customer", "note")).asAny().exists());
  }

  private static List<ChangeFilter> acrossImages() {
    final NumberAttribute amount = Attr.number("amount");
    return List.of(
        Attr.text("status").changed(),
        Attr.text("status").changedTo("DISPUTED"),
        Attr.text("status").transitioned("OPEN", "PAID"),
        Attr.bool("paid").changedTo(true),
        amount.changedTo(5),
        amount.changedToDecimal("5.5"),
        amount.transitioned(1, 2),
        amount.transitionedDecimal("1.5", "2.5"),
        amount.increasedBy(10),
        amount.increasedByDecimal("10.01"),
        amount.decreasedBy(0.5),
        amount.decreasedByDecimal("0.01"),
        amount.increasedAbove(100),
        amount.increasedAboveDecimal("100.1"),
        amount.decreasedBelow(20),
        amount.decreasedBelowDecimal("20.2"));
  }

  private static List<ChangeFilter> ofEvents() {
    return List.of(
        ChangeFilter.expiredByTtl(),
        ChangeFilter.allOf(ChangeFilter.deletedByUser(), ChangeFilter.negate(Attr.text("reason").ofOldImage().equalTo("test"))),
        ChangeFilter.allOf(ChangeFilter.modifications(), Attr.text("a.b").exists()),
        ChangeFilter.allOf(ChangeFilter.removals(), Attr.number("amount").ofOldImage().greaterThan(1)));
  }
}
