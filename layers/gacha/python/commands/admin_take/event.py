"""What was taken back, in the history, as the player is told of it, and in the server's log."""

from __future__ import annotations

from typing import Final, cast

from commands import events, kit
from commands.admin_take.texts import say
from commands.events import Event, Row
from commands.message import Names
from commands.sentences import literal

_MOST_OF_A_REASON: Final = 200


class Taken(Event):
    """`taken_by`: the admin. `reason`: why, in their words; None where others may read it. `name`:
    the card's, None of an amount."""

    taken_by: str
    reason: str | None
    name: Names | None


def event(row: Row) -> Taken:
    return Taken(
        **events.common(row),
        taken_by=row["taken_by"],
        reason=row["reason"],
        name=row.get("name"),
    )


def line(of: Event, lang: str) -> str:
    taken = cast(Taken, of)
    said = say(lang, "line", by=taken["taken_by"])
    what = events.amount(taken, lang) if taken["name"] is None else _card(taken["name"], lang)
    head = events.dated(taken, f"{said} {what}")
    return f"{head}\n{_reason(taken, lang, kit.MAX_LINE - kit.length(head) - 1)}"


def present(of: Event, lang: str) -> str:
    """By whom and how much. Others may read this; the reason is for the player's own history."""
    taken = cast(Taken, of)
    by = taken["taken_by"]
    if taken["name"] is None:
        said = say(lang, "notice", by=by, amount=-taken["amount"])
    else:
        said = say(lang, "notice_card", by=by, card=_card(taken["name"], lang))
    number = say(lang, "notice_receipt_number", receipt_number=taken["interaction_id"])
    return f"{said}\n{number}"


def logged(of: Event, user: str, lang: str) -> str:
    taken = cast(Taken, of)
    by = taken["taken_by"]
    if taken["name"] is None:
        said = say(lang, "logged", by=by, user=user, amount=-taken["amount"])
    else:
        said = say(lang, "logged_card", by=by, user=user, card=_card(taken["name"], lang))
    return f"{said}\n{_reason(taken, lang, events.MOST_OF_AN_ENTRY - kit.length(said) - 1)}"


def _card(name: Names, lang: str) -> str:
    return kit.in_language(name, lang)


def _reason(taken: Taken, lang: str, space: int) -> str:
    """In so many characters: a long reason gives way to a long name of the currency."""
    space -= kit.length(say(lang, "reason", reason=""))
    reason = kit.cut(literal(taken["reason"] or ""), min(space, _MOST_OF_A_REASON))
    return say(lang, "reason", reason=reason)
