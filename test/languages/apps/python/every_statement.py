"""Every statement a filter can make, as typescript/every-statement.ts has it."""

from typing import List

from cdk_dynamodb_cdc import Attr, ChangeFilter


def every_statement() -> ChangeFilter:
    return ChangeFilter.any_of(
        *of_texts(), *of_numbers(), *of_other_types(), *inside_maps(), *across_images(), *of_events()
    )


def pushed_down() -> ChangeFilter:
    return ChangeFilter.all_of(
        ChangeFilter.inserts(),
        Attr.text("status").one_of(["OPEN", "größer 😀", '"quoted"']),
        Attr.number("amount").one_of([0, -101, 1000]),
        Attr.bool("paid").is_false(),
        Attr.string_set("tags").contains("vip"),
        Attr.text("country").none_of(["XX", "ZZ"]),
    )


def own_pattern() -> ChangeFilter:
    return ChangeFilter.pattern(
        {
            "dynamodb": {
                "Keys": {"invoiceId": {"S": [{"prefix": "eu-"}]}},
                "NewImage": {"email": {"S": [{"exists": True}]}, "paid": {"BOOL": [True]}, "status": {"S": [{"prefix": "OP"}]}},
                "SizeBytes": [{"numeric": [">", 1024]}],
            },
            "eventName": ["INSERT", "MODIFY"],
        }
    )


def of_texts() -> List[ChangeFilter]:
    name = Attr.text("name")
    return [
        name.equal_to("große Straße 😀"),
        name.one_of(["", "a\tb\n", '\\"']),
        name.none_of(["x", "y"]),
        name.equal_to_ignoring_case("Smith"),
        name.begins_with("Mc"),
        name.ends_with("son"),
        name.contains("van der"),
        name.less_than("b"),
        name.less_than_or_equal_to("c"),
        name.greater_than("w"),
        name.greater_than_or_equal_to("x"),
        name.between("k", "m"),
        name.size_equal_to(7),
        name.of_old_image().exists(),
        Attr.text("orderId").of_keys().begins_with("eu-"),
    ]


def of_numbers() -> List[ChangeFilter]:
    amount = Attr.number("amount")
    return [
        amount.equal_to(42),
        amount.equal_to_decimal("12345678901234567890123456789012345678"),
        amount.one_of([0.1, -2.5, 1e-7]),
        amount.one_of_decimal(["0.10", "1e20"]),
        amount.none_of([7, 8.5]),
        amount.none_of_decimal(["7.00", "-0.0001"]),
        amount.less_than(-3),
        amount.less_than_decimal("-3.5"),
        amount.less_than_or_equal_to(-4),
        amount.less_than_or_equal_to_decimal("-4.25"),
        amount.greater_than(1000),
        amount.greater_than_decimal("1000.00000000000000000001"),
        amount.greater_than_or_equal_to(9007199254740991),
        amount.greater_than_or_equal_to_decimal("9007199254740993"),
        amount.between(1, 2),
        amount.between_decimal("1.5", "2.5"),
        amount.of_old_image().equal_to(1),
        Attr.number("line").of_keys().greater_than(3),
    ]


def of_other_types() -> List[ChangeFilter]:
    return [
        Attr.bool("paid").is_true(),
        Attr.bool("paid").of_old_image().is_false(),
        Attr.binary("digest").equal_to("AAEC"),
        Attr.binary("digest").one_of(["AA==", "/w=="]),
        Attr.binary("digest").of_old_image().begins_with("AAEC"),
        Attr.string_set("tags").contains("vip"),
        Attr.string_set("tags").of_old_image().equal_to(["b", "a"]),
        Attr.number_set("sizes").contains(42),
        Attr.number_set("sizes").contains_decimal("42.0"),
        Attr.number_set("sizes").equal_to([3, 1, 2]),
        Attr.number_set("sizes").of_old_image().equal_to_decimal(["3.0", "1"]),
        Attr.binary_set("digests").contains("AAEC"),
        Attr.binary_set("digests").of_old_image().equal_to(["AA==", "AAE="]),
        Attr.list("lines").contains_text("gift"),
        Attr.list("lines").contains_number(42),
        Attr.list("lines").contains_number_decimal("0.1"),
        Attr.list("lines").of_old_image().contains_bool(True),
        Attr.list("lines").size_at_least(3),
        Attr.document("address").size_at_most(2),
        Attr.document("address").of_old_image().exists(),
        Attr.any("note").is_null(),
        Attr.any("note").of_old_image().absent(),
    ]


def inside_maps() -> List[ChangeFilter]:
    return [
        Attr.path(["customer", "zip.code"]).as_text().equal_to("10115"),
        Attr.path(["customer", "$or"]).as_number().greater_than(1),
        Attr.path(["customer", "vip"]).as_bool().is_true(),
        Attr.path(["customer", "seal"]).as_binary().exists(),
        Attr.path(["customer", "tags"]).as_string_set().contains("vip"),
        Attr.path(["customer", "sizes"]).as_number_set().contains(1),
        Attr.path(["customer", "seals"]).as_binary_set().contains("AA=="),
        Attr.path(["customer", "visits"]).as_list().contains_text("2026-11-23"),
        Attr.path(["customer", "address", "geo"]).as_document().size_equal_to(2),
        Attr.path(["customer", "note"]).as_any().exists(),
    ]


def across_images() -> List[ChangeFilter]:
    amount = Attr.number("amount")
    return [
        Attr.text("status").changed(),
        Attr.text("status").changed_to("DISPUTED"),
        Attr.text("status").transitioned("OPEN", "PAID"),
        Attr.bool("paid").changed_to(True),
        amount.changed_to(5),
        amount.changed_to_decimal("5.5"),
        amount.transitioned(1, 2),
        amount.transitioned_decimal("1.5", "2.5"),
        amount.increased_by(10),
        amount.increased_by_decimal("10.01"),
        amount.decreased_by(0.5),
        amount.decreased_by_decimal("0.01"),
        amount.increased_above(100),
        amount.increased_above_decimal("100.1"),
        amount.decreased_below(20),
        amount.decreased_below_decimal("20.2"),
    ]


def of_events() -> List[ChangeFilter]:
    return [
        ChangeFilter.expired_by_ttl(),
        ChangeFilter.all_of(
            ChangeFilter.deleted_by_user(), ChangeFilter.negate(Attr.text("reason").of_old_image().equal_to("test"))
        ),
        ChangeFilter.all_of(ChangeFilter.modifications(), Attr.text("a.b").exists()),
        ChangeFilter.all_of(ChangeFilter.removals(), Attr.number("amount").of_old_image().greater_than(1)),
    ]
