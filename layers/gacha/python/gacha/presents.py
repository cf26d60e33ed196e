"""Presents of a server: what its admins give, to whom and until when. Decides; writes nothing.

A present is one setting, and is written to nobody: a player takes it, once, and the claim is a
setting of its own (docs/decisions/0044-what-a-player-has.md).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, ClassVar, Final, NamedTuple, Self

from . import kinds, purse, snowflake
from .changes import Change
from .openings import Openings
from .purse import Copies, Reward, Tickets

if TYPE_CHECKING:
    from .player import Player

MOST_OPEN: Final = 25
"""Presents of a server that can be taken at once; Discord's selects have as many lines."""

MOST_MESSAGE: Final = 200
MOST_DAYS: Final = 90
"""How long a present can wait, in days."""
MOST_TICKET_DAYS: Final = 365

INDEX: Final = "presents"
"""The setting that tells what can be taken now, in one read."""

PLEDGE: Final = "pledge"
"""The setting that says who confirmed, before the first present, code or panel of a server, that
nothing of it is sold and that nothing of real value is won: `by`, and the interaction `made`."""

ALL: Final = "all"
BEFORE: Final = "before"
ROLE: Final = "role"
MEMBER: Final = "member"

_HOUR_MS: Final = 3_600_000
_DAY_MS: Final = 24 * _HOUR_MS

Names = Mapping[str, str]


def setting(present_id: str) -> str:
    return f"present#{present_id}"


def claim_setting(id_: str, whose: str) -> str:
    """Where it is noted that a present, or a code's campaign, was taken by a user, or a single
    code (by its number) by anybody."""
    return f"claim#{id_}#{whose}"


