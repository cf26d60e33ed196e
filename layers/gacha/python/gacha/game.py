"""The game of one server: which banners it offers, and what its owner settled.

All that a pull needs of the server beside the banner's own file. It is stored as one item of at
most 4 KB, so that a pull reads one unit more, and every change of it counts its `version` up.

A banner's points after its end: exchange stays open for `EXCHANGE_MS` afterwards. Then they stay
with a kind that carries over, and are else converted as the server's settings say.
"""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Any, Final, Self

from gacha.errors import GameError
from gacha.player import START_BALANCE

MAX_OFFERS: Final = 25
"""Banners that a server offers at once or has planned; Discord's selects have as many lines."""

MAX_BYTES: Final = 4_096
"""Of the stored item, its key included: one unit of a consistent read."""

KEY_BYTES: Final = 40
"""The item's key: `server_id` with an id of 20 digits, `setting`, and its name."""

MAX_CURRENCY: Final = 20
MAX_EMOJI: Final = 60
MAX_PAUSE: Final = 80
"""Characters. At these lengths, 25 offers have room (tests/unit/test_game.py)."""

EXCHANGE_MS: Final = 7 * 24 * 60 * 60 * 1000
"""How long after a banner's end its points can still be exchanged."""


USUAL_SIZES: Final = (1, 10)
"""How many cards at once a banner sells whose offer says nothing of it."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A published banner, as the server offers it.

    `rules` is the SHA-256, in hex, of the banner's file, which is immutable. `look` is the same of
    the file of its pictures and colours, which changes no odds; empty where it has none.
    `starts_ms` and `ends_ms` are Unix milliseconds, None when open on that side: beside the file,
    so that a postponed end is no new version. `sizes`: how many cards at once it sells, and
    `is_shared`: from a box that the server shares, for who types and cannot wait for the file.
    `other` keeps what a newer version of the code wrote.
    """

    id: str
    rules: str
    look: str = ""
    starts_ms: int | None = None
    ends_ms: int | None = None
    is_hidden: bool = False
    sizes: tuple[int, ...] = USUAL_SIZES
    is_shared: bool = False
    other: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def read(cls, stored: Mapping[str, Any]) -> Self:
        known = dict(stored)
        return cls(
            id=known.pop("id"),
            rules=_hex(known.pop("r")),
            look=_hex(known.pop("l", "")),
            starts_ms=known.pop("s", None),
            ends_ms=known.pop("e", None),
            is_hidden=bool(known.pop("h", 0)),
            sizes=tuple(map(int, known.pop("n", USUAL_SIZES))),
            is_shared=bool(known.pop("b", 0)),
            other=known,
        )

    def written(self) -> dict[str, Any]:
        """Under short names, and hashes in base 64: twenty-five of them share 4 KB."""
        all_of_it: dict[str, Any] = {
            "id": self.id,
            "r": _base64(self.rules),
            "l": _base64(self.look),
            "s": self.starts_ms,
            "e": self.ends_ms,
            "h": int(self.is_hidden),
        }
        said: dict[str, Any] = {
            name: value for name, value in all_of_it.items() if value not in (None, "")
        }
        if not self.is_hidden:
            del said["h"]
        if self.sizes != USUAL_SIZES:
            said["n"] = list(self.sizes)
        if self.is_shared:
            said["b"] = 1
        return {**self.other, **said}

    @property
    def period_hash(self) -> str:
        """Tells whether its period is still as somebody saw it: eight hex digits."""
        return sha256(f"{self.starts_ms}–{self.ends_ms}".encode()).hexdigest()[:8]

    def mark_at(self, at_ms: int) -> str:
        """Tells whether all that is shown of it is still as it was drawn then: eight hex digits."""
        is_over = self.ends_ms is not None and self.ends_ms <= at_ms
        state = "over" if is_over else "open" if self.is_open(at_ms) else "planned"
        shown = (self.rules, self.look, self.period_hash, state)
        return sha256(" ".join(shown).encode()).hexdigest()[:8]

    def is_open(self, at_ms: int) -> bool:
        """From its start on, until before its end."""
        return self._has_begun(at_ms) and (self.ends_ms is None or at_ms < self.ends_ms)

    def takes_points(self, at_ms: int) -> bool:
        """From its start on, until a while after its end."""
        until_ms = self.exchange_ends_ms
        return self._has_begun(at_ms) and (until_ms is None or at_ms < until_ms)

    @property
    def exchange_ends_ms(self) -> int | None:
        return None if self.ends_ms is None else self.ends_ms + EXCHANGE_MS

    def _has_begun(self, at_ms: int) -> bool:
        return self.starts_ms is None or self.starts_ms <= at_ms


