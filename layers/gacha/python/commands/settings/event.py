"""A change of a player's settings in the history."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from commands import events
from commands.events import Event, Row
from commands.settings.show import called
from commands.settings.texts import say


class Chosen(Event):
    """`before` and `after`: what changed, by `gacha.preferences`."""

    before: Mapping[str, str]
    after: Mapping[str, str]


def event(row: Row) -> Chosen:
    return Chosen(**events.common(row), before=dict(row["before"]), after=dict(row["after"]))


def line(of: Event, lang: str) -> str:
    chosen = cast(Chosen, of)
    changes = [
        say(
            lang,
            "moved",
            name=say(lang, name),
            before=called(name, chosen["before"][name], lang),
            after=called(name, value, lang),
        )
        for name, value in chosen["after"].items()
    ]
    separator = "、" if lang == "ja" else ", "
    return events.dated(of, say(lang, "changed_line", changes=separator.join(changes)))
