"""Checks one player's rows against what is promised of them: rows in, findings out.

Everything that a player is follows from their ledger, replayed in the order of `version`; the
ledger's keys give the order of the interactions, which is another one where two of them raced. The
promises are numbered as in docs/reliability.md:

    I1  each balance (currency, shards, tickets, points, copies) is the sum over the ledger
    I2  one charge, one pull row: each version of the player has one row, with the banner's price,
        or with as many tickets as it has draws; a claim, with what its day of the streak gives
    I3  no balance below zero; a card that was chosen was paid, at a price that holds, in time
    I4  at most one void for an interaction, never beside a pull; a grant cites a pull that exists
    I5  ceilings, guarantees, points, nonce, seeds, the chain of receipts and the collection are
        what the ledger gives when it is replayed
    I6  what is stored is what is shown: as far as rows show it, the row agrees with its receipt
    I8  a present or code is taken at most once by a player, and never beyond its ceiling: what one
        player's rows show of it is here, the rest in `gacha.claims`
    I7  the player is told: a pull whose message did not arrive is noted, which is no violation
    I9  one claim for each of the server's days, by its clock as of the interaction
    I10 a copy is spent at most once, and none of a card that is locked
    I11 a box that a server shares gives each ticket once, the last one's prize once, to each buyer
        no more than a day allows, in one chain: the rest of it is in `gacha.box_audit`
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

from . import daily, days, engine, preferences, pulling, purse, shards, snowflake, wishes
from .banner import Banner
from .changes import MOST_GRANTED
from .days import Claim, Clock
from .economy import Economy
from .errors import GachaError, listed
from .game import EXCHANGE_MS
from .kinds import DRAWN, GRANT, LEAVE, OPENING, POST, STAY, VOID, UnknownKindError
from .player import ERASING, LEAVING_MS, START_BALANCE, stored
from .purse import Reward, Tickets

Row = Mapping[str, Any]
"""An item as Python values: whole numbers as int, the ledger's `timestamp` as Decimal."""

BannerOf = Callable[[str, str, str], Banner]
"""The banner version of a guild, a banner's id and its hash. Raises KeyError where none is kept."""

Replays = Mapping[str, Callable[["Replay", Row], None]]
"""By kind: a rule that checks the event against the player as replayed so far, and goes on to the
player after it. Those that a command records are named by the command (its replay.py)."""

ADOPTED: Final = "adopted from "
"""What the reason of a grant by scripts.adopt begins with."""

MOST_ADOPTED: Final = 10**12
"""More than this in the purse of another bot is a mistake, not a balance."""

CARD: Final = "card:"
WISH: Final = "wish:"
LOCK: Final = "lock:"
CARDS_A_PAGE: Final = 64
"""How the collection lies in its table; `adapters.tables` writes it so."""

_CLOCKS_MS: Final = 3_600_000
"""How far clocks may be apart, in milliseconds."""

_RECEIPT: Final = {
    *("v", "interaction_id", "user_id", "banner", "banner_hash", "count", "price", "epoch"),
    *("commitment", "client_seed", "nonce", "before", "after", "cards", "previous"),
}
"""The fields of a receipt (docs/receipt-format.md)."""

_BROKEN_ROW: Final = (KeyError, TypeError, ValueError, ArithmeticError, AttributeError, GachaError)


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not as promised; with `violation` False, something worth knowing.

    `key` is the ledger's key as text, or the name of the table where it concerns no single event.
    """

    invariant: str
    player_key: str
    key: str
    expected: str
    found: str
    violation: bool = True

    def __str__(self) -> str:
        return (
            f"{self.invariant} {self.player_key} at {self.key}: "
            f"expected {self.expected}, found {self.found}"
        )


def check(
    player_key: str,
    ledger: Iterable[Row],
    player: Row | None,
    collection: Iterable[Row],
    banner_of: BannerOf,
    now_ms: int,
    replays: Replays,
    lowest_epoch: int = 0,
    starts: Collection[int] = (START_BALANCE,),
    economies: Mapping[int, Economy] = {0: Economy("")},
    amounts: Mapping[str, Sequence[Row]] = {},
) -> list[Finding]:
    """What is wrong with one player: all rows of theirs, in any order. `player` is None where the
    table of players has no row; `now_ms` is in Unix milliseconds. `lowest_epoch` is the Unix second
    of the last restore, from which on nothing is drawn from an epoch below it; 0 if there was none.
    `replays` says what each kind of event does to a player. `starts` is what new players of the
    server have ever been given (`gacha.server_audit.starts`), and `economies` what it gave for
    days, by version (`gacha.server_audit.economies`); `amounts` what was ever published of shards
    for its own banners (`gacha.server_audit.amounts`).
    """
    if is_erasing(player):
        return []
    replay = Replay(player_key, banner_of, replays, lowest_epoch, starts, economies, amounts)
    rows = sorted(ledger, key=_order)
    replay.keys(rows, now_ms)
    changes = [row for row in rows if row.get("kind") != VOID]
    for row in changes:
        try:
            replay.event(row)
        except _BROKEN_ROW as error:
            replay.say("I5", row, "a row that can be read", _named(error))
    for row in rows:
        replay.citation(row, rows)
    try:
        replay.player(player)
        replay.collection(collection)
    except _BROKEN_ROW as error:
        replay.say("I5", "discord_users", "rows that can be read", _named(error))
    return replay.findings


def is_erasing(player: Row | None) -> bool:
    """Whether a row of the table of players is that of one who is just being erased, of whom some
    rows are there and others are not."""
    return player is not None and player.get("erased") == ERASING


def _order(row: Row) -> tuple[int, Decimal]:
    """The opening, then what changed the player in the order in which it did, voids anywhere."""
    version, key = row.get("version"), row.get("timestamp")
    return (
        version if isinstance(version, int) else 0,
        key if isinstance(key, Decimal) else Decimal(-1),
    )


def _is_adopted(row: Row) -> bool:
    """Whether it is what a player of an older bot had. No admin's: their reason may begin alike."""
    is_grant = row["kind"] == GRANT and "granted_by" not in row
    return is_grant and str(row.get("reason", "")).startswith(ADOPTED)