@dataclass(frozen=True, slots=True)
class Version:
    """Rules that a banner had: from `since_ms` on, in Unix milliseconds, until the next one's.
    `look` is the last that it had with them; empty where it had none."""

    rules: str
    since_ms: int
    look: str = ""

    @classmethod
    def read(cls, stored: Mapping[str, Any]) -> Self:
        return cls(_hex(stored["r"]), stored["since"], _hex(stored.get("l", "")))

    def written(self) -> dict[str, Any]:
        look = {"l": _base64(self.look)} if self.look else {}
        return {"r": _base64(self.rules), **look, "since": self.since_ms}


MAX_VERSIONS: Final = 50
"""Versions of a banner that are listed; files and receipts of older ones stay."""


def versions_after(
    versions: Sequence[Version], rules: str, at_ms: int, look: str = ""
) -> tuple[Version, ...]:
    """The versions of a banner, oldest first, once these rules are published with this look."""
    if versions and versions[-1].rules == rules:
        return (*versions[:-1], replace(versions[-1], look=look))
    return (*versions, Version(rules, at_ms, look))[-MAX_VERSIONS:]


def version_before(versions: Sequence[Version], rules: str) -> Version | None:
    """The last one of other rules than these, which a banner has now."""
    return next((each for each in reversed(versions) if each.rules != rules), None)


def version_at(versions: Sequence[Version], at_ms: int) -> Version | None:
    """The version that held at a time; None before the first that is listed."""
    return next((each for each in reversed(versions) if each.since_ms <= at_ms), None)


def was_out(versions: Sequence[Version], at_ms: int) -> bool:
    """Whether a banner of these versions was published by then. Of one that was published more
    often than is listed, nobody knows, and it was."""
    return not 0 < len(versions) < MAX_VERSIONS or versions[0].since_ms <= at_ms


def first_timezone(language: str) -> str:
    """What the first admin's language ("ja" or "en") says of a server, which is all there is."""
    return "Asia/Tokyo" if language == "ja" else "UTC"


