"""What the owner of a server settles, group by group: each a form of at most five fields, which are
fields of the server's `Game` or of its `Economy`. Decides; writes nothing."""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple

from . import names, snowflake, zones
from .economy import Economy
from .game import MAX_CURRENCY, MAX_PAUSE, Game, first_timezone
from .purse import MOST_TICKETS

MOST_AT_START: Final = 1_000_000
"""What a new player can have, in the server's currency; the least is 0."""
LAST_RESET_HOUR: Final = 6
MOST_DAYS: Final = 365
MOST_A_DAY: Final = 100_000
"""What a day, or a milestone, can give of the currency."""
MOST_POINT_SHARDS: Final = 1_000
"""What an exchange point becomes at most, in shards; the least is 1."""
MOST_TICKETS_A_DAY: Final = 10
MOST_TICKET_DAYS: Final = 14
"""A day's tickets last so long at most: each day makes a lot of its own, and a player has room for
`purse.MOST_LOTS`."""

OF_ECONOMY: Final[Mapping[str, tuple[str, ...]]] = {
    "day": ("daily", "daily_tickets", "ticket_days"),
    "streak": ("streak_3", "streak_7", "streak_14", "streak_30"),
    "start": ("starter_tickets", "starter_days"),
    "points": ("point_shards",),
}
"""Groups of what the server gives (`gacha.economy`), which is a setting of its own."""

GROUPS: Final[Mapping[str, tuple[str, ...]]] = {
    "currency": ("currency", "start_balance"),
    "time": ("language", "timezone", "reset_hour"),
    "display": ("is_public", "is_compact"),
    **OF_ECONOMY,
    "joining": ("min_account_days", "min_member_days"),
    "pause": ("pause",),
    "roles": ("editors", "managers"),
}
"""The fields of each group's form, in its order."""

ECONOMY: Final = frozenset(name for group in OF_ECONOMY.values() for name in group)
"""The fields of that setting."""

EMOJI: Final = "emoji"
"""The one field that is in no form, since forms cannot take an emoji of the server's own."""

CHOICES: Final[Mapping[str, Mapping[str, Any]]] = {
    "language": {"ja": "ja", "en": "en", "each": ""},
    "is_public": {"everyone": True, "player": False},
    "is_compact": {"yes": True, "no": False},
    "reset_hour": {str(hour): hour for hour in range(LAST_RESET_HOUR + 1)},
}
"""Fields of which one value is chosen: what each choice is called, and what it stands for."""

CUSTOM_EMOJI: Final = re.compile(r"<a?:[A-Za-z0-9_]{2,32}:[0-9]{15,20}>")
_KEYCAP: Final = re.compile("[0-9#*]\ufe0f?\u20e3")


class Refused(NamedTuple):
    """A value that is not taken: of which field, and the rule that it breaks. `limits` are those
    that the rule names."""

    field: str
    rule: str
    value: str
    limits: Mapping[str, int] = {}


class Moved(NamedTuple):
    """A field that was settled anew."""

    field: str
    before: Any
    after: Any


def seen(of: Game | Economy, group: str) -> str:
    """Tells whether a group is still as somebody saw it: eight hex digits of its values' hash."""
    values = [getattr(of, name) for name in GROUPS[group]]
    return hashlib.sha256(json.dumps(values).encode()).hexdigest()[:8]


def typed(of: Game | Economy, group: str) -> dict[str, str]:
    """The group's present values, as its form has them; "" is nothing."""
    return {name: as_typed(name, getattr(of, name)) for name in GROUPS[group]}


def as_typed(name: str, value: Any) -> str:
    for choice, meant in CHOICES.get(name, {}).items():
        if meant == value:
            return choice
    return str(value)


def first(language: str) -> dict[str, Any]:
    """What the first change of a server's settings settles beside: the language of the admin who
    makes it, and the zone that goes with it. Discord says no more of a server."""
    return {"language": language, "timezone": first_timezone(language)}


