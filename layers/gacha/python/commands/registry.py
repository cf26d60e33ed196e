"""Which commands there are, and where each part of them lies.

A part is loaded when it is asked for, by a name in these lists and by no other text. The lists are
written down, because looking for folders would be paid for by every first answer; a test holds them
equal to the folders. Their order is that in which Discord lists the commands.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final, NamedTuple, cast

from commands.command import (
    MANAGE_GUILD,
    SUBCOMMAND_GROUP,
    Command,
    Words,
    described,
    named,
)

if TYPE_CHECKING:
    from commands.parts import (
        Answer,
        Edit,
        Event,
        File,
        Followed,
        Inline,
        Logged,
        Plan,
        Present,
        Replay,
        Result,
        ServerPlan,
        Show,
        Texts,
    )


class Root(NamedTuple):
    """A command as Discord counts them, under which ours are subcommands.

    `behind`: rooms to which buttons of other rooms' messages lead, and no command.
    `prefix` is the first word of its rooms' names, so that an admin's command may have the same
    words as a player's. `contexts`: 0 is in servers, 1 the bot's direct messages. `installs`: 0 to
    servers, 1 to somebody's account, without which nobody has the bot's direct messages whose
    server does not have its user, or who has left. `permissions`:
    to whom Discord shows it, and who may use those of its commands that do not say it themselves;
    0 is everybody.
    """

    name: Words
    description: Words
    rooms: tuple[str, ...]
    contexts: tuple[int, ...]
    installs: tuple[int, ...] = (0,)
    behind: tuple[str, ...] = ()
    prefix: str = ""
    permissions: int = 0

    def room(self, words: Sequence[str]) -> str:
        """The name that a command of these words has, if there is one."""
        return " ".join(filter(None, (self.prefix, *words)))

    def words(self, room: str) -> list[str]:
        """What is typed after the root."""
        return room.removeprefix(self.prefix).split()


class Group(NamedTuple):
    """What stands between a root and commands of two words."""

    name: Words
    description: Words


ROOTS: Final = (
    Root(
        name=("ガチャ", "gacha"),
        description=(
            "ガチャを引く・所持通貨や履歴を見る",
            "Pull on a banner, see your balance and your history",
        ),
        rooms=(
            "pull",
            "banners",
            "profile",
            "history",
            "rates",
            "card",
            "collection",
            "wishlist",
            "daily",
            "now",
            "exchange",
            "shop",
            "lock",
            "presents",
            "code",
            "fair show",
            "fair seed",
            "fair rotate",
            "fair receipts",
            "fair box",
            "luck",
            "settings",
            "privacy show",
            "privacy export",
            "privacy delete",
            "help",
        ),
        behind=("post", "report", "share", "box"),
        contexts=(0, 1),
        installs=(0, 1),
    ),
    Root(
        name=("ガチャ管理", "gacha-admin"),
        description=(
            "サーバー管理者用：設定、通貨の付与と回収、記録",
            "For the server’s admins: settings, currency, records",
        ),
        prefix="admin",
        rooms=(
            "admin banner list",
            "admin settings",
            "admin grant",
            "admin take",
            "admin player",
            "admin receipt",
            "admin log",
            "admin stats",
            "admin panel",
            "admin banner new",
            "admin card add",
            "admin card edit",
            "admin card picture",
            "admin banner paste",
            "admin banner upload",
            "admin banner template",
            "admin banner export",
            "admin present new",
            "admin present list",
            "admin code new",
            "admin code list",
            "admin reset",
        ),
        contexts=(0,),
        permissions=MANAGE_GUILD,
    ),
)

GROUPS: Final = {
    "banner": Group(
        name=("ガチャ", "banner"),
        description=("このサーバーのガチャを作る", "Make this server’s own banners"),
    ),
    "card": Group(
        name=("カード", "card"),
        description=("このサーバーのカードを作る", "Make this server’s own cards"),
    ),
    "code": Group(
        name=("コード", "code"),
        description=("シリアルコードを配る", "Give out codes"),
    ),
    "fair": Group(
        name=("検証", "fair"),
        description=("抽選が公正だったか自分で確かめる", "Check that your draws were fair"),
    ),
    "present": Group(
        name=("プレゼント", "present"),
        description=("メンバーにプレゼントを配る", "Give presents to members"),
    ),
    "privacy": Group(
        name=("プライバシー", "privacy"),
        description=(
            "自分のデータを見る・受け取る・削除する",
            "See your own data, get it, or delete it",
        ),
    ),
}

_ROOT_OF: Final = {room: root for root in ROOTS for room in (*root.rooms, *root.behind)}


def rooms() -> Iterator[str]:
    """The names of all commands: their words, such as "fair show" and "admin grant"; and of those
    that only buttons lead to."""
    return iter(_ROOT_OF)


def is_command(room: str) -> bool:
    """Whether it can be typed."""
    return room in root(room).rooms


def root(room: str) -> Root:
    """Under which a command stands. Raises KeyError for a name that none has."""
    return _ROOT_OF[room]


def is_room(name: str) -> bool:
    return name in _ROOT_OF


def definition(room: str) -> Command:
    """What the command is. Raises KeyError for a name that none has."""
    command = _part(room, "definition").COMMAND
    assert isinstance(command, Command)
    return command


def permissions(room: str) -> int:
    """Who may use it: whoever holds one of these bits of Discord's permissions; 0 is everybody."""
    return definition(room).permissions or root(room).permissions