@dataclass(frozen=True, slots=True)
class Game:
    """`version` counts the changes; 0 means that nothing is stored, and all is as in a new server.

    `offers` are in the order in which the server shows them. `default` is the id of the banner that
    is pulled where none is named; empty, or of one that is not open, it is the first that is open.
    `currency` and `emoji` name the server's currency; empty, it has the common name. `language` is
    "ja", "en", or empty for each member's own. `timezone` is IANA's name. `reset_hour` is 0 to 6.
    `min_account_days` and `min_member_days` are the least ages. `pause` is what everybody is told
    while the server is paused; empty, it is not. `leaving` is when all that is kept of the server
    is erased, in Unix milliseconds, 0 if nobody asked for that. `editors` and `managers` are ids of
    roles.
    `published_ms` is when the rules of any banner last changed, 0 if never. `has_sample`: what
    ships with the stack is offered, too, until the server publishes a banner of its own. `sample`
    is that, handed in by whoever reads, and not stored. `other` keeps what a newer version of the
    code wrote.
    """

    guild_id: str
    version: int = 0
    offers: tuple[Offer, ...] = ()
    default: str = ""
    currency: str = ""
    emoji: str = ""
    start_balance: int = START_BALANCE
    language: str = ""
    timezone: str = "Asia/Tokyo"
    reset_hour: int = 0
    is_public: bool = True
    is_compact: bool = False
    min_account_days: int = 0
    min_member_days: int = 0
    pause: str = ""
    leaving: int = 0
    editors: str = ""
    managers: str = ""
    published_ms: int = 0
    has_sample: bool = True
    sample: tuple[Offer, ...] = ()
    other: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def read(cls, guild_id: str, stored: Mapping[str, Any], sample: tuple[Offer, ...] = ()) -> Self:
        """The game that `stored` holds, as `written` gave it."""
        known = dict(stored)
        offers = tuple(map(Offer.read, known.pop("offers", ())))
        said = dict[str, Any]()
        for name in known.keys() & _PLAIN.keys():
            value = known.pop(name)
            said[name] = bool(value) if _PLAIN[name] is bool else value
        return cls(guild_id, offers=offers, sample=sample, other=known, **said)

    def written(self) -> dict[str, Any]:
        """As it is stored: numbers, texts, lists and mappings, and a truth as 1 or 0. What is as in
        a new server is left out. Raises GameError where that would be more than 4 KB."""
        of_new = Game(self.guild_id)
        said = {name: getattr(self, name) for name in _PLAIN}
        changed = {
            name: int(value) if isinstance(value, bool) else value
            for name, value in said.items()
            if value != getattr(of_new, name)
        }
        offers = [each.written() for each in self.offers]
        stored = {**self.other, **changed, **({"offers": offers} if offers else {})}
        if (size := KEY_BYTES + _content(stored)) > MAX_BYTES:
            raise GameError(f"the game would take {size} bytes, allowed: {MAX_BYTES}")
        return stored

    def timezone_for(self, language: str) -> str:
        """The one in which an admin of this language writes dates: the server's, or before it has
        anything settled, the one that their first change will."""
        return self.timezone if self.version else first_timezone(language)

    def changed(self, **fields: Any) -> Self:
        """The game after a change, one version on."""
        return replace(self, version=self.version + 1, **fields)

    def published(self, offer: Offer, at_ms: int) -> Self:
        """The game once this is offered: in the place of what has its id, else after all others.
        The sample is hidden by it. `at_ms` is when, in Unix milliseconds.

        Raises GameError where there would be more than `MAX_OFFERS`.
        """
        known = self.offer(offer.id)
        offers = (
            tuple(offer if each.id == offer.id else each for each in self.offers)
            if any(each.id == offer.id for each in self.offers)
            else (*self.offers, offer)
        )
        if len(offers) > MAX_OFFERS:
            raise GameError(f"{len(offers)} banners, allowed: {MAX_OFFERS}")
        is_new = known is None or known.rules != offer.rules
        published_ms = at_ms if is_new else self.published_ms
        return self.changed(offers=offers, has_sample=False, published_ms=published_ms)

    def with_offer(self, offer: Offer) -> Self:
        """The game with this in the place of what has its id, with the same rules."""
        offers = tuple(offer if each.id == offer.id else each for each in self.offers)
        return self.changed(offers=offers)

    def without(self, banner_id: str) -> Self:
        """The game without a banner: it is offered no more, and its place is free."""
        return self.changed(offers=tuple(each for each in self.offers if each.id != banner_id))

    def moved(self, banner_id: str, by: int) -> Self:
        """The game with a banner so many places further down (or up, below 0), if it has room."""
        ids = [each.id for each in self.offers]
        at = ids.index(banner_id)
        others = [each for each in self.offers if each.id != banner_id]
        place = min(max(at + by, 0), len(others))
        return self.changed(offers=(*others[:place], self.offers[at], *others[place:]))

    def own(self, banner_id: str) -> Offer | None:
        """What the server itself offers under this id."""
        return next((each for each in self.offers if each.id == banner_id), None)

    @property
    def offered(self) -> tuple[Offer, ...]:
        """The server's own, and the sample while it is there, whenever they are open."""
        own = {each.id for each in self.offers}
        sample = tuple(each for each in self.sample if each.id not in own)
        return (*self.offers, *(sample if self.has_sample else ()))

    def offer(self, banner_id: str) -> Offer | None:
        return next((each for each in self.offered if each.id == banner_id), None)

    def open_at(self, at_ms: int) -> tuple[Offer, ...]:
        """What members can pull, in the server's order."""
        return tuple(each for each in self.offered if each.is_open(at_ms) and not each.is_hidden)

    def default_at(self, at_ms: int) -> Offer | None:
        """What is pulled where no banner is named. None where nothing is open."""
        there = self.open_at(at_ms)
        return next(
            (each for each in there if each.id == self.default), there[0] if there else None
        )


_PLAIN: Final[Mapping[str, type]] = {
    name: type(each.default)
    for name, each in Game.__dataclass_fields__.items()
    if name not in ("guild_id", "offers", "sample", "other")
}
"""The fields that are numbers, texts and truths, with their types."""


def _base64(digits: str) -> str:
    return urlsafe_b64encode(bytes.fromhex(digits)).decode().rstrip("=")


def _hex(text: str) -> str:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4)).hex()


def _content(of: Mapping[str, Any]) -> int:
    """Bytes that attributes take, by "DynamoDB item sizes and formats" of DynamoDB's guide."""
    return sum(len(name.encode()) + _bytes(value) for name, value in of.items())


def _bytes(value: Any) -> int:
    match value:
        case str():
            return len(value.encode())
        case int():  # a byte for two digits, zeros at the end trimmed, one more, and one for a sign
            return (len(str(abs(value)).rstrip("0") or "0") + 1) // 2 + 1 + (value < 0)
        case Mapping():
            return 3 + _content(value) + len(value)
        case _:
            return 3 + sum(map(_bytes, value)) + len(value)
