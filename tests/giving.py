"""A server that has given something: presents that wait, codes that can be used, and what an admin
was about to make."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import Any, Final

import boto3

from adapters import files, sealing, seeds
from adapters.tables import boxes, items, settings
from commands import forms, sure
from gacha import banner, codes, presents, shared_box
from gacha.codes import Campaign
from gacha.game import Offer
from gacha.presents import EVERYBODY, Audience, Gift, Present
from scripts.box_vectors import LOTTERY
from tests.conftest import ROOT
from tests.support import FIRST_ID, GUILD, PLAYER_KEY, SEALING_KEY, USER

ADMIN: Final = "1290000000000000010"
"""Of the sample events."""
SECRET: Final = b"s" * 64
"""The fairness secret of `tests.conftest.tables`."""
FAR_MS: Final = 4_000_000_000_000
SHARED: Final = "winter-lottery"
"""The banner of which the server shares a box."""
_LOTTERY: Final = LOTTERY.replace(b"boxes = 2", b"boxes = 2\naccount_days = 0\nmember_days = 0")
WORD: Final = "ほしぞらフェス"

GIFT: Final = Gift(
    coins=160,
    shards=20,
    tickets=3,
    ticket_days=7,
    card="toki-moon-clockmaker",
    number=1,
    names={"toki-moon-clockmaker": {"ja": "月時計の職人トキ", "en": "Toki, the Moon Clockmaker"}},
)

TO_MAKE: Final[dict[str, dict[str, Any]]] = {
    "admin present new": {
        "gift": GIFT.written(),
        "message": "1周年ありがとう",
        "days": 14,
        "to": list(EVERYBODY),
        "after": 2,
    },
    "admin code new": {
        "gift": GIFT.written(),
        "note": "夏フェス",
        "days": 30,
        "most": 3,
        "singles": 3,
        "word": "",
        "after": 2,
    },
    "admin take": {"user": USER, "amount": 100, "card": "", "reason": "二重に付与したため"},
}


def sealed(text: str) -> str:
    return sealing.seal(SEALING_KEY.public_key, text)


def seen(room: str) -> str:
    """What the button says that makes `TO_MAKE`."""
    return sure.form(TO_MAKE[room])[1]


def present(
    id_: str = "p1",
    gift: Gift = GIFT,
    audience: Audience = EVERYBODY,
    message: str = "1周年ありがとう",
    ends_ms: int = FAR_MS,
) -> Present:
    return Present(id_, gift, message, ends_ms, ADMIN, audience)


def campaign(id_: str = "c1", **more: Any) -> Campaign:
    fields = {"gift": GIFT, "note": "夏フェス", "ends_ms": FAR_MS, "most": 100, **more}
    return Campaign(id=id_, by=ADMIN, made=str(FIRST_ID), **fields)


def code(of: Campaign, number: int = 0, guild: str = GUILD) -> str:
    return codes.generated(codes.key(SECRET), guild, of.id, of.made, number)


def put(name: str, content: dict[str, Any], guild: str = GUILD) -> None:
    """A setting as it is stored, without any change of the server that made it."""
    boto3.client("dynamodb").put_item(
        TableName=os.environ["DYNAMODB_SETTINGS_TABLE"],
        Item=items.to_item({"server_id": guild, "setting": name, **content}),
    )


def give(*of: Present, guild: str = GUILD) -> None:
    """These presents, and no others, can be taken."""
    index = presents.Index(1, len(of) + 1, {each.id: (each.ends_ms, each.audience) for each in of})
    put(presents.INDEX, {"version": 1, **index.content()}, guild)
    for each in of:
        put(presents.setting(each.id), {"version": each.version, **each.content()}, guild)


def hand_out(*of: Campaign, word: str = "", guild: str = GUILD) -> None:
    """These codes, and no others, can be used; `word` is that of the last one."""
    index = codes.Index(1, len(of) + 1, {each.id: (each.ends_ms, each.note) for each in of})
    put(codes.INDEX, {"version": 1, **index.content()}, guild)
    for each in of:
        put(codes.setting(each.id), {"version": each.version, **each.content()}, guild)
        put(codes.counter_setting(each.id), {"taken": 0}, guild)
    if word:
        name = codes.word_setting(codes.key(SECRET), guild, codes.folded(word))
        put(name, {"version": 1, "campaign": of[-1].id}, guild)


def pledge(guild: str = GUILD) -> None:
    """Somebody confirmed that nothing is sold."""
    put(presents.PLEDGE, {"version": 1, "by": ADMIN, "made": str(FIRST_ID)}, guild)


def own_a_card(database: Any) -> None:
    """Let the player have a copy of the sample's first card, beside the ledger."""
    database.update_item(
        TableName="gacha_collection",
        Key=items.to_item({"user_id": PLAYER_KEY, "page": 0}),
        UpdateExpression="SET #card = :one",
        ExpressionAttributeNames={"#card": "card:lumi-star-weaver"},
        ExpressionAttributeValues={":one": {"N": "1"}},
    )


def offer(name: str, guild: str = GUILD) -> None:
    """One of the tests' banners is the server's own, beside the sample."""
    _offer(name, guild)


def share_box(guild: str = GUILD) -> None:
    """Members of the server draw from one box, however young they are."""
    _offer(SHARED, guild)


def outdate_box(guild: str = GUILD) -> None:
    """The box that they share is open, but of other rules than its banner has now."""
    share_box(guild)
    full = shared_box.now(None, banner.parse(_LOTTERY, SHARED), guild, 0, 0, seeds.commit_box)
    assert isinstance(full, shared_box.Box)
    where, row = boxes.place(guild, SHARED)
    content = replace(full, rules="0" * 64, changes=1).content()
    boto3.client("dynamodb").put_item(
        TableName=os.environ[where], Item=items.to_item({**row, **content})
    )


def _offer(name: str, guild: str) -> None:
    game = settings.game(guild)
    if game.offer(name) is None:
        offered = Offer(name, files.put(files.BANNERS, _file(name)))
        changed = replace(game.published(offered, 0), has_sample=True)
        ids = [each.id for each in changed.offers]
        names = {id_: dict(banner.parse(_file(id_), id_).name) for id_ in ids}
        transaction: Any = settings.put_game(changed, names)
        boto3.client("dynamodb").transact_write_items(TransactItems=transaction)


def _file(name: str) -> bytes:
    return _LOTTERY if name == SHARED else (ROOT / f"tests/banners/{name}.toml").read_bytes()


def stock(guild: str = GUILD) -> None:
    """All of it, so that the sample of each command comes to something."""
    give(present(), guild=guild)
    hand_out(campaign(is_own=True), word=WORD, guild=guild)
    for room, values in TO_MAKE.items():
        kept = {"values": dict(sure.form(values)[0].values), "expires_at": FAR_MS // 1000}
        put(forms.setting(room, ADMIN), kept, guild)
