"""The game of one server: which banners it offers, and what its owner settled.

All that a pull needs of the server beside the banner's own file. It is stored as one item, so that
a pull reads one item more, and every change of it counts its `version` up.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Final, Self

from gacha.player import START_BALANCE

MAX_OFFERS: Final = 25
"""Banners that a server offers at once or has planned; Discord's selects have as many lines."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A published banner, as the server offers it.

    `rules` is the SHA-256, in hex, of the banner's file, which is immutable. `look` is the same of
    the file of its pictures and colours, which changes no odds; empty where it has none.
    `starts_ms` and `ends_ms` are Unix milliseconds, None when open on that side: beside the file,
    so that a postponed end is no new version.
    """

    id: str
    rules: str
    look: str = ""
    starts_ms: int | None = None
    ends_ms: int | None = None
    is_hidden: bool = False

    def is_open(self, at_ms: int) -> bool:
        """From its start on, until before its end."""
        begun = self.starts_ms is None or self.starts_ms <= at_ms
        return begun and (self.ends_ms is None or at_ms < self.ends_ms)


@dataclass(frozen=True, slots=True)
class Game:
    """`version` counts the changes; 0 means that nothing is stored, and all is as in a new server.

    `offers` are in the order in which the server shows them. `default` is the id of the banner that
    is pulled where none is named; empty, or of one that is not open, it is the first that is open.
    `currency` and `emoji` name the server's currency; empty, it has the common name. `language` is
    "ja", "en", or empty for each member's own. `timezone` is IANA's name. `reset_hour` is 0 to 6.
    `min_account_days` and `min_member_days` are the least ages. `pause` is what everybody is told
    while the server is paused; empty, it is not. `editors` and `managers` are ids of roles. `other`
    keeps what a newer version of the code wrote.
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
    editors: str = ""
    managers: str = ""
    other: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def read(cls, guild_id: str, stored: Mapping[str, Any]) -> Self:
        """The game that `stored` holds, as `written` gave it."""
        known = dict(stored)
        offers = tuple(
            Offer(**{name: _read(name, value) for name, value in each.items()})
            for each in known.pop("offers", ())
        )
        fields = cls.__dataclass_fields__.keys() - {"guild_id", "offers", "other"}
        said = {name: _read(name, known.pop(name)) for name in fields & known.keys()}
        return cls(guild_id, offers=offers, other=known, **said)

    def written(self) -> dict[str, Any]:
        """As it is stored: numbers, texts, lists and mappings, a truth as 1 or 0; what is as in a
        new server is left out."""
        of_new = Game(self.guild_id)
        changed = {
            name: _stored(value)
            for name, value in asdict(self).items()
            if name not in ("guild_id", "offers", "other") and value != getattr(of_new, name)
        }
        offers = [
            {
                name: _stored(value)
                for name, value in asdict(each).items()
                if value is not None and value is not False and value != ""
            }
            for each in self.offers
        ]
        return {**self.other, **changed, **({"offers": offers} if offers else {})}

    def changed(self, **fields: Any) -> Self:
        """The game after a change, one version on."""
        return replace(self, version=self.version + 1, **fields)

    def offer(self, banner_id: str) -> Offer | None:
        return next((each for each in self.offers if each.id == banner_id), None)

    def open_at(self, at_ms: int) -> tuple[Offer, ...]:
        """What members can pull, in the server's order."""
        return tuple(each for each in self.offers if each.is_open(at_ms) and not each.is_hidden)

    def default_at(self, at_ms: int) -> Offer | None:
        """What is pulled where no banner is named. None where nothing is open."""
        there = self.open_at(at_ms)
        return next(
            (each for each in there if each.id == self.default), there[0] if there else None
        )


def _stored(value: Any) -> Any:
    return int(value) if isinstance(value, bool) else value


def _read(name: str, value: Any) -> Any:
    return bool(value) if name.startswith("is_") else value
