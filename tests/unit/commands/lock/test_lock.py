"""/gacha lock, and what spends a copy: at most once, and never of a card that is locked, whatever
happens at the same time (I10)."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from typing import Any

import pytest

from adapters import seeds
from adapters.tables import collection, players
from commands import events
from gacha import audit, banner
from gacha.purse import Copies
from tests.recording import commits, record
from tests.support import PLAYER_KEY, content, rows
from tests.unit.commands.owning import have, said
from tests.unit.commands.server import Server
from tests.unit.test_pulling import STARLIT

LUMI = STARLIT.cards[0]
COPY = Copies(LUMI.id, LUMI.number, 1)


@pytest.fixture
def server(tables: Any) -> Server:
    """Of which the player bought one card: it is in the ledger, too."""
    seeds.secret.cache_clear()
    made = Server()
    made.do(0, "fair seed", text="x")
    have(shards=300)
    taken = {"banner": STARLIT.id, "card": "0", "price": "300", "has": "300"}
    assert made.do(1, "shop", **taken)["outcome"] == "planned"
    return made


def take(server: Server, number: int, card: str = "0", **more: Any) -> dict[str, Any]:
    return server.sure(number, "admin take", card=card, reason="渡し間違い", **more)


def held() -> tuple[int, bool]:
    """Copies, and whether the card is locked."""
    found = collection.held(PLAYER_KEY, [LUMI])[LUMI.id]
    return found.copies, found.is_locked


def findings(tables: Any) -> list[str]:
    """What the audit says of all that is stored, but for the shards that nobody earned."""
    [stored] = rows(tables, "discord_users")
    pages = rows(tables, "gacha_collection")
    ledger = rows(tables)

    def banner_of(*_: str) -> banner.Banner:
        return STARLIT

    replay = audit.Replay(PLAYER_KEY, banner_of, events.replays(), 0, (3200,), {})
    replay.shards = 300
    for row in sorted(ledger, key=lambda row: row.get("version", 0)):
        replay.event(row)
    replay.player(stored)
    replay.collection(pages)
    return [str(each) for each in replay.findings]


def test_a_locked_card_is_not_taken_back_until_it_is_unlocked(tables: Any, server: Server) -> None:
    locked = server.do(2, "lock", card="ルミ")
    assert "ロックしました" in said(locked, "lock") and held() == (1, True)
    [listed] = content(server.do(3, "lock")["message"])["locks"]
    assert (listed["number"], listed["copies"]) == (0, 1)
    refused = take(server, 4)
    assert refused["outcome"] == "refused" and "/ガチャ ロック" in said(refused, "admin take")
    assert held() == (1, True)
    opened = server.do(5, "lock", way="open", number="0")
    assert "外しました" in said(opened, "lock") and held() == (1, False)
    assert take(server, 6)["outcome"] == "planned"
    assert held() == (0, False)
    assert findings(tables) == []
    kinds = [row["kind"] for row in rows(tables)]
    assert kinds.count("lock") == 2 and kinds.count("take") == 1


def test_a_copy_is_taken_once_and_what_is_not_there_not_at_all(tables: Any, server: Server) -> None:
    first = take(server, 2)
    assert "残り 0 枚" in said(first, "admin take")
    assert take(server, 2)["outcome"] == "recorded"
    assert take(server, 3)["outcome"] == "refused"
    assert "持っていません" in said(take(server, 3), "admin take")
    assert held()[0] == 0 and LUMI.id not in collection.cards(PLAYER_KEY)  # it counts as none
    [row] = [row for row in rows(tables) if row["kind"] == "take"]
    assert row["given"] == {LUMI.id: {"number": 0, "copies": -1}} and row["amount"] == 0
    for lang, words in (("ja", "星織りのルミ"), ("en", "Lumi")):
        event = events.event(row)
        [embed] = events.embeds(events.Missed([event]), lang)
        assert words in embed["description"] and "渡し間違い" not in embed["description"]
        assert words in events.line(event, lang) and "渡し間違い" in events.line(event, lang)
    assert findings(tables) == []


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"card": "0", "amount": 5}, "どちらか 1 つ"),
        ({}, "どちらか 1 つ"),
        ({"card": "ない名前"}, "当てはまるカードはありません"),
        ({"card": "の"}, "番号でお試しください"),
        ({"card": "1"}, "持っていません"),
    ],
)
def test_what_is_not_meant_is_said(server: Server, given: dict[str, Any], words: str) -> None:
    refused = server.do(2, "admin take", reason="r", **given)
    assert refused["outcome"] == "refused" and words in said(refused, "admin take")
    assert held()[0] == 1


def test_locked_while_it_is_taken_it_stays(tables: Any, server: Server) -> None:
    """Planned before the lock, recorded after it: the workflow goes back to Plan, which refuses."""
    seen = server.seen(server.do(2, "admin take", card="0", reason="r"))
    interaction = server.asked(2, "admin take", seen=seen)
    planned = server.work(interaction)
    server.do(3, "lock", card="0")
    assert not record(interaction, planned)
    again = server.work(interaction)
    assert again["outcome"] == "refused" and "ロック" in said(again, "admin take")
    assert held() == (1, True) and findings(tables) == []


def test_taken_while_it_is_locked_it_is_not_locked(tables: Any, server: Server) -> None:
    interaction = server.asked(2, "lock", card="0")
    planned = server.work(interaction)
    take(server, 3)
    assert not record(interaction, planned)
    assert "持っていない" in said(server.work(interaction), "lock")
    assert held() == (0, False) and findings(tables) == []


def test_the_collection_itself_refuses_whoever_spends(tables: Any, server: Server) -> None:
    """Whatever becomes of the player's row: for all that will spend copies."""
    spent = Copies(LUMI.id, LUMI.number, -1)
    lock = collection.lock(PLAYER_KEY, LUMI.id, 0, is_locked=True)
    unlock = collection.lock(PLAYER_KEY, LUMI.id, 0, is_locked=False)
    assert not commits(TransactItems=[unlock])
    assert commits(TransactItems=[lock]) and not commits(TransactItems=[lock])
    assert not commits(TransactItems=collection.move(PLAYER_KEY, [spent]))
    assert commits(TransactItems=collection.move(PLAYER_KEY, [COPY]))  # more may come
    assert held() == (2, True)
    assert commits(TransactItems=[unlock])
    two = Copies(LUMI.id, LUMI.number, -2)
    three = Copies(LUMI.id, LUMI.number, -3)
    other = Copies("no-card", 1, -1)
    assert not commits(TransactItems=collection.move(PLAYER_KEY, [three]))
    assert not commits(TransactItems=collection.move(PLAYER_KEY, [spent, other]))  # or none of it
    assert commits(TransactItems=collection.move(PLAYER_KEY, [two]))
    assert not commits(TransactItems=collection.move(PLAYER_KEY, [spent]))
    assert not commits(TransactItems=[lock])


