"""An upload in the server's log."""

from __future__ import annotations

from typing import cast

from commands import events, kit
from commands.admin_banner_upload.texts import say
from commands.events import Event, Row
from commands.sentences import literal


class Uploaded(Event):
    by: str
    banner: str
    name: str
    cards: int
    pictures: int


def event(row: Row) -> Uploaded:
    return Uploaded(
        **events.common(row),
        by=row["by"],
        banner=row["banner"],
        name=row["name"],
        cards=row["cards"],
        pictures=row["pictures"],
    )


def logged(of: Event, _user: str, lang: str) -> str:
    made = cast(Uploaded, of)
    name = literal(made["name"]) or made["banner"]
    values = {"by": made["by"], "name": name, "cards": made["cards"], "pictures": made["pictures"]}
    return kit.cut(say(lang, "uploaded_by", **values), events.MOST_OF_AN_ENTRY)
