"""Codes that were made or ended, in the server's log. The codes themselves are nowhere in it."""

from __future__ import annotations

from typing import Final, cast

from commands import events, kit, rewards
from commands.admin_code_new.texts import say
from commands.events import Event, Row
from commands.rewards import Goods
from commands.sentences import literal
from gacha.presents import Gift

_LOGGED: Final = {"made": "logged_made", "ended": "logged_ended"}


class Made(Event):
    """`did`: "made" or "ended". `pledged`: whether the first was confirmed with it."""

    by: str
    did: str
    goods: Goods
    note: str
    most: int
    pledged: bool


def event(row: Row) -> Made:
    return Made(
        **events.common(row),
        by=row["by"],
        did=row["did"],
        goods=rewards.of_gift(Gift.read(row["gift"])),
        note=row["note"],
        most=row["most"],
        pledged=bool(row.get("pledged")),
    )


def logged(of: Event, _user: str, lang: str) -> str:
    made = cast(Made, of)
    goods = kit.cut(rewards.words(made["goods"], lang), 120)
    note = kit.cut(literal(made["note"]), 80)
    values = {"by": made["by"], "note": note, "goods": goods, "most": made["most"]}
    lines = [say(lang, _LOGGED[made["did"]], **values)]
    if made["pledged"]:
        lines.append(say(lang, "logged_pledged"))
    return kit.cut("\n".join(lines), events.MOST_OF_AN_ENTRY)
