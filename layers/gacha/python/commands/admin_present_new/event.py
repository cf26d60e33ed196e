"""A present that was made or withdrawn, in the server's log."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, cast

from commands import events, kit, rewards
from commands.admin_present_new.texts import say
from commands.events import Event, Row
from commands.rewards import Goods
from commands.sentences import literal
from gacha.presents import Gift

_LOGGED: Final = {"made": "logged_made", "withdrawn": "logged_withdrawn"}


class Gave(Event):
    """`did`: "made", "withdrawn" or "pledged"; of the last there is no `message` and no `to`.
    `pledged`: whether it was confirmed with it."""

    by: str
    did: str
    goods: Goods | None
    message: str
    to: Sequence[str]
    pledged: bool


def event(row: Row) -> Gave:
    is_present = row["did"] != "pledged"
    return Gave(
        **events.common(row),
        by=row["by"],
        did=row["did"],
        goods=rewards.of_gift(Gift.read(row["gift"])) if is_present else None,
        message=row.get("message", ""),
        to=list(row.get("to", ())),
        pledged=not is_present or bool(row.get("pledged")),
    )


def logged(of: Event, _user: str, lang: str) -> str:
    gave = cast(Gave, of)
    lines = [say(lang, "logged_pledged", by=gave["by"])] if gave["pledged"] else []
    if gave["goods"] is not None:
        values = {
            "by": gave["by"],
            "goods": kit.cut(rewards.words(gave["goods"], lang), 120),
            "message": kit.cut(literal(gave["message"]), 80),
            "to": rewards.audience(gave["to"], lang),
        }
        lines.insert(0, say(lang, _LOGGED[gave["did"]], **values))
    return kit.cut("\n".join(lines), events.MOST_OF_AN_ENTRY)
