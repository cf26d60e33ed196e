"""Checks the boxes of one banner that a server shares: rows in, findings out.

I11 of `gacha.audit`: each ticket is drawn once, and never more than there are; the last one's prize
goes once, with the last ticket; the receipts are one chain without a gap, each of them an event of
its buyer's ledger and each such event one of them; and the box is what its receipts have left.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from . import pulling, shared_box
from .audit import BannerOf, Finding, Row
from .errors import GachaError
from .player import NOBODY, key

_BROKEN: tuple[type[Exception], ...] = (
    *(KeyError, TypeError, ValueError, ArithmeticError, AttributeError, GachaError, IndexError),
)


def check(
    box_key: str,
    stored: Row | None,
    chains: Iterable[Row],
    sold: Iterable[Row],
    banner_of: BannerOf,
    erasing: Collection[str] = (),
) -> list[Finding]:
    """What is wrong with a banner's boxes: the row that holds the present one (None where there is
    none), the rows of all their receipts, and the events of players' ledgers that name them, in any
    order. Of players who are just being erased (`erasing` has their keys), one side may be gone.
    """
    audit = _Audit(box_key, banner_of)
    known = [row for row in sold if row["user_id"] not in erasing]
    try:
        audit.all_of_it(stored, [*chains], known, {*erasing, _nobody(box_key)})
    except _BROKEN as error:
        audit.say("the box", "rows that can be read", f"{type(error).__name__}: {error}")
    return audit.findings


def _nobody(box_key: str) -> str:
    """Who stands beside a receipt whose buyer was erased. The receipt itself stays as it was."""
    return key(NOBODY, box_key.rpartition("@")[2])


def key_of(user_id: str) -> str:
    """The key of the row that holds the box, of the rows of any of its receipts."""
    banner, _, guild = user_id.removeprefix(shared_box.KEY).rpartition("@")
    return shared_box.key(banner.partition("#")[0], guild)


@dataclass
class _Audit:
    box_key: str
    banner_of: BannerOf
    findings: list[Finding] = field(default_factory=list)

    def say(self, where: object, expected: object, found: object) -> None:
        self.findings.append(Finding("I11", self.box_key, str(where), str(expected), str(found)))

    def same(self, where: object, what: str, expected: object, found: object) -> None:
        if expected != found:
            self.say(where, f"{what} {expected!r}", repr(found))

    def all_of_it(
        self,
        stored: Row | None,
        chains: Sequence[Row],
        sold: Sequence[Row],
        erased: Collection[str],
    ) -> None:
        boxes: dict[str, list[Row]] = {}
        for row in chains:
            boxes.setdefault(str(row["user_id"]).removeprefix(shared_box.KEY), []).append(row)
        for row in chains:
            if row["player"] == _nobody(self.box_key):
                self.same(f"{row['user_id']} at {row['timestamp']}", "event", NOBODY, row["event"])
        bought = Counter(_event(row) for row in sold)
        sales = Counter(_sale(row) for row in chains if row["player"] not in erased)
        for event, times in (bought - sales).items():
            self.say(event, "a receipt of the box", f"{times} events without one")
        for sale, times in (sales - bought).items():
            self.say(sale, "an event of the buyer's ledger", f"{times} receipts without one")
        if stored is None:
            if chains:
                self.say("the box", "a row that holds it", "none")
            return
        banner_id, _, guild_id = self.box_key.removeprefix(shared_box.KEY).rpartition("@")
        box = shared_box.Box.read(guild_id, banner_id, stored)
        out: dict[str, tuple[Counter[str], str]] = {}
        for name, rows in sorted(boxes.items()):
            number = int(name.partition("#")[2].partition("@")[0])
            if number > box.number:
                self.say(name, f"no box after {box.number}", f"{len(rows)} receipts")
            out[name] = self.chain(name, guild_id, banner_id, rows)
        drawn, head = out.get(box.name, (Counter[str](), ""))
        banner = self.banner_of(guild_id, banner_id, box.rules)
        present = dict(zip((card.id for card in banner.cards), box.drawn, strict=True))
        self.same(box.name, "copies out", dict(drawn), {id_: n for id_, n in present.items() if n})
        self.same(box.name, "the last receipt", head, box.head)
        if box.is_sold_out(banner) and not box.closed_ms:
            self.say(box.name, "closed when it is sold out", "open")

    def chain(
        self, name: str, guild_id: str, banner_id: str, rows: list[Row]
    ) -> tuple[Counter[str], str]:
        """The copies that its receipts have taken out, and the last one's hash."""
        out, previous, position, epoch = Counter[str](), "", 0, 0
        rows.sort(key=lambda row: int(row["timestamp"]))
        for row in rows:
            where, receipt = f"{name} at {row['timestamp']}", pulling.parse(row["receipt"])
            if pulling.canonical(receipt).decode() != row["receipt"]:
                self.say(where, "a receipt in canonical form", "another form")
            banner = self.banner_of(guild_id, banner_id, receipt["banner_hash"])
            assert banner.shared is not None
            stock = {card.id: card.stock or 0 for card in banner.cards}
            count = len(receipt["cards"])
            is_last = position + count == sum(stock.values())
            expected: Mapping[str, Any] = {
                "v": 2,
                "box": name,
                "position": position,
                "previous": previous,
                "count": count,
                "price": count * banner.price(1),
                "last": banner.shared.last if is_last else "",
            }
            for what, value in expected.items():
                self.same(where, what, value, receipt[what])
            self.same(where, "its key", position, int(row["timestamp"]))
            if receipt["epoch"] < epoch:
                self.say(where, f"epoch {epoch} or later", receipt["epoch"])
            out.update(receipt["cards"])
            for card in {*receipt["cards"]}:
                if out[card] > stock.get(card, 0):
                    self.say(where, f"{stock.get(card, 0)} of {card}", out[card])
            position, epoch = position + count, receipt["epoch"]
            previous = pulling.hash_of(row["receipt"])
        return out, previous


def _sale(row: Row) -> str:
    """What a receipt's row and the event of its buyer have in common."""
    receipt = pulling.parse(row["receipt"])
    cards = [*receipt["cards"], *([receipt["last"]] if receipt["last"] else [])]
    number = receipt["box"].partition("#")[2].partition("@")[0]
    return (
        f"{row['player']} at {row['event']}: box {number}, position {receipt['position']}, "
        f"{cards}, {receipt['price']}, day {receipt['day']}"
    )


def _event(row: Row) -> str:
    return (
        f"{row['user_id']} at {format(row['timestamp'].normalize(), 'f')}: box {row['box']}, "
        f"position {row['position']}, {list(row['cards'])}, {row['price']}, day {row['day']}"
    )