def texts(room: str) -> Texts:
    """Its sentences."""
    return cast("Texts", _part(room, "texts"))


def plan(room: str) -> Plan:
    """What it changes."""
    return cast("Plan", _part(room, "plan"))


def server_plan(room: str) -> ServerPlan:
    """The same of a room that is of the server."""
    return cast("ServerPlan", _part(room, "plan"))


def answer(room: str) -> Answer:
    """What it reads."""
    return cast("Answer", _part(room, "answer"))


def show(room: str) -> Show:
    """Its message, where that is more than a sentence."""
    return cast("Show", _part(room, "show"))


def result(room: str) -> Result:
    """The same of a room that changes a player, whose message may have to be said in bare words."""
    return cast("Result", _part(room, "show"))


def file(room: str) -> File:
    """The file that goes with its message."""
    return cast("File", _part(room, "file"))


def followed(room: str) -> Followed:
    """What follows its message."""
    return cast("Followed", _part(room, "show"))


def event(room: str) -> Event:
    """How its event reads, in the history and when it was missed."""
    return cast("Event", _part(room, "event"))


def present(room: str) -> Present:
    """The same of an event that somebody else gave the player."""
    return cast("Present", _part(room, "event"))


def logged(room: str) -> Logged:
    """How its event reads in the server's log, where an admin uses it."""
    return cast("Logged", _part(room, "event"))


def replay(room: str) -> Replay:
    """How the audit replays its event."""
    return cast("Replay", _part(room, "replay"))


def edit(room: str) -> Edit:
    """What was typed into its form, as an edit of a draft."""
    return cast("Edit", _part(room, "edit"))


def inline(room: str) -> Inline:
    """What it answers at once, without a workflow."""
    return cast("Inline", _part(room, "inline"))


@cache
def _part(room: str, part: str) -> Any:
    root(room)
    return import_module(f"commands.{room.replace(' ', '_')}.{part}")


def typed(room: str) -> Words:
    """The command as it is typed, "/gacha fair show"."""
    of = root(room)
    groups = (GROUPS[word].name for word in of.words(room)[:-1])
    return _joined(of.name, *groups, definition(room).name)


def _joined(*names: Words) -> Words:
    japanese, english = zip(*names, strict=True)
    return "/" + " ".join(japanese), "/" + " ".join(english)


def discord() -> list[dict[str, Any]]:
    """All commands, as Discord's bulk overwrite takes them: the only place that loads them all."""
    return [_root_for_discord(each) for each in ROOTS]


def _root_for_discord(of: Root) -> dict[str, Any]:
    options: list[dict[str, Any]] = []
    groups: dict[str, list[dict[str, Any]]] = {}
    for room in of.rooms:
        group = " ".join(of.words(room)[:-1])
        if group and group not in groups:
            groups[group] = []
            options.append(
                {
                    **named(GROUPS[group].name),
                    **described(GROUPS[group].description),
                    "type": SUBCOMMAND_GROUP,
                    "options": groups[group],
                }
            )
        (groups[group] if group else options).append(definition(room).discord())
    permissions = {"default_member_permissions": str(of.permissions)} if of.permissions else {}
    return {
        **named(of.name),
        **described(of.description),
        "type": 1,
        "integration_types": list(of.installs),
        "contexts": list(of.contexts),
        **permissions,
        "options": options,
    }
