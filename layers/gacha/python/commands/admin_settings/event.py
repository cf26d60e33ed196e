"""A change of the settings in the server's log."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from commands import events, kit
from commands.admin_settings.show import changes
from commands.admin_settings.texts import say
from commands.events import Event, Row


class Settled(Event):
    """`before` and `after`: the fields that changed, as forms have them."""

    by: str
    before: Mapping[str, str]
    after: Mapping[str, str]


def event(row: Row) -> Settled:
    return Settled(
        **events.common(row), by=row["by"], before=dict(row["before"]), after=dict(row["after"])
    )


def logged(of: Event, _user: str, lang: str) -> str:
    settled = cast(Settled, of)
    lines = [say(lang, "changed_by", by=settled["by"])]
    lines += changes(settled["before"], settled["after"], lang)
    return kit.cut("\n".join(lines), events.MOST_OF_AN_ENTRY)
