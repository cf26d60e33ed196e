"""What is handed over to be shown: from Draw, Plan and Answer, by way of the workflow, to Announce.

A message holds data in both languages, and no words but those that people chose; the room's show.py
makes Discord's embeds of it in one language. What each room hands over is a TypedDict of its own,
so that it is the same in the code as an operator reads it in the console.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import (
    TYPE_CHECKING,
    Any,
    Final,
    Literal,
    NamedTuple,
    NotRequired,
    TypedDict,
    TypeVar,
    cast,
)

from commands.sentences import Currency

if TYPE_CHECKING:
    from gacha.game import Game

Names = Mapping[str, str]
"""A name by language."""


class Named(TypedDict):
    """Something that is chosen by its id and shown by its name."""

    id: str
    name: Names


Content = Mapping[str, Any]
"""One of the rooms' own TypedDicts, or a `Text`: `kind` says which."""

SEALED: Final = "codes"
"""The field of a content that a state holds sealed (`adapters.sealing`), if it has any: Announce
opens it, and nobody else shows it."""

Kind = TypeVar("Kind")


class Button(TypedDict):
    label: str
    custom_id: str


class Text(TypedDict):
    """A sentence of the room's, or a common one, and what fills its blanks. `to` is the user whom
    it names at its beginning, see `render.addressed`. `button` stands below it: its label is a
    sentence, too."""

    kind: Literal["text"]
    sentence: str
    values: NotRequired[Mapping[str, Any]]
    to: NotRequired[str]
    button: NotRequired[Button]


def text(sentence: str, **values: object) -> Text:
    return {"kind": "text", "sentence": sentence, "values": values}


class Welcome(NamedTuple):
    """What a new player begins with: so much of the currency, and as many tickets until `ends`, in
    Unix seconds; 0 without any."""

    coins: int
    tickets: int = 0
    ends: int = 0


class Message(NamedTuple):
    """What a player is to be shown.

    `missed`: the ledger keys of earlier events whose own message did not arrive, shown first.
    `is_undelivered`: the row of this interaction is `undelivered` until the message arrives.
    `is_plain`: it is shown in bare words, and nothing is read for it: earlier tries may have died
    of that. `language`: the one that the server settled for everybody, or empty for the member's.
    `currency`: what the server calls its own. `welcome`: the message is of a player's first event,
    and says first what all this is. `converted`: points that became shards with this event, by
    banner (`gacha.points`).
    """

    content: Content
    missed: tuple[str, ...] = ()
    is_undelivered: bool = False
    is_plain: bool = False
    language: str = ""
    currency: Currency = Currency()
    welcome: Welcome | None = None
    converted: Mapping[str, Any] = MappingProxyType({})

    @classmethod
    def read(cls, state: Mapping[str, Any]) -> Message:
        content = dict(state)
        welcome = content.pop("welcome", None)
        return cls(
            missed=tuple(content.pop("missed", ())),
            is_undelivered=content.pop("undelivered", False),
            is_plain=content.pop("plain", False),
            converted=content.pop("converted", {}),
            language=content.pop("language", ""),
            currency=Currency(content.pop("currency", ""), content.pop("emoji", "")),
            welcome=None if welcome is None else Welcome(**welcome),
            content=content,
        )

    def handed_over(self) -> dict[str, Any]:
        """As a workflow's state has it."""
        handed = dict(self.content)
        if self.missed:
            handed["missed"] = list(self.missed)
        if self.is_undelivered:
            handed["undelivered"] = True
        if self.is_plain:
            handed["plain"] = True
        if self.welcome:
            handed["welcome"] = self.welcome._asdict()
        if self.converted:
            handed["converted"] = dict(self.converted)
        return handed


def in_words_of(game: Game) -> dict[str, str]:
    """What a message says of its server, beside its own: in which words it is to be shown."""
    said = {"language": game.language, "currency": game.currency, "emoji": game.emoji}
    return {name: value for name, value in said.items() if value}


def parsed(kind: type[Kind], content: Content) -> Kind:
    """What a state held, as the TypedDict that it was. Raises ValueError for a field too many or
    too few: a workflow may have begun on the version before this one."""
    fields: frozenset[str] = kind.__required_keys__  # type: ignore[attr-defined]
    optional: frozenset[str] = kind.__optional_keys__  # type: ignore[attr-defined]
    wrong = (fields - content.keys()) | (content.keys() - fields - optional)
    if wrong:
        raise ValueError(f"{kind.__name__}: {', '.join(sorted(wrong))}")
    return cast(Kind, content)