@dataclass(frozen=True, slots=True)
class Gift:
    """What one claim gives. `tickets` are good for `ticket_days` from then, for `banner` (its id,
    or empty for any). `card` is the id of a card of which one copy is given, `number` its place.
    `names` are what the banner and the card were called when it was made, by id and language."""

    coins: int = 0
    shards: int = 0
    tickets: int = 0
    ticket_days: int = 0
    banner: str = ""
    card: str = ""
    number: int = 0
    names: Mapping[str, Names] = field(default_factory=dict)

    @classmethod
    def read(cls, stored: Mapping[str, Any]) -> Self:
        return cls(**stored)

    def written(self) -> dict[str, Any]:
        """What is there of it."""
        said = {name: getattr(self, name) for name in self.__dataclass_fields__}
        return {name: value for name, value in said.items() if value}

    def reward(self, at_ms: int) -> Reward:
        """What is given to who takes it at a time. Tickets end with an hour, so that those of
        several presents become one lot."""
        ends_ms = -(-(at_ms + self.ticket_days * _DAY_MS) // _HOUR_MS) * _HOUR_MS
        return Reward(
            self.coins,
            self.shards,
            (Tickets(self.tickets, ends_ms, self.banner),) if self.tickets else (),
            (Copies(self.card, self.number),) if self.card else (),
        )

    def __bool__(self) -> bool:
        return bool(self.coins or self.shards or self.tickets or self.card)


class Audience(NamedTuple):
    """For whom it is. `value` of BEFORE: a time in Unix milliseconds before which they had played;
    of ROLE and MEMBER: whose id."""

    kind: str = ALL
    value: str = ""

    def has(self, player: Player, roles: Collection[str]) -> bool:
        """Whether it is for this player, who has these roles as Discord signed them with the claim.
        The role of everybody is in nobody's list, and has the server's id."""
        match self.kind:
            case "before":
                return player.version > 0 and player.joined_at < int(self.value)
            case "role":
                return self.value in roles or self.value == player.guild_id
            case "member":
                return player.key == f"{self.value}@{player.guild_id}"
        return True


EVERYBODY: Final = Audience()


@dataclass(frozen=True, slots=True)
class Present:
    """`by` is the admin who gives it, `withdrawn` who took it back before it was over, or empty.
    `version` is its setting's."""

    id: str
    gift: Gift
    message: str
    ends_ms: int
    by: str
    audience: Audience = EVERYBODY
    withdrawn: str = ""
    version: int = 1

    @classmethod
    def read(cls, row: Mapping[str, Any]) -> Self:
        return cls(
            id=row["setting"].partition("#")[2],
            gift=Gift.read(row["gift"]),
            message=row["message"],
            ends_ms=row["ends_ms"],
            by=row["by"],
            audience=Audience(*row["to"]),
            withdrawn=row.get("withdrawn", ""),
            version=row["version"],
        )

    def content(self) -> dict[str, Any]:
        """As a setting's, beside its version."""
        return {
            "gift": self.gift.written(),
            "message": self.message,
            "ends_ms": self.ends_ms,
            "by": self.by,
            "to": list(self.audience),
            **({"withdrawn": self.withdrawn} if self.withdrawn else {}),
        }

    def taken_back(self, by: str) -> Self:
        return replace(self, withdrawn=by, version=self.version + 1)


@dataclass(frozen=True, slots=True)
class Index(Openings[Audience]):
    """What can be taken, and for whom."""

    PREFIX: ClassVar[str] = "p"

    @classmethod
    def read(cls, row: Mapping[str, Any] | None) -> Self:
        if row is None:
            return cls()
        stored = sorted(row["open"].items(), key=lambda each: int(each[0][1:]))
        found = {id_: (each["e"], Audience(*each["to"])) for id_, each in stored}
        return cls(row["version"], row["next"], found)

    def content(self) -> dict[str, Any]:
        of = {id_: {"e": ends_ms, "to": list(to)} for id_, (ends_ms, to) in self.open.items()}
        return {"next": self.next_number, "open": of}

    def for_(self, player: Player, roles: Collection[str], at_ms: int) -> list[str]:
        """Those of them that are for this player."""
        return [id_ for id_ in self.at(at_ms) if self.open[id_][1].has(player, roles)]

    def of_members(self, at_ms: int) -> dict[str, str]:
        """Those for one member each, and who that is."""
        to = {id_: self.open[id_][1] for id_ in self.at(at_ms)}
        return {id_: of.value for id_, of in to.items() if of.kind == MEMBER}

    def with_(self, present: Present, at_ms: int) -> Self:
        return self.opened(present.id, present.ends_ms, present.audience, at_ms)


class Taken(NamedTuple):
    """`presents` are those that are taken by `change`, `left` those for whose tickets the player
    has no room."""

    change: Change
    presents: tuple[Present, ...]
    left: tuple[Present, ...]


def take(player: Player, interaction_id: str, presents: Sequence[Present]) -> Taken | None:
    """Give the player these presents, in their order, as far as there is room for their tickets.
    None if there is room for none. Whether they may take them, the caller knows."""
    at_ms = snowflake.created_ms(interaction_id)
    after, rewards = player, list[Reward]()
    taken, left = list[Present](), list[Present]()
    for present in presents:
        reward = present.gift.reward(at_ms)
        try:
            after = purse.receive(after, reward, interaction_id)
        except purse.TooManyLotsError:
            left.append(present)
            continue
        taken.append(present)
        rewards.append(reward)
    if not taken:
        return None
    event = {
        "kind": kinds.PRESENT,
        **purse.total(rewards).event(),
        "presents": [
            {"id": present.id, **reward.event()}
            for present, reward in zip(taken, rewards, strict=True)
        ],
        **named(present.gift for present in taken),
        **({"left": len(left)} if left else {}),
    }
    changed = replace(after, version=player.version + 1)
    return Taken(Change(event, player, changed), tuple(taken), tuple(left))


def named(gifts: Iterable[Gift]) -> dict[str, Any]:
    """What the event says of the names of banners and cards, where there are any."""
    names = {id_: dict(name) for gift in gifts for id_, name in gift.names.items()}
    return {"names": names} if names else {}
