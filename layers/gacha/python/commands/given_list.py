"""The list of what a server gives out, of presents or of codes, with a select; and one of it, with
its own buttons."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from commands import kit, rewards
from commands.kit import Body

if TYPE_CHECKING:
    from commands.parts import Say

_MOST: Final = 3_600
_MOST_OF_A_LABEL: Final = 80


class Drawing(NamedTuple):
    """How a room draws its own: `line` of an entry, what a choice of it is called (`label`, a field
    of it), and of the one that is chosen the `buttons`: a sentence and what the id begins with."""

    room: str
    say: Say
    line: Callable[[Any, str], str]
    label: str
    buttons: Sequence[tuple[str, str]]


def show(entries: Sequence[Mapping[str, Any]], chosen: str, lang: str, by: Drawing) -> Body:
    """`chosen`: the id of the one that is looked at; empty, all."""
    here = [each for each in entries if each["id"] == chosen] or entries
    lines = [by.line(each, lang) for each in here]
    shown = kit.fitting(lines, _MOST, lambda count: by.say(lang, "more", count=count))
    embed = {
        "title": by.say(lang, "chosen" if chosen else "title", count=len(entries)),
        "color": kit.INFO_COLOUR,
        "description": "\n\n".join(shown) or by.say(lang, "empty"),
    }
    return kit.body(embeds=[embed], components=_controls(entries, chosen, lang, by))


def _controls(
    entries: Sequence[Mapping[str, Any]], chosen: str, lang: str, by: Drawing
) -> list[kit.Component]:
    if not entries:
        return []
    if chosen:
        own = [kit.button(by.say(lang, key), f"{id_}:{chosen}") for key, id_ in by.buttons]
        return kit.rows([*own, kit.button(by.say(lang, "back"), f"{by.room}:all")])
    choices = [
        kit.choice(
            kit.cut(each[by.label], _MOST_OF_A_LABEL),
            each["id"],
            description=kit.cut(rewards.bare(each["goods"], lang), kit.MAX_DETAIL),
        )
        for each in entries
    ]
    return kit.rows([kit.select(f"{by.room}:pick", choices, by.say(lang, "pick"))])
