"""What is published of a banner that sells packs alone: of each card, of a pack, of its slots."""

from __future__ import annotations

import json
from fractions import Fraction
from math import prod
from typing import Any, Final

import pytest

from adapters import files
from commands import registry
from commands.asked import Asked
from commands.message import Message
from commands.render import render
from commands.sentences import LANGUAGES
from gacha import banner, engine, odds, rates
from gacha.chains import Work
from gacha.game import Offer
from gacha.rates import percent
from local.messages import text_of
from tests.conftest import ROOT, load_function
from tests.support import workflow_input
from tests.unit.commands.owning import publish

PACKS: Final = (ROOT / "docs/gallery/packs-of-five.toml").read_text("utf-8")
RULED: Final = PACKS.replace(
    'rate = "0.03"',
    'rate = "0.03"\nceiling = 12\nfeatured = { share = "1/3", guarantee = 1 }',
    1,
).replace('rarity = "ssr"\n', 'rarity = "ssr"\nfeatured = true\nweight = 3\n', 1)
"""With pity, a guarantee and weights."""
PROMISED: Final = (
    RULED
    + """
[[promise]]
id = "p"
of = ["sr-1", "ssr"]
within = 9
"""
)
COLLECTED: Final = PACKS.replace('rate = "0.12"', 'rate = "0.12"\nno_repeats = true')


def read(text: str) -> banner.Banner:
    return banner.parse(text.encode(), "packs.toml")


@pytest.mark.parametrize(
    "text",
    [
        *(PACKS, RULED, PROMISED, COLLECTED),
        (ROOT / "tests/banners/tcg-pocket.toml").read_text("utf-8"),
    ],
    ids=["packs", "ruled", "promised", "collected", "tcg-pocket"],
)
def test_each_cards_part_is_that_of_its_own_walk(text: str) -> None:
    """Cards that no rule tells apart share one walk. Here each has its own."""
    of = read(text)
    found = odds.card_shares(of, 5, Work())
    assert sum(found.values()) == 1 and found.keys() == {card.id for card in of.cards}
    apart = of.cards if len(of.cards) < 20 else of.cards[::17]
    for card in apart:
        assert found[card.id] == odds.long_run(of, frozenset({card.id}), 5), card.id
    for rarity in of.rarities:
        part = odds.long_run(of, frozenset(card.id for card in rarity.cards), 5)
        assert sum(found[card.id] for card in rarity.cards) == part


def test_the_parts_of_packs_are_those_of_plain_arithmetic() -> None:
    """Four cards at 3, 12 and 85 %, a fifth at 10 and 90 %, and one pack in 200 of SSR alone."""
    whole = Fraction(1, 200)
    ssr = (1 - whole) * (4 * Fraction("0.03") + Fraction("0.1")) / 5 + whole
    table = {each["name"]["en"]: each["rate"] for each in rates.cards(read(PACKS))}
    assert table["Dawn Dragon"] == table["Star Sage"] == percent(ssr / 2)
    assert percent(ssr) == "4.878\u00a0%"


def test_the_next_pack_is_the_players_own() -> None:
    """At the seventh pull without an SSR, the twelfth is the fifth card of the next pack."""
    of = read(RULED)
    near = engine.start(of)._replace(since=tuple(
        (rarity, 7 if rarity == "ssr" else n) for rarity, n in engine.start(of).since
    ))  # fmt: skip
    first = rates.table(of, engine.start(of))["rarities"][0]
    assert rates.table(of, near)["rarities"][0]["next_multi"] == "100\u00a0%"
    none = prod([Fraction("0.97")] * 4, start=Fraction("0.9"))
    assert first["next_multi"] == percent(1 - none * Fraction(199, 200))
    assert first["next"] is None


def asked(room: str, **options: Any) -> Any:
    """The message as Announce shows it: rates with the cards and rules that it reads itself."""
    interaction = workflow_input(99, room, **options)
    answered = load_function("answer").handler({"interaction": interaction}, None)
    content = Message.read(json.loads(json.dumps(answered))["message"]).content
    if room != "rates":
        return content
    whole, _ = registry.file("rates").attach(Asked.read(interaction), content)
    return whole


def offered() -> None:
    rules = files.put(files.BANNERS, PACKS.encode())
    publish(Offer("packs-of-five", rules, sizes=(5,)))


SAID: Final = {
    "ja": (
        "5 連で出るカードのうち 4.878\u00a0% ／ あなたの次の 5 連に 1 枚以上 **20.722\u00a0%**",
        "5 連のほかのカードの、1 枚ごとの基本の割合：SSR 3\u00a0%・SR 12\u00a0%・R 85\u00a0%",
        "5 連の 5 枚目の割合：SSR 10\u00a0%・SR 90\u00a0%",
        "夜明けの竜 2.439\u00a0%",
        "割合は、5 連を長く引き続けたときに出るカード全体のうち",
    ),
    "en": (
        "4.878\u00a0% of all cards in pulls of 5, at least one in your next **20.722\u00a0%**",
        "Base rates of each other card in a pull of 5: SSR 3\u00a0%, SR 12\u00a0%, R 85\u00a0%",
        "In a pull of 5, card 5: SSR 10\u00a0%, SR 90\u00a0%",
        "Dawn Dragon 2.439\u00a0%",
        "a card’s part of all cards that pulls of 5 bring in the long run",
    ),
}
OF_A_CARD: Final = {
    "ja": "5 連で出るカードのうち 2.439\u00a0%（あなたの次の 5 連に 1 枚以上：11.0045\u00a0%）",
    "en": "2.439\u00a0% of all cards in pulls of 5 (at least one in your next: 11.0045\u00a0%)",
}


def test_no_rate_of_a_single_pull_is_shown_of_packs(tables: Any) -> None:
    offered()
    of_rates, of_card = asked("rates", banner="packs-of-five"), asked("card", name="夜明けの竜")
    whole = Fraction(1, 200)
    none = prod([1 - Fraction("0.015")] * 4, start=1 - Fraction("0.05"))
    has = (1 - whole) * (1 - none) + whole * (1 - Fraction(1, 2) ** 5)
    for lang in LANGUAGES:
        shown = text_of(render("rates", of_rates, lang, "1"))
        assert [words for words in SAID[lang] if words not in shown] == []
        card = text_of(render("card", of_card, lang, "1"))
        assert OF_A_CARD[lang] in card and percent(has) in OF_A_CARD[lang]
        assert "first pull" not in shown + card and "最初の 1 回" not in shown + card


def test_what_takes_too_long_is_said(tables: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    offered()
    rates._consolidated.cache_clear()
    monkeypatch.setattr(rates, "MOST_WORK", 5)
    for lang, words in (("ja", "計算に時間がかかる"), ("en", "takes too long")):
        shown = text_of(render("rates", asked("rates", banner="packs-of-five"), lang, "1"))
        assert words in shown and "**" not in shown.split("SSR", 1)[1].split("\n")[1]
        assert words in text_of(render("card", asked("card", name="夜明けの竜"), lang, "1"))
    rates._consolidated.cache_clear()
