"""What a player has and a server offers, for the tests of rooms that give cards: beside the ledger,
since no play of a test earns it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

import boto3

from adapters import files
from adapters.tables import items, players, settings
from commands.message import Message
from commands.render import render
from gacha.game import Offer
from local.messages import components, text_of
from tests.recording import commits
from tests.support import GUILD, PLAYER_KEY

NAMES: Final = {"ja": "夏のガチャ", "en": "Summer"}


def put(table: str, row: Mapping[str, Any]) -> None:
    boto3.client("dynamodb").put_item(TableName=table, Item=items.to_item(row))


def have(points: int = 0, key: str = "standard", **more: Any) -> None:
    """The player's points of a state, and other fields of theirs."""
    stored = players.load(PLAYER_KEY)
    assert stored is not None
    state = {**stored.states.get(key, {}), "points": points}
    states = {**stored.states, key: state} if points else stored.states
    put("discord_users", players.written(replace(stored, states=states, **more)))


def own(
    banner_id: str = "b1",
    cards: int = 1,
    look: bytes = b"",
    rarity: str = "SSR",
    more: str = "exchange = { price = 3 }\n",
    **fields: Any,
) -> Offer:
    """A banner of the server's own, whose kind does not carry over, with cards from 101 on."""
    card = '[[card]]\nid = "c{n}"\nnumber = {n}\nrarity = "r1"\n'
    card += 'name = { ja = "カード{n}", en = "Card {n}" }\nfeatured = true\n'
    toml = (
        f'id = "{banner_id}"\nkind = "{banner_id}"\n'
        'name = { ja = "夏のガチャ", en = "Summer" }\n'
        f"price = {{ one = 160, ten = 1600 }}\n{more}"
        f'[[rarity]]\nid = "r1"\nname = {{ ja = "{rarity}", en = "{rarity}" }}\nrate = "1"\n'
        + "".join(card.replace("{n}", str(101 + n)) for n in range(cards))
    )
    rules = files.put(files.BANNERS, toml.encode())
    return Offer(banner_id, rules, files.put(files.LOOKS, look) if look else "", **fields)


def publish(*offers: Offer) -> None:
    for each in offers:
        game = settings.game(GUILD).published(each, 0)
        assert commits(TransactItems=settings.put_game(game, {o.id: NAMES for o in game.offers}))


def said(decided: Mapping[str, Any], room: str, lang: str = "ja") -> str:
    body = render(room, Message.read(decided["message"]).content, lang, "1")
    labels = (each.get("label", "") for each in components(body["components"]))
    return "\n".join([text_of(body), *labels])


def buttons(decided: Mapping[str, Any], room: str) -> list[str]:
    body = render(room, Message.read(decided["message"]).content, "ja", "1")
    return [each["custom_id"] for each in components(body["components"]) if "custom_id" in each]