def _named(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"


@dataclass
class Replay:
    """A player as the ledger makes them, event by event, and what did not agree on the way.

    After a disagreement it goes on from what was found, so that each is named once.
    """

    player_key: str
    banner_of: BannerOf
    replays: Replays
    lowest_epoch: int
    starts: Collection[int]
    economies: Mapping[int, Economy]
    amounts: Mapping[str, Sequence[Row]] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    balance: int = 0
    version: int = 0
    opened: bool = False
    opened_with: int | None = None
    opened_tickets: tuple[Tickets, ...] = ()
    began: int = 0  # the version with which this life began, after an erasure
    erased: int = 0  # when what was before it was erased, in Unix milliseconds
    epoch: int | None = None  # None until an event names it
    first: Decimal | None = None  # the key of the first change
    highest: int = 0  # the highest epoch that an event names as open
    commitment: str | None = None  # None until an event of the epoch names it
    seeds: list[tuple[Decimal, str]] = field(default_factory=list)  # oldest first, with their keys
    settled: dict[str, str] = field(default_factory=preferences.usual)
    posted: set[str] = field(default_factory=set)  # receipt numbers of results that all were shown
    nonce: int = 0
    last_receipt: str = ""
    rotated: str = ""
    states: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    cards: dict[int, Counter[str]] = field(default_factory=dict)  # page → card → copies
    wished: dict[int, set[str]] = field(default_factory=dict)  # page → cards
    locked: dict[int, set[str]] = field(default_factory=dict)  # page → cards
    leaving: int = 0  # when all of it is to be erased, in Unix milliseconds
    shards: int = 0
    tickets: tuple[Tickets, ...] = ()
    claimed: tuple[Claim, ...] = ()  # as the player's row keeps them
    days: list[tuple[int, str, int, str, int]] = field(default_factory=list)  # by when asked for
    taken: set[str] = field(default_factory=set)  # presents and codes, as `gacha.claims` names them

    def __post_init__(self) -> None:
        self.seeds = [(Decimal(0), self.player_key)]

    def say(self, invariant: str, where: Row | str, expected: object, found: object) -> None:
        key = where if isinstance(where, str) else str(where.get("timestamp"))
        self.findings.append(Finding(invariant, self.player_key, key, str(expected), str(found)))

    def same(
        self, invariant: str, where: Row | str, what: str, expected: object, found: object
    ) -> None:
        if expected != found or type(expected) is not type(found):
            self.say(invariant, where, f"{what} {expected!r}", repr(found))

    # --- keys -------------------------------------------------------------------------------------

    def keys(self, rows: Sequence[Row], now_ms: int) -> None:
        """One row for a key; the key is the interaction's; what was not delivered is noted."""
        count = Counter(row.get("timestamp") for row in rows)
        may_arrive = now_ms - snowflake.TOKEN_LIFE_S * 1000
        for row in rows:
            key, kind = row.get("timestamp"), row.get("kind")
            if count[key] > 1:
                self.say("I4", row, "one row for an interaction", f"{count[key]}, one a {kind}")
            self.same("I2", row, "user_id", self.player_key, row.get("user_id"))
            if kind != OPENING:
                made_from = row.get("interaction_id")
                is_id = made_from is not None and snowflake.canonical(made_from) == made_from
                if not is_id or snowflake.sort_key(str(made_from)) != key:
                    self.say("I2", row, "the key of its interaction_id", repr(made_from))
            if kind == VOID:
                self.same("I1", row, "amount", 0, row.get("amount"))
            if "undelivered" in row and isinstance(key, Decimal) and key < may_arrive:
                noted = Finding(
                    "I7", self.player_key, str(key), "a message", "a mark: not delivered", False
                )
                self.findings.append(noted)

    def citation(self, row: Row, rows: Sequence[Row]) -> None:
        """A grant that makes up for a pull, or a post of its result, names one of this player's."""
        cited = row["pull"] if row.get("kind") == POST else row.get("compensates")
        if cited and not any(
            each.get("kind") in DRAWN and each.get("interaction_id") == cited for each in rows
        ):
            self.say("I4", row, f"a pull {cited}", "none in the ledger")

    # --- events -----------------------------------------------------------------------------------

    def event(self, row: Row) -> None:
        kind = row["kind"]
        if kind == OPENING:
            self._opening(row)
            return
        self._version(row)
        self._money(row)
        self._goods(row)
        if self.first is None:
            self.first = row["timestamp"]
            self._started(row)
            if row["timestamp"] <= self.erased:
                self.say("I5", row, f"nothing of before {self.erased}", row["kind"])
            is_empty = self.opened_with == 0 and not self.erased
            if is_empty and 0 not in self.starts and not _is_adopted(row):
                self.say("I1", row, "what another bot's player had, after an opening of 0", kind)
        if kind not in self.replays:
            raise UnknownKindError(kind)
        if self.leaving and kind != STAY:
            self.say("I5", row, f"nothing before the erasure at {self.leaving} is undone", kind)
        self.replays[kind](self, row)

    def _opening(self, row: Row) -> None:
        if self.opened or row["timestamp"] != 0:
            self.say("I1", row, "one opening balance, at key 0", "another")
        self.opened = True
        self.opened_with = row["amount"]
        self.opened_tickets = tuple(map(Tickets.read, row.get("tickets", ())))
        self.version = self.began = row.get("version", 0)
        self.erased = row.get("erased", 0)
        if self.erased and (row["amount"] or self.opened_tickets):
            self.say("I1", row, "a new life that begins with nothing", row["amount"])
        if row["amount"] not in (0, *self.starts):
            given = " or ".join(map(str, sorted(self.starts)))
            expected = f"an opening of {given}, or 0 for whoever came from another bot"
            self.say("I1", row, expected, row["amount"])
        self._money(row)
        self._goods(row)

    def _started(self, first: Row) -> None:
        """Its tickets are what the server gave at some time to who began with the first event."""
        made_ms = int(first["timestamp"])
        ever = [each.starter(made_ms) for each in self.economies.values()]
        if self.opened_tickets and self.opened_tickets not in ever:
            lots = [each.written() for each in self.opened_tickets]
            self.say("I1", first, "the starter tickets of the server's settings", lots)

    def _version(self, row: Row) -> None:
        found = row.get("version")
        self.version += 1
        if found != self.version:
            self.say("I2", row, f"the event of version {self.version}", f"version {found!r}")
            self.version = found if isinstance(found, int) else self.version

    def _money(self, row: Row) -> None:
        self.balance += row["amount"]
        self.same("I1", row, "balance", self.balance, row["balance"])
        self.balance = row["balance"]
        if self.balance < 0:
            self.say("I3", row, "a balance of 0 or more", self.balance)

    def _goods(self, row: Row) -> None:
        """Shards, tickets and given cards, whatever kind of event moves them."""
        self.shards += row.get("shards", 0) + self._converted(row)
        if self.shards < 0:
            self.say("I3", row, "0 shards or more", self.shards)
        if "tickets" in row:
            moved = map(Tickets.read, row["tickets"])
            self.tickets = purse.after(self.tickets, moved, int(row["timestamp"]))
            for lot in self.tickets:
                if lot.count < 0:
                    self.say("I3", row, "0 tickets or more of a lot", lot)
        for card, given in row.get("given", {}).items():
            number = given["number"]
            page = self.cards.setdefault(number // CARDS_A_PAGE, Counter())
            page[card] += given["copies"]
            if page[card] < 0:
                self.say("I10", row, f"0 copies or more of {card}", page[card])
            if given["copies"] < 0 and card in self.locked.get(number // CARDS_A_PAGE, ()):
                self.say("I10", row, f"no copy of the locked {card}", given["copies"])
            if not page[card]:
                del page[card]

    def _converted(self, row: Row) -> int:
        """Points that became shards with this event: all that there were, at what the server gave
        for one at some time, and not before their exchange was over."""
        gained = 0
        rates = {each.point_shards for each in self.economies.values()}
        for banner_id, each in row.get("converted", {}).items():
            state = dict(self.states.get(banner_id, {}))
            self.same("I1", row, f"points of {banner_id}", state.get("points", 0), each["points"])
            if each["points"] < 1 or each["shards"] not in {each["points"] * n for n in rates}:
                self.say("I1", row, f"shards for points at one of {sorted(rates)}", dict(each))
            if row["timestamp"] < each["ends"] + EXCHANGE_MS:
                self.say("I3", row, "points of an exchange that is over", each["ends"])
            self.states[banner_id] = {**state, "points": 0}
            gained += each["shards"]
        return gained

    def pull(self, row: Row) -> None:
        text = row["receipt"]
        receipt = pulling.parse(text)
        if pulling.canonical(receipt).decode() != text:
            self.say("I6", row, "a receipt in canonical form", "another form")
        receipt_hash = pulling.hash_of(text)
        if "receipt_hash" in row:  # rows of before shards repeat it
            self.same("I5", row, "receipt_hash", receipt_hash, row["receipt_hash"])
        if receipt.keys() - {"counts", engine.BEGUN} != _RECEIPT or receipt["v"] != 1:
            self.say("I6", row, f"a receipt of version 1: {', '.join(sorted(_RECEIPT))}", receipt)
        for name in ("interaction_id", "user_id", "banner", "banner_hash", "count", "cards"):
            self.same("I6", row, f"{name} as in its receipt", receipt[name], row[name])
        self._paid(row, receipt)
        self._is_open(row, row["timestamp"], receipt["epoch"])
        if row["timestamp"] > self.lowest_epoch * 1000 and receipt["epoch"] < self.lowest_epoch:
            expected = f"epoch {self.lowest_epoch} or above since a restore"
            self.say("I5", row, expected, receipt["epoch"])
        self.same("I5", row, "nonce", self.nonce, receipt["nonce"])
        chosen = [seed for key, seed in self.seeds if key < row["timestamp"]][-1]
        self.same("I5", row, "client_seed", chosen, receipt["client_seed"])
        if row["timestamp"] < Decimal(self.rotated or 0):
            self.say("I5", row, f"no pull of before {self.rotated}, which began the epoch", "one")
        self.same("I5", row, "previous receipt", self.last_receipt, receipt["previous"])
        self._committed(row, receipt["commitment"])
        self.nonce = receipt["nonce"] + receipt["count"]
        self.last_receipt = receipt_hash
        self._drawn(row, receipt)

    def reveal(self, row: Row) -> None:
        """It moves nothing of the player's."""
        self._moves(row)

    def draw_tickets(self, row: Row) -> None:
        """What a box that the server shares gave, as far as the buyer's own rows show it; the box
        itself is for `gacha.box_audit`."""
        self._paid(row, row)
        try:
            banner = self.banner_of(row["guild_id"], row["banner"], row["banner_hash"])
        except KeyError:
            self.say("I5", row, f"banner version {row['banner_hash']}", "nobody kept it")
            return
        if banner.shared is None:
            self.say("I11", row, "a banner with a box that the server shares", banner.id)
            return
        count, last = row["count"], [row["last"]] if row["last"] else []
        self.same("I11", row, "cards", count + len(last), len(row["cards"]))
        self.same("I11", row, "last", last, row["cards"][count:])
        self.same("I2", row, "price", banner.price_one * count, row["price"])
        before = engine.State.from_dict(banner, self.states.get(banner.state_key, {}))
        clock = Clock(row["zone"], row["hour"], row.get("since", 0))
        before = engine.on_day(banner, before, clock.number_of(int(row["timestamp"])))
        self.same("I11", row, "day", before.used.day, row["day"])
        if count > (left := engine.left(banner, before) or 0):
            self.say("I11", row, f"at most {left} tickets, which the limit leaves", count)
        after = engine.uncounted(banner, before, count)
        self.same("I11", row, "bought", after.used.all, row["bought"])
        self.states[banner.state_key] = after.to_dict()
        known = {card.id: card for card in banner.cards}
        self._duplicates(row, banner, [(card, known[card].rarity) for card in row["cards"]])
        self._collect(row, [(card, known[card].number) for card in row["cards"]])

    def _paid(self, row: Row, receipt: Mapping[str, Any]) -> None:
        """By the currency, or by as many tickets as there are draws, good when it was made."""
        tickets = [*map(Tickets.read, row.get("tickets", ()))]
        price = 0 if tickets else receipt["price"]
        self.same("I6", row, "amount as in its receipt", -price, row["amount"])
        if tickets:
            spent = -sum(each.count for each in tickets)
            self.same("I2", row, "tickets", receipt["count"], spent)
        for each in tickets:
            if each.count >= 0 or not each.is_good(receipt["banner"], int(row["timestamp"])):
                self.say("I2", row, "tickets that pay this pull", each)

    def _drawn(self, row: Row, receipt: Row) -> None:
        """Price, counters and cards, by the rules of the banner that the receipt names."""
        try:
            banner = self.banner_of(row["guild_id"], receipt["banner"], receipt["banner_hash"])
        except KeyError:
            self.say("I5", row, f"banner version {receipt['banner_hash']}", "nobody kept it")
            self.states[receipt["banner"]] = receipt["after"]
            return
        self.same("I5", row, "banner", banner.id, receipt["banner"])
        stored = self.states.get(banner.state_key)
        before = engine.State.from_dict(banner, stored or {})
        if pulling.has_days(banner):  # which goes by the clock that the row names
            clock = Clock(row["zone"], row["hour"], row.get("since", 0))
            before = engine.on_day(banner, before, clock.number_of(int(row["timestamp"])))
        self.same("I5", row, "state before", before.to_dict(), receipt["before"])
        begun = (stored or {}).get(engine.BEGUN)
        self.same("I5", row, "a box begun anew by", begun, receipt.get(engine.BEGUN))
        before = engine.State.from_dict(banner, receipt["before"])
        if receipt["count"] in banner.sizes:
            price = engine.price(banner, before, receipt["count"])
            self.same("I2", row, "price", price, receipt["price"])
        else:
            self.say("I2", row, f"a pull of {listed(map(str, banner.sizes))}", receipt["count"])
        counts = banner.tickets_count or not row.get("tickets")
        self.same("I5", row, "counts", counts or None, receipt.get("counts", True) or None)
        if "counts" in receipt and receipt["counts"] is not False:
            self.say("I6", row, "counts of a receipt only where it is false", receipt["counts"])
        left = engine.left(banner, before)
        if left is not None and receipt["count"] > left:
            self.say("I2", row, f"at most {left} cards, which the limit leaves", receipt["count"])
        try:
            start = before if receipt.get("counts", True) else engine.start(banner)
            after = engine.replay(banner, start, receipt["cards"])
            wholes = engine.possible_wholes(banner, start, receipt["cards"]) - {0}
            if "whole" in row and row["whole"] not in wholes:
                self.say("I5", row, f"a whole-pack table of {sorted(wholes)}", row["whole"])
            if start is not before:
                after = engine.uncounted(banner, before, receipt["count"])
        except GachaError as error:
            self.say("I5", row, "cards that can come here", error)
        else:
            self.same("I5", row, "state after", after.to_dict(), receipt["after"])
        self.states[banner.state_key] = receipt["after"]
        self.same("I5", row, "number of cards", receipt["count"], len(receipt["cards"]))
        known = {card.id: card for card in banner.cards}
        self._duplicates(row, banner, [(card, known[card].rarity) for card in receipt["cards"]])
        self._collect(row, [(card, known[card].number) for card in receipt["cards"]])

    def _duplicates(self, row: Row, banner: Banner, drawn: Sequence[tuple[str, str]]) -> None:
        """What they give by the amounts that the row names; rows of before shards name none."""
        each = row.get("duplicates", {})
        ever = [shards.of_duplicates(banner, look) for look in self._looks(banner)]
        for rarity, amount in each.items():
            if ever and amount not in (known := {of.get(rarity) for of in ever}):
                self.say("I2", row, f"for a {rarity} one of {known}", amount)
        owned = {card for page in self.cards.values() for card in page}
        gained = shards.gained(drawn, owned, each) if each else {}
        self.same("I2", row, "rarities of duplicates", sorted(gained), sorted(each))
        self.same("I2", row, "shards", sum(gained.values()), row.get("shards", 0))

    def _collect(self, row: Row, drawn: Sequence[tuple[str, int]]) -> None:
        """Cards with their numbers; `new` in the row are those of which there was none."""
        owned = {card for page in self.cards.values() for card in page}
        new = sorted({card for card, _ in drawn} - owned)
        self.same("I5", row, "new cards", new, row["new"])
        for card, number in drawn:
            self.cards.setdefault(number // CARDS_A_PAGE, Counter())[card] += 1

    def lock(self, row: Row) -> None:
        """It locks a card that is there and not locked, or unlocks a locked one."""
        page = row["number"] // CARDS_A_PAGE
        locked = self.locked.setdefault(page, set())
        self.same("I10", row, "locked before", row["card"] in locked, not row["locked"])
        if row["locked"] and not self.cards.get(page, Counter())[row["card"]]:
            self.say("I10", row, f"a copy of {row['card']}", "none")
        (locked.add if row["locked"] else locked.discard)(row["card"])
        self._moves(row)

    def wish(self, row: Row) -> None:
        """It begins one that is not there, or ends one that is; and there are never too many."""
        wished = self.wished.setdefault(row["number"] // CARDS_A_PAGE, set())
        self.same("I5", row, "wished before", row["card"] in wished, not row["wished"])
        (wished.add if row["wished"] else wished.discard)(row["card"])
        if (count := sum(map(len, self.wished.values()))) > wishes.MOST:
            self.say("I5", row, f"at most {wishes.MOST} wishes", count)

    def seed(self, row: Row) -> None:
        """It says what it replaces, and a later choice is never replaced by an earlier one."""
        key, before = self.seeds[-1]
        if row["timestamp"] < key:
            self.say("I5", row, f"a seed chosen after {key}", "an earlier one")
        self.same("I5", row, "seed before", before, row["before"])
        self._same_key(row, "began", str(key), row["began"])
        self.seeds.append((row["timestamp"], row["client_seed"]))

    def _is_open(self, where: Row | str, key: Decimal, epoch: int) -> None:
        """The ledger's events give a player's epoch from the first on. That is 0, or the Unix
        second of a restore or a deletion before their first event, at `key`, by another clock. Of
        whoever was erased it is one that is above theirs, which nobody knows any more."""
        if self.epoch is None and self.erased:
            if epoch < 1:
                self.say("I5", where, "an epoch of after the erasure", epoch)
        elif self.epoch is None:
            if epoch and not snowflake.DISCORD_EPOCH_MS <= epoch * 1000 <= key + _CLOCKS_MS:
                self.say("I5", where, "epoch 0, or a restore's second", epoch)
        else:
            self.same("I5", where, "epoch", self.epoch, epoch)
        self.epoch, self.highest = epoch, max(self.highest, epoch)

    def rotate(self, row: Row) -> None:
        self._closed(row)
        self._opened(row, row["epoch"] + 1, None)

    def lapse(self, row: Row) -> None:
        self._closed(row)
        if row["next_epoch"] <= row["epoch"]:
            self.say("I5", row, f"an epoch above {row['epoch']}", row["next_epoch"])
        self._opened(row, row["next_epoch"], row["next_commitment"])

    def _closed(self, row: Row) -> None:
        self._is_open(row, row["timestamp"], row["epoch"])
        self.same("I5", row, "draws", self.nonce, row["draws"])
        self._same_key(row, "began", self.rotated, row["began"])
        self._committed(row, row["commitment"])

    def _opened(self, row: Row, epoch: int, commitment: str | None) -> None:
        self.epoch, self.nonce, self.commitment = epoch, 0, commitment
        self.highest = max(self.highest, epoch)
        self.rotated = str(row["timestamp"])

    def _same_key(self, where: Row | str, what: str, expected: str, found: str) -> None:
        """Keys as text are equal as numbers: a stored one has lost its trailing zeros."""
        if Decimal(expected or 0) != Decimal(found or 0):
            self.say("I5", where, f"{what} {expected!r}", repr(found))

    def grant(self, row: Row) -> None:
        """It gives and never takes, and no more than an admin may; the amount is all that it
        changes. Whoever came over from an older bot was given what they had there, by nobody."""
        adopted = _is_adopted(row)
        least, most = (0, MOST_ADOPTED) if adopted else (1, MOST_GRANTED)
        if not least <= row["amount"] <= most:
            self.say("I4", row, f"a grant of {least} to {most}", row["amount"])
        by = row.get("granted_by")
        if not adopted and (by is None or snowflake.canonical(by) != by):
            self.say("I4", row, "a grant by somebody, granted_by", repr(by))

    def take(self, row: Row) -> None:
        """It takes what was there, and no more than an admin may, or one copy of a card; somebody
        did it, and said why."""
        if "given" in row:
            self._moves(row, "given")
            if [each.count for each in purse.given(row)] != [-1]:
                self.say("I10", row, "to take one copy", row["given"])
        elif not -MOST_GRANTED <= row["amount"] <= -1:
            self.say("I4", row, f"to take 1 to {MOST_GRANTED}", row["amount"])
        if row["balance"] < 0:
            self.say("I3", row, "a balance of 0 or more", row["balance"])
        by = row.get("taken_by")
        if by is None or snowflake.canonical(by) != by:
            self.say("I4", row, "taken by somebody, taken_by", repr(by))
        if not row.get("reason"):
            self.say("I4", row, "a reason", repr(row.get("reason")))

    def leave(self, row: Row) -> None:
        """All is to be erased, as long after it was asked for as everybody has to undo it; or after
        all not."""
        self._moves(row)
        is_leave = row["kind"] == LEAVE
        until = int(row["timestamp"]) + LEAVING_MS if is_leave else self.leaving
        self.same("I2", row, "until", until, row["until"])
        if not (is_leave or self.leaving):
            self.say("I2", row, "an erasure to undo", "none")
        self.leaving = row["until"] if is_leave else 0

    def exchange(self, row: Row) -> None:
        """A card for points: one that the banner's file offers, at its price, while it is open or a
        week after."""
        self._moves(row, "points", "given")
        banner = self._chosen(row, EXCHANGE_MS)
        if banner is None:
            return
        stored = self.states.get(banner.state_key) or {}
        before = engine.State.from_dict(banner, stored)
        [card_id] = row["given"]
        try:
            _, after = engine.exchange(banner, before, card_id)
        except GachaError as error:
            self.say("I3", row, "a card that is offered, and points that pay it", error)
            after = before._replace(points=before.points + row["points"])
        self.same("I3", row, "points", after.points - before.points, row["points"])
        self.same("I1", row, "left", after.points, row["left"])
        self.states[banner.state_key] = engine.exchanged(stored, after)

    def begin_box(self, row: Row) -> None:
        """A box begun anew: one that could be, by the file's rule, while the banner was open."""
        self._moves(row)
        try:
            banner = self.banner_of(row["guild_id"], row["banner"], row["banner_hash"])
        except KeyError:
            self.say("I5", row, f"banner version {row['banner_hash']}", "nobody kept it")
            return
        self._in_time(row, banner, 0)
        stored = self.states.get(banner.state_key) or {}
        before = engine.State.from_dict(banner, stored)
        self.same("I5", row, "copies lost", engine.in_box(banner, before), row["lost"])
        try:
            after = engine.reset(banner, before)
        except GachaError as error:
            self.say("I3", row, "a box that may be begun anew", error)
            after = engine.start(banner)
        self.same("I5", row, "copies left", engine.in_box(banner, after), row["left"])
        self.states[banner.state_key] = engine.begun(stored, banner)

    def buy(self, row: Row) -> None:
        """A card for shards, while its banner is open."""
        self._moves(row, "shards", "given")
        if not -shards.MOST <= row["shards"] <= -1:
            self.say("I3", row, f"a price of 1 to {shards.MOST} shards", row["shards"])
        self.same("I1", row, "left", self.shards, row["left"])
        banner = self._chosen(row, 0)
        if banner is not None:
            [card_id] = row["given"]
            [card] = (card for card in banner.cards if card.id == card_id)
            self.same("I3", row, "rarity", card.rarity, row["rarity"])
            ever = {shards.prices(banner, look)[card.rarity] for look in self._looks(banner)}
            if ever and -row["shards"] not in ever:
                self.say("I3", row, f"one of the prices {ever}", -row["shards"])

    def _looks(self, banner: Banner) -> Sequence[Row]:
        """Of one that is the server's own, as far as amounts of shards follow from them: all that
        it ever had. None where nobody kept them, or it ships: its amounts are those of its file."""
        return self.amounts.get(banner.id, ())

    def _moves(self, row: Row, *names: str) -> None:
        """Nothing but these of what an event can move."""
        for name in {"shards", "tickets", "points", "given"} - {*names}:
            if row.get(name):
                self.say("I1", row, f"no {name}", row[name])
        self.same("I1", row, "amount", 0, row["amount"])

    def _chosen(self, row: Row, late_ms: int) -> Banner | None:
        """The banner of one copy that the player chose, which it has, at most so long after its
        end. None where nobody kept the file."""
        copies = [(each.number, each.count) for each in purse.given(row)]
        try:
            banner = self.banner_of(row["guild_id"], row["banner"], row["banner_hash"])
        except KeyError:
            self.say("I5", row, f"banner version {row['banner_hash']}", "nobody kept it")
            return None
        known = [(each.number, 1) for each in banner.cards if each.id in row["given"]]
        if len(copies) != 1 or copies != known:
            self.say("I3", row, f"one copy of a card of {banner.id}", row["given"])
            return None
        self._in_time(row, banner, late_ms)
        return banner

    def _in_time(self, row: Row, banner: Banner, late_ms: int) -> None:
        """While the banner was open, or at most so long after its end."""
        for ends_ms in (row.get("ends"), banner.ends_ms):
            if ends_ms is not None and row["timestamp"] >= ends_ms + late_ms:
                self.say("I3", row, f"a choice before {ends_ms + late_ms}", row["timestamp"])
        if banner.starts_ms is not None and row["timestamp"] < banner.starts_ms:
            self.say("I3", row, f"a choice after {banner.starts_ms}", row["timestamp"])

    def claim(self, row: Row, clock: Clock) -> None:
        """A day's own, once: of the day in which it was asked for, and what the server gave for
        that day of the streak."""
        made_ms = int(row["timestamp"])
        self.same("I9", row, "day", clock.day_of(made_ms).isoformat(), row["day"])
        self._once_a_day(row, made_ms)
        if row["economy"] not in self.economies:
            self.say("I2", row, "what the server gave at some time", f"its {row['economy']}")
            return
        if days.place(self.claimed, clock, made_ms) is None:
            return  # which was said above
        taken = daily.take(self.claimed, made_ms, clock, self.economies[row["economy"]])
        if taken is None:
            self.say("I9", row, "a claim that is known not to be another of its day", "one")
            return
        self.claimed = taken.claimed
        for name in ("amount", "tickets", "bonus"):
            self.same("I2", row, name, taken.event.get(name), row.get(name))
        for name in ("streak", "forgiven", "coming"):
            self.same("I5", row, name, taken.event.get(name), row.get(name))

    def settle(self, row: Row) -> None:
        """It says what it settles anew, and what that was before."""
        for name, value in row["before"].items():
            self.same("I2", row, f"{name} before", self.settled[name], value)
        self.settled |= row["after"]

    def post(self, row: Row) -> None:
        """A result is shown to all at most once."""
        if row["pull"] in self.posted:
            self.say("I4", row, f"one post of {row['pull']}", "another")
        self.posted.add(row["pull"])

    def _once_a_day(self, row: Row, made_ms: int) -> None:
        """In the order in which claims were made, each is of a later day than the one before; and
        20 hours later, if the server's clock was changed in between."""
        this = (made_ms, row["day"], row.get("since", 0), row["zone"], row["hour"])
        earlier = max((each for each in self.days if each <= this), default=None)
        later = min((each for each in self.days if each > this), default=None)
        self.days.append(this)
        for one, other in ((earlier, this), (this, later)):
            if one is None or other is None:
                continue
            if other[1] <= one[1]:
                self.say("I9", row, f"one claim of {row['day']}, in the order of days", "another")
            is_changed = other[2] > one[0] or other[3:] != one[3:]
            if is_changed and other[0] - one[0] < 20 * 3_600_000:
                self.say("I9", row, "20 hours around a change of the clock", "a claim")

    def presents(self, row: Row) -> None:
        """What they gave together is what each gave, and each was taken once."""
        parts = [Reward.read(each) for each in row["presents"]]
        self._given(row, purse.total(parts))
        if not parts or not all(part and part.is_gift for part in parts):
            self.say("I2", row, "presents that give something", row["presents"])
        for each in row["presents"]:
            self._take(row, each["id"])

    def code(self, row: Row) -> None:
        """It gives and never takes; a player uses each once."""
        reward = Reward.read(row)
        if not reward or not reward.is_gift:
            self.say("I2", row, "a code that gives something", reward)
        number = row.get("number", "")
        self._take(row, f"{row['campaign']}#{number}" if number else row["campaign"])

    def _given(self, row: Row, reward: Reward) -> None:
        found = Reward.read(row)
        for name in ("coins", "shards", "tickets", "cards"):
            self.same("I2", row, name, getattr(reward, name), getattr(found, name))

    def _take(self, row: Row, what: str) -> None:
        if what in self.taken:
            self.say("I8", row, f"{what} taken once", "taken again")
        self.taken.add(what)

    def _committed(self, where: Row | str, commitment: str) -> None:
        """An epoch has one commitment, whoever names it first."""
        if self.commitment is not None:
            self.same("I5", where, "commitment", self.commitment, commitment)
        self.commitment = commitment

    # --- the end ----------------------------------------------------------------------------------

    def player(self, row: Row | None) -> None:
        """The player's row is where the replay ended."""
        where = "discord_users"
        if row is None or "balance" not in row:
            if self.version or self.opened:
                self.say("I1", where, "the player's row", "none")
            if row is not None:
                self._above(row["epoch"])
            return
        if not self.opened:
            self.say("I1", where, "an opening balance in the ledger", "none")
        self.same("I1", where, "balance", self.balance, row["balance"])
        if row["balance"] < 0:
            self.say("I3", where, "a balance of 0 or more", row["balance"])
        self.same("I1", where, "shards", self.shards, row.get("shards", 0))
        lots = [each.written() for each in self.tickets]
        self.same("I1", where, "tickets", lots, list(row.get("tickets", ())))
        self.same("I2", where, "version", self.version, row["version"])
        self.same("I5", where, "leaving", self.leaving, row.get("leaving", 0))
        self.same("I5", where, "began", self.began, row.get("began", 0))
        self.same("I5", where, "erased", self.erased, row.get("erased", 0))
        claimed = [each.written() for each in self.claimed]
        self.same("I5", where, "claimed", claimed, list(row.get("claimed", ())))
        settled = preferences.stored(self.settled)
        self.same("I2", where, "spending", settled.pop("spending", ""), row.get("spending", ""))
        self.same("I2", where, "preferences", settled, dict(row.get("preferences", {})))
        for name in ("nonce", "last_receipt"):
            self.same("I5", where, name, getattr(self, name), row[name])
        self._above(row["epoch"])
        self._is_open(where, self.first or Decimal(0), row["epoch"])
        key, client_seed = self.seeds[-1]
        self.same("I5", where, "client_seed", client_seed, row["client_seed"])
        self._same_key(where, "seeded", str(key), row.get("seeded", ""))
        self._same_key(where, "rotated", self.rotated, row["rotated"])
        self._committed(where, row["commitment"])
        kept = {name: dict(state) for name, state in row["states"].items()}
        self.same("I5", where, "states", stored(self.states), kept)

    def _above(self, epoch: int) -> None:
        """Whatever the ledger names, the player's epoch is not below it: its seed may be known."""
        if epoch < self.highest:
            self.say(
                "I5", "discord_users", f"epoch {self.highest} or above, as in the ledger", epoch
            )

    def collection(self, pages: Iterable[Row]) -> None:
        found = {page["page"]: page for page in pages}
        for number in sorted({*found, *self.cards, *self.wished, *self.locked}):
            page, where = found.get(number, {}), f"gacha_collection page {number}"
            mine: Mapping[str, int] = self.cards.get(number, {})
            theirs = {card: copies for card, copies in _marked(page, CARD) if copies}
            for card in sorted({*mine, *theirs}):
                copies = mine.get(card, 0), theirs.get(card, 0)
                self.same("I5", where, f"copies of {card}:", *copies)
            marks = (("I5", "wishes", self.wished, WISH), ("I10", "locks", self.locked, LOCK))
            for invariant, what, mine_of, prefix in marks:
                stored_ = sorted(card for card, _ in _marked(page, prefix))
                self.same(invariant, where, what, sorted(mine_of.get(number, ())), stored_)


def _marked(page: Row, prefix: str) -> list[tuple[str, Any]]:
    """The cards of a page with attributes that begin so, and their values."""
    named = ((name, value) for name, value in page.items() if name.startswith(prefix))
    return [(name.removeprefix(prefix), value) for name, value in named]
