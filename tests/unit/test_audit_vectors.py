"""The audit is the fourth copy of the rules of a pull: held against the files of receipts, and the
plays, that bind the engine, verify.py and verify.html."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commands import events
from gacha import audit, banner, engine, player, snowflake
from gacha.days import Clock
from scripts import make_vectors
from scripts.make_vectors import CLOCKS, Play
from tests.unit import test_verify

VECTORS = Path(__file__).parents[1] / "vectors"
INDEX = json.loads((VECTORS / "index.json").read_text("utf-8"))
RICH = 10**12
EARLIER = make_vectors.FIRST_ID - (1 << 40)
PARTIAL = {
    "good/tickets.json": "tickets paid, of which receipts do not tell",
    "good/bundles.json": "tickets paid, of which receipts do not tell",
    "good/limit-tickets.json": "tickets paid, of which receipts do not tell",
    "good/chest.json": "tickets paid, of which receipts do not tell",
    "good/limit-day-believed.json": "begins after the first receipt, where a ledger never does",
    "good/mid-chain.json": "begins after the first receipt, where a ledger never does",
    "good/exchange.json": "points are spent, of which no event of the ledger tells yet",
    "good/exchange-between.json": "points are spent, of which no event of the ledger tells yet",
    "good/box-begun-believed.json": "begins after the first receipt, where a ledger never does",
    "good/exchange-offers.json": "points are spent, of which no event of the ledger tells yet",
}
ONLY_A_SEED_SHOWS = {
    "card-swapped": "another card that could come there",
    "client-seed-other": "the ledger is built from the receipts, and so has it too",
}

FIELDS = json.loads(
    json.loads((VECTORS / "good/rotation.json").read_text("utf-8"))["receipts"][0]["text"]
).keys()


@cache
def parsed(text: str) -> banner.Banner:
    return banner.parse(text.encode(), "vector.toml")


def clock_of(receipt: Mapping[str, Any]) -> Clock:
    """One by which it was the day that the receipt counts for."""
    made = snowflake.created_ms(receipt["interaction_id"])
    day = receipt["before"].get("limit", {}).get("day")
    fits = [each for each in CLOCKS if each.number_of(made) == day]
    return fits[0] if fits else CLOCKS[0]


class Ledger:
    """The rows that a player with these receipts has, with the changes that lie between them."""

    def __init__(self, file: Mapping[str, Any]) -> None:
        self.banners = {parsed(text).hash: parsed(text) for text in file["banners"].values()}
        self.user_id = str(file["user_id"])
        opening = {"kind": "opening", "amount": 0, "balance": 0, "timestamp": Decimal(0)}
        # Nobody is as rich but somebody who came from another bot.
        brought = {"kind": "grant", "amount": RICH, "balance": RICH, "version": 1}
        brought |= {"reason": f"{audit.ADOPTED}old", "interaction_id": str(EARLIER)}
        brought["timestamp"] = snowflake.sort_key(str(EARLIER))
        self.rows: list[dict[str, Any]] = [
            {**row, "user_id": self.user_id} for row in (opening, brought)
        ]
        self.balance, self.version = RICH, 1
        self.seed, self.seeded, self.rotated = self.user_id, "", ""
        self.epoch = self.nonce = 0
        self.pages: dict[int, Counter[str]] = {}
        self.states: dict[str, Any] = {}
        self.last = {"hash": "", "commitment": ""}
        for entry in file["receipts"]:
            self._pulled(entry, json.loads(entry["text"]))

    def _pulled(self, entry: Mapping[str, str], receipt: dict[str, Any]) -> None:
        before = int(receipt["interaction_id"]) - 1000
        while self.epoch < receipt["epoch"]:
            before += 1
            closed = self.last["commitment"] if self.nonce else f"{self.epoch}"
            event = {"epoch": self.epoch, "commitment": closed, "draws": self.nonce}
            self._add(str(before), "rotate", 0, **event, began=self.rotated)
            self.rotated, self.nonce = str(snowflake.sort_key(str(before))), 0
            self.epoch += 1
        if self.seed != receipt["client_seed"]:
            before += 1
            event = {"client_seed": receipt["client_seed"], "before": self.seed}
            self._add(str(before), "seed", 0, **event, began=self.seeded)
            self.seed, self.seeded = receipt["client_seed"], str(snowflake.sort_key(str(before)))
        if self._began_box(receipt, str(before + 1)):
            before += 1
        clock = clock_of(receipt)
        owned = {card for page in self.pages.values() for card in page}
        self._add(
            receipt["interaction_id"],
            "pull",
            -receipt["price"],
            receipt=entry["text"],
            receipt_hash=entry["hash"],
            new=sorted({*receipt["cards"]} - owned),
            zone=clock.zone,
            hour=clock.hour,
            **{name: receipt[name] for name in ("banner", "banner_hash", "count", "cards")},
        )
        self.nonce += receipt["count"]
        self.last = {"hash": entry["hash"], "commitment": receipt["commitment"]}
        if of := self.banners.get(receipt["banner_hash"]):
            self.states[of.state_key] = receipt["after"]
            numbers = {card.id: card.number for card in of.cards}
            for card in receipt["cards"]:
                page = numbers.get(card, 0) // audit.CARDS_A_PAGE
                self.pages.setdefault(page, Counter())[card] += 1

    def _began_box(self, receipt: Mapping[str, Any], interaction_id: str) -> bool:
        """Whether the player began the box anew before this pull."""
        of = self.banners.get(receipt.get(engine.BEGUN, ""))
        if of is None:
            return False
        known = self.states.get(of.state_key, {})
        self.states[of.state_key] = engine.begun(known, of)
        lost = engine.in_box(of, engine.State.from_dict(of, known))
        event = {"banner": of.id, "banner_hash": of.hash, "lost": lost}
        self._add(interaction_id, "box", 0, **event, left=engine.in_box(of, engine.start(of)))
        return True

    def _add(self, interaction_id: str, kind: str, amount: int, **event: Any) -> None:
        self.version += 1
        self.balance += amount
        self.rows.append(
            {
                "user_id": self.user_id,
                "guild_id": "2",
                "interaction_id": interaction_id,
                "timestamp": snowflake.sort_key(interaction_id),
                "kind": kind,
                "amount": amount,
                "balance": self.balance,
                "version": self.version,
                **event,
            }
        )

    def findings(self) -> list[str]:
        row = {
            "balance": self.balance,
            "version": self.version,
            "epoch": self.epoch,
            "nonce": self.nonce,
            "client_seed": self.seed,
            "seeded": self.seeded,
            "rotated": self.rotated,
            "last_receipt": self.last["hash"],
            "commitment": self.last["commitment"],
            "states": player.stored(self.states),
        }
        pages = [
            {"page": page, **{f"card:{card}": copies for card, copies in cards.items()}}
            for page, cards in self.pages.items()
        ]
        found = audit.check(
            self.user_id,
            self.rows,
            row if self.version else None,
            pages,
            lambda _guild, _banner, hash_: self.banners[hash_],
            0,
            events.replays(),
        )
        # A play that ends with a rotation has opened an epoch of which no receipt tells.
        return [str(each) for each in found]


def of(file: Mapping[str, Any]) -> Ledger:
    ledger = Ledger(file)
    if not ledger.version:
        ledger.rows.clear()
    return ledger


@pytest.mark.parametrize(
    "name", [each["file"] for each in INDEX["good"] if each["file"] not in PARTIAL]
)
def test_what_verifies_is_in_order(name: str) -> None:
    assert of(json.loads((VECTORS / name).read_text("utf-8"))).findings() == []


def seen() -> list[str]:
    """The bad files whose fault lies in the fields of a receipt that can be read at all."""
    found = []
    for each in INDEX["bad"]:
        try:
            file = json.loads((VECTORS / each["file"]).read_text("utf-8"))
            receipts = [json.loads(entry["text"]) for entry in file["receipts"]]
        except (ValueError, KeyError, TypeError, RecursionError):
            continue
        good = json.loads((VECTORS / "good/rotation.json").read_text("utf-8"))["receipts"]
        entries = [entry.keys() for entry in file["receipts"] if isinstance(entry, dict)]
        read = [receipt for receipt in receipts if isinstance(receipt, dict)]
        if (
            each["place"]
            and len(read) == len(good)
            and all(entry == good[0].keys() for entry in entries)
            and file["receipts"] != good  # else the fault lies beside them, in no ledger
            and all({*FIELDS} <= receipt.keys() for receipt in read)
        ):
            found.append(each["file"])
    return found


@pytest.mark.parametrize("name", seen())
def test_what_does_not_verify_is_named(name: str) -> None:
    file = json.loads((VECTORS / name).read_text("utf-8"))
    good = json.loads((VECTORS / "good/rotation.json").read_text("utf-8"))
    if Path(name).stem in ONLY_A_SEED_SHOWS:
        assert of(file).findings() == []
    else:
        assert of({**file, "banners": good["banners"]}).findings() != []


@settings(max_examples=40, deadline=None)
@given(st.lists(test_verify.moves, max_size=30), st.binary(min_size=1, max_size=40))
def test_whatever_is_played_is_in_order(steps: list[Any], secret: bytes) -> None:
    assert of(test_verify.played(steps, secret).file()).findings() == []


@settings(max_examples=50, deadline=None)
@given(
    st.lists(test_verify.any_banner(), min_size=1, max_size=2), st.binary(min_size=1, max_size=8)
)
def test_whatever_the_rules_are_it_is_in_order(banners: list[bytes], secret: bytes) -> None:
    play = Play(secret=secret)
    for data in banners * 2:
        play.pull(data, 10, 1, 10, 1, 10)
    play.rotate()
    assert of(play.file()).findings() == []