def test_pressed_twice_or_named_wrongly_nothing_happens(tables: Any, server: Server) -> None:
    for number, options in enumerate(
        ({"way": "open", "number": "0"}, {"card": "ない"}, {"card": "の"}, {"card": "1"}), start=2
    ):
        assert server.do(number, "lock", **options)["outcome"] in ("shown", "refused")
    server.do(9, "lock", way="lock", number="0")
    assert server.do(10, "lock", way="lock", number="0")["outcome"] == "shown"
    assert [row["kind"] for row in rows(tables)].count("lock") == 1
    assert players.load(PLAYER_KEY) is not None


WRONG: dict[str, list[dict[str, Any]]] = {
    "a card that is not there": [{"card": "ace"}],
    "locked twice": [{}, {}],
    "unlocked without a lock": [{"locked": 0}],
    "it moved something": [{"shards": 5}],
    "it is not in the collection": [{}],
    "taken although locked": [{}, {"kind": "take", "given": True}],
    "two copies taken": [{"kind": "take", "given": {LUMI.id: {"number": 0, "copies": -2}}}],
    "more copies than there were": [{"kind": "take", "given": True}] * 2,
    "a card and an amount": [{"kind": "take", "given": True, "amount": -5}],
}


@pytest.mark.parametrize("name", [None, *WRONG])
def test_the_audit_sees(name: str | None) -> None:
    replay = audit.Replay(PLAYER_KEY, lambda *_: STARLIT, events.replays(), 0, (3200,), {})
    replay.cards[0] = Counter({LUMI.id: 1})
    balance = 0
    for at, more in enumerate(WRONG[name] if name else [{}, {"locked": 0}], start=1):
        row = {"kind": "lock", "card": LUMI.id, "number": 0, "locked": 1, "amount": 0, **more}
        if row.get("given") is True:
            row["given"] = {LUMI.id: {"number": 0, "copies": -1}}
        balance += row["amount"]
        row |= {"taken_by": "1290000000000000010", "reason": "r", "version": at}
        replay.event({**row, "timestamp": Decimal(at), "balance": max(balance, 0)})
    replay.collection([{"page": 0, f"card:{LUMI.id}": 1}])
    found = [str(each) for each in replay.findings]
    assert (found == []) is (name is None), found
    assert name is None or any(each.startswith(("I10", "I1", "I5")) for each in found)
