"""The sign of a rarity is what its owner chose, in every message that has one: all of them have it
from one place."""

from __future__ import annotations

import json
from typing import Any, Final

import pytest

from adapters import files
from commands import registry, render
from commands.asked import Asked
from commands.cards import STARS
from commands.sentences import LANGUAGES
from gacha.game import Offer
from local.messages import text_of
from tests.conftest import ROOT, load_function
from tests.support import content
from tests.unit.commands.server import Server
from tests.unit.commands.test_offers import SHIPPED, Publish, offer, publish

__all__ = ["publish"]

COMMANDS: Final = ROOT / "layers/gacha/python/commands"
OWN: Final = ("🍓", "<:plum:1290000000000000123>", "🍏", "🍋")
SIGNS: Final = {each.id: OWN[rank] for rank, each in enumerate(SHIPPED.rarities)}
LOOK: Final = {"v": 1, "rarities": {id_: {"emoji": sign} for id_, sign in SIGNS.items()}}


def looking() -> Offer:
    return offer("b1", look=files.put(files.LOOKS, json.dumps(LOOK).encode()))


def said(room: str, handed: Any, lang: str) -> str:
    return text_of(render.render(room, handed, lang, "1" * 19))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_an_owners_signs_are_shown_wherever_a_rarity_has_one(
    tables: Any, publish: Publish, lang: str
) -> None:
    publish(looking())
    server = Server()
    drawn = content(server.do(0, "pull", count=10, banner="b1")["message"])
    best = min(drawn["cards"], key=lambda card: card["rank"])
    sign = [*SIGNS.values()][best["rank"]]
    card = best["name"]["en"]
    messages = {"pull": drawn}
    for at, room in enumerate(("wishlist", "lock"), start=1):
        assert server.do(at, room, card=card)["outcome"] == "planned"
        messages[room] = content(server.do(at + 10, room)["message"])
    asked = server.asked(20, "rates", banner="b1")
    table = load_function("answer").handler({"interaction": asked}, None)["message"]
    messages["rates"], _ = registry.file("rates").attach(Asked.read(asked), content(table))
    for room, handed in messages.items():
        shown = said(room, handed, lang)
        assert sign in shown, room
        assert not any(star in shown for star in STARS), room
    for each in SIGNS.values():
        assert each in said("rates", messages["rates"], lang)


def test_no_message_has_a_sign_by_rank_from_elsewhere() -> None:
    signs = {
        path.relative_to(COMMANDS).as_posix()
        for path in COMMANDS.rglob("*.py")
        if "by_rank(STARS" in (text := path.read_text("utf-8")) or STARS[1] in text
    }
    assert signs == {"cards.py"}