def settle(values: Mapping[str, str]) -> tuple[dict[str, Any], list[Refused]]:
    """What these typed values come to, by field, and those that are refused."""
    fields: dict[str, Any] = {}
    refused: list[Refused] = []
    for name, value in values.items():
        settled = _read(name, value)
        if isinstance(settled, Refused):
            refused.append(settled)
        else:
            fields[name] = settled
    return fields, refused


def moved(of: Game | Economy, fields: Mapping[str, Any]) -> list[Moved]:
    """Which of these fields are not so yet."""
    there = ((name, getattr(of, name), value) for name, value in fields.items())
    return [Moved(name, before, after) for name, before, after in there if before != after]


def _read(name: str, value: str) -> Any | Refused:
    if name in CHOICES:
        choices = CHOICES[name]
        return choices[value] if value in choices else Refused(name, "choice", value)
    return _READERS[name](name, value.strip())


def _name(name: str, value: str) -> str | Refused:
    if value and not names.is_name(value):
        return Refused(name, "one_line", value)
    if len(value) > MAX_CURRENCY:
        return Refused(name, "long", value, {"most": MAX_CURRENCY, "length": len(value)})
    return value


def _sentence(name: str, value: str) -> str | Refused:
    if value and not names.is_seen(value):
        return Refused(name, "one_line", value)
    if len(value) > MAX_PAUSE:
        return Refused(name, "long", value, {"most": MAX_PAUSE, "length": len(value)})
    return value


def _number(most: int, least: int = 0) -> Callable[[str, str], int | Refused]:
    def read(name: str, value: str) -> int | Refused:
        typed = unicodedata.normalize("NFKC", value)
        if re.fullmatch("[0-9]{1,9}|[0-9]{1,3}(?:,[0-9]{3}){1,2}", typed):
            number = int(typed.replace(",", ""))  # of thousands: 1,5 is not 15
            if least <= number <= most:
                return number
        return Refused(name, "number", value, {"least": least, "most": most})

    return read


def _zone(name: str, value: str) -> str | Refused:
    return zones.read(value) or Refused(name, "zone", value)


def _role(name: str, value: str) -> str | Refused:
    role = snowflake.canonical(value) if value else ""
    return Refused(name, "role", value) if role is None else role


def _emoji(name: str, value: str) -> str | Refused:
    """One of the server's own, as Discord writes it, or one sign of Unicode's; "" is none."""
    return value if not value or is_emoji(value) else Refused(name, "one_emoji", value)


def is_emoji(text: str) -> bool:
    """Whether it is an emoji of a server's own, as Discord writes it, or a sign of Unicode's."""
    return CUSTOM_EMOJI.fullmatch(text) is not None or _is_pictograph(text)


def _is_pictograph(value: str) -> bool:
    """Whether it can be one emoji: symbols with what joins and colours them, and no letters."""
    if len(value) > 12 or value.isascii() or not names.is_seen(value):
        return False
    kinds = {unicodedata.category(sign) for sign in value if not names.UNSEEN.match(sign)}
    return kinds <= {"So", "Sk", "Sm", "Me", "Mn"} or _KEYCAP.fullmatch(value) is not None


_READERS: Final[Mapping[str, Callable[[str, str], Any]]] = {
    "currency": _name,
    "start_balance": _number(MOST_AT_START),
    "timezone": _zone,
    "daily": _number(MOST_A_DAY),
    "daily_tickets": _number(MOST_TICKETS_A_DAY),
    "ticket_days": _number(MOST_TICKET_DAYS, least=1),
    **dict.fromkeys(OF_ECONOMY["streak"], _number(MOST_A_DAY)),
    "starter_tickets": _number(MOST_TICKETS),
    "starter_days": _number(MOST_DAYS, least=1),
    "point_shards": _number(MOST_POINT_SHARDS, least=1),
    "min_account_days": _number(MOST_DAYS),
    "min_member_days": _number(MOST_DAYS),
    "pause": _sentence,
    "editors": _role,
    "managers": _role,
    EMOJI: _emoji,
}
