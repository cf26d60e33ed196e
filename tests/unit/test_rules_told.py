"""Each rule of each file of the gallery is said in words where its owner decides to publish it."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator, Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any, Final, NamedTuple

import pytest

from commands import previews
from commands.admin_banner_list import show
from commands.rules import rule
from gacha.banner import parse
from gacha.making.cards import Cards
from gacha.making.compiling import Compiled, compiled
from gacha.making.draft import Draft
from gacha.making.edits import File, Merged, merge
from gacha.making.preview import preview
from gacha.rates import percent
from local.messages import text_of
from tests.conftest import ROOT
from tests.unit.test_making_preview import SERVER, words

GALLERY: Final = sorted((ROOT / "docs/gallery").glob("*.toml"))


class Told(NamedTuple):
    """A rule of a file: the `field` that has it, the `kinds` of which one says it, and what has to
    be in its words in either language. Without a kind it is anywhere in the preview."""

    field: str
    kinds: frozenset[str]
    words: tuple[str | Mapping[str, str], ...] = ()


def told(field: str, kinds: str, *words_: object) -> Told:
    shown = tuple(f"{each:,}" if isinstance(each, int) else str(each) for each in words_)
    return Told(field, frozenset(kinds.split()), shown)


def per_cent(rate: str) -> str:
    return percent(Fraction(rate))


PLAIN: Final = frozenset({"id", "kind", "name", "rarity", "card", "price", "starts", "ends"})
"""Of the top level; what they have that is a rule is looked at apart."""
OF_CARDS: Final = frozenset({"id", "number", "rarity", "name", "weight", "featured", "stock"})


def rules_of(tree: dict[str, Any]) -> Iterator[Told]:
    """Every rule of a file, from its fields alone. A field that this does not know is an error, so
    that a new one of the format has to be said, too."""
    for field, value in tree.items():
        match field:
            case "rarity":
                for each in value:
                    yield from of_rarity(each)
            case "card":
                assert all(each.keys() <= OF_CARDS for each in value)
            case "price":
                assert value.keys() <= {"one", "ten"}
                for key, price in value.items():
                    for one in price if isinstance(price, list) else [price]:
                        yield told(f"price.{key}", "", *([one] if one else []))
                    if isinstance(price, list):
                        yield told("price.ten", "rule_steps_again rule_steps_last", price[-1])
            case "promise":
                for each in value:
                    yield of_promise(each)
            case "ten":
                yield from of_multi(each=value, size=10)
            case "multi":
                for each in value:
                    yield from of_multi(each, each["size"])
            case "limit":
                kinds = "rule_shared_day" if "shared" in tree else "rule_limit_day"
                for key, most in value.items():
                    match key:
                        case "total":
                            yield told(key, "rule_limit", most)
                        case "per_day":
                            yield told(key, kinds, most)
                        case "prices":
                            yield told(key, "rule_prices_day_last", *filter(None, most))
                        case _:
                            raise AssertionError(key)
            case "exchange":
                offers = value.get("offer", [value])
                several = len(offers) > 1
                for each in offers:
                    kind = "rule_exchange_offer" if several else "rule_exchange"
                    kind += "_limit" if "limit" in each else ""
                    yield told(
                        field,
                        kind,
                        each["price"],
                        *[each[key] for key in ("limit",) if key in each],
                    )
            case "box":
                stock = sum(each["stock"] for each in tree["card"])
                yield told(field, "rule_box", stock)
                of = "rule_box_refill" if "refill_after" in value else "rule_box_empty"
                yield told(field, of)
                if "reset_after" in value:
                    yield told("reset_after", "rule_box_reset")
            case "shared":
                assert value.keys() == {"boxes", "last", "account_days", "member_days"}
                stock = sum(each["stock"] for each in tree["card"])
                [last] = [each["name"] for each in tree["card"] if each["id"] == value["last"]]
                yield told("shared", "", stock)
                yield told("boxes", "", value["boxes"])
                yield Told("last", frozenset(), (last,))
                yield told("account_days", "rule_shared_account", value["account_days"])
                yield told("member_days", "rule_shared_member", value["member_days"])
            case "ticket":
                assert value == {"counts": False}
                yield told(field, "rule_tickets")
            case "raise_from":
                yield told(field, "rule_dilutes")
            case "carry_over":
                yield told(field, "rule_counts_carry")
                if "exchange" in tree:
                    yield told(field, "rule_points_carry")
            case _:
                assert field in PLAIN, field


def of_rarity(rarity: dict[str, Any]) -> Iterator[Told]:
    for field, value in rarity.items():
        match field:
            case "id" | "name":
                pass
            case "rate":
                yield told(field, "", per_cent(value))  # of packs, as that of their other cards
            case "ramp":
                first = Fraction(rarity["rate"]) + Fraction(value["step"])
                yield told(field, "rule_changes", value["from"], percent(first))
            case "table":
                for pull, rate in value:
                    yield told(field, "rule_changes", pull, per_cent(rate))
            case "ceiling":
                yield told(field, "rule_changes", value)
            case "reset_by":
                yield told(field, "rule_changes", *(each.upper() for each in value))
            case "featured":
                share = value["share"]
                shares = [share] if isinstance(share, str) else share
                yield told(field, "rule_featured", *map(per_cent, shares))
                if value["guarantee"]:
                    losses = [value["guarantee"]] if value["guarantee"] > 1 else []
                    yield told(field, "rule_guarantee", *losses)
            case "no_repeats":
                yield told(field, "rule_no_repeats")
            case _:
                raise AssertionError(field)


def of_promise(promise: dict[str, Any]) -> Told:
    kind = "rule_promise_fixed" if promise.get("fixed") else "rule_promise"
    within = promise["within"]
    if "counts" in promise:
        return told("promise", f"{kind}_among", within)
    return told("promise", f"{kind}_next" if "at" in promise else kind, within - ("at" in promise))


def of_multi(each: dict[str, Any], size: int) -> Iterator[Told]:
    for field, value in each.items():
        match field:
            case "size" | "price":
                yield told(field, "", value)
            case "minimum":
                for one in value:
                    yield told(field, "rule_minimum", one.get("count", 1))
            case "slot":
                for one in value:
                    rates = map(per_cent, one["rates"].values())
                    yield told(field, "rule_slots", one["number"], *rates, *one.get("steps", []))
            case "whole":
                for one in value:
                    rates = map(per_cent, one["rates"].values())
                    yield told(field, "rule_whole", per_cent(one["chance"]), *rates)
            case "frozen":
                yield told(field, "rule_frozen")
            case "repeat":
                assert value == "last"
                yield told(field, "rule_steps_last")
            case _:
                raise AssertionError(field)


def previewed(path: Path) -> previews.Preview:
    """As an owner who sends the file sees it."""
    merged = merge(Draft.new(3), Cards.none(), File(path.read_bytes(), path.name))
    assert isinstance(merged, Merged)
    made = compiled(merged.draft, merged.cards)
    assert isinstance(made, Compiled)
    seen = preview(merged.draft, merged.cards, made, SERVER, words())
    return previews.preview(
        json.loads(json.dumps(seen)),
        starts_ms=None,
        ends_ms=None,
        before_ms=None,
        draft=1,
        by="1",
        may_publish=True,
    )


@pytest.mark.parametrize("path", GALLERY, ids=lambda path: path.stem)
def test_the_preview_says_every_rule_of_the_file(path: Path) -> None:
    of = previewed(path)
    parse(path.read_bytes(), path.name)
    missing = []
    for lang in ("ja", "en"):
        text = text_of(show.show(dict(of), lang, ""))
        lines = [(known["kind"], rule(known, lang)) for known in of["rules"]]
        for each in rules_of(tomllib.loads(path.read_text("utf-8"))):
            said = [line for kind, line in lines if kind in each.kinds and line in text]
            where = said if each.kinds else [text]
            if not any(all(word_in(one, line, lang) for one in each.words) for line in where):
                missing.append((lang, each))
    assert missing == [], path.name


def word_in(word: str | Mapping[str, str], line: str, lang: str) -> bool:
    return (word if isinstance(word, str) else word[lang]) in line.replace("\\", "")


def test_a_rule_that_is_not_said_is_noticed() -> None:
    """Of every file of the gallery, a rule that its preview leaves out is missed."""
    path = ROOT / "docs/gallery/fifty-fifty.toml"
    of = previewed(path)
    without = {**of, "rules": [each for each in of["rules"] if each["kind"] != "rule_guarantee"]}
    [guarantee] = [rule(each, "en") for each in of["rules"] if each["kind"] == "rule_guarantee"]
    assert guarantee in text_of(show.show(dict(of), "en", ""))
    assert guarantee not in text_of(show.show(without, "en", ""))
