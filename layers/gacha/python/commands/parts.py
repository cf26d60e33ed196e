"""The files of a room, as the rest calls them. A room has those for which it has something to say;
tests/unit/commands/test_rooms.py says which one lacks, and holds each to its form here."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from commands.asked import Asked
from commands.events import Event as EventData
from commands.events import Row
from commands.kit import Attachment, Body
from commands.message import Content
from commands.sentences import Sentences

if TYPE_CHECKING:
    from commands.decisions import Decided, ServerDecided
    from commands.drafts import Given
    from gacha.audit import Replay as Replaying
    from gacha.game import Game
    from gacha.making.edits import Edit as Editing
    from gacha.making.problems import Refusal as Problems
    from gacha.player import Player


class Say(Protocol):
    """Says the sentence `key` in `lang`, with its blanks filled in."""

    def __call__(self, lang: str, key: str, /, **values: object) -> str: ...


class Texts(Protocol):
    """texts.py: every room has sentences."""

    SENTENCES: Sentences
    say: Say


class Plan(Protocol):
    """plan.py: decides what is to be recorded of a change. Reads only."""

    def plan(self, asked: Asked, current: Player, game: Game) -> Decided:
        """What comes of it for the player as of now, in the server's game as of now."""

    def recorded(self, row: Row) -> Content:
        """The message of the room's event, once it is in the ledger."""


class ServerPlan(Protocol):
    """plan.py of a room that is of the server (`Command.of_server`)."""

    def plan(self, asked: Asked, game: Game) -> ServerDecided:
        """What comes of it for the server as of now."""

    def recorded(self, row: Row) -> Content:
        """The message of the room's event, once it is in the ledger."""


class Answer(Protocol):
    """answer.py: reads what a command shows that changes nothing."""

    def answer(self, asked: Asked) -> Content: ...


class Show(Protocol):
    """show.py: the room's message, where it is more than a sentence."""

    def show(self, content: Content, lang: str, receipt_number: str) -> Body: ...


class Result(Show, Protocol):
    """show.py of a room that changes a player: its message in bare words, too."""

    def plain(self, content: Content, lang: str, receipt_number: str, space: int) -> str:
        """At most `space` characters."""


class Followed(Show, Protocol):
    """show.py of a room whose message others may follow."""

    def more(self, content: Content, lang: str) -> Sequence[Body]:
        """Those that only who asked sees, each sent once."""


class File(Protocol):
    """file.py: what Announce reads itself, because a state has no room for it."""

    def attach(self, asked: Asked, content: Content) -> tuple[Content, Attachment | None]:
        """The message to show, and the file that goes with it."""


class Event(Protocol):
    """event.py: how the event that the room records reads."""

    def event(self, row: Row) -> EventData:
        """What a message needs of the ledger's row."""

    def line(self, of: EventData, lang: str) -> str:
        """Its line in the history: at most `kit.MAX_LINE` characters."""


class Present(Event, Protocol):
    """event.py of a room by which somebody gives the player something."""

    def present(self, of: EventData, lang: str) -> str:
        """What the player is told of it."""


class Logged(Protocol):
    """event.py of a room that an admin uses: its entry in the server's log."""

    def event(self, row: Row) -> EventData: ...

    def logged(self, of: EventData, user: str, lang: str) -> str:
        """Who did it to whom, in at most `events.MOST_OF_AN_ENTRY` characters. `user` is the player
        whose ledger it went to."""


class Edit(Protocol):
    """edit.py of a room whose form changes a draft (docs/decisions/0043-an-owners-own-gacha.md)."""

    def edit(self, asked: Asked, given: Given) -> Editing | Problems:
        """What was typed as an edit, or why it is none."""


class Replay(Protocol):
    """replay.py: how the audit replays the event."""

    @property
    def replay(self) -> Callable[[Replaying, Mapping[str, Any]], None]: ...


class Choices(Protocol):
    """inline.py of a command with an option that is completed."""

    def choices(self, asked: Asked, option: str) -> list[Mapping[str, Any]]:
        """Discord's choices for what is typed so far as this option, at most 25."""


class Inline(Choices, Protocol):
    """inline.py: what a command answers within the first three seconds, without a workflow; of one
    that opens a form.

    What it needs of the server is one `adapters.inline.setting`, or `read` of several, which raise
    `command.NotReadyError` where that takes too long.
    """

    def form(self, asked: Asked) -> Mapping[str, Any]:
        """Discord's modal."""
