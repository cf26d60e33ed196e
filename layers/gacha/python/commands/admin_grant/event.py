"""A present in the history, and as the player is told of it."""

from __future__ import annotations

from typing import Final, cast

from commands import events, kit
from commands.admin_grant.texts import say
from commands.events import Event, Row
from commands.sentences import literal

_MOST_OF_A_REASON: Final = 200


class Granted(Event):
    """`granted_by`: the admin; None where the server itself gave it. `compensates`: the receipt
    number of the pull that it makes up for."""

    reason: str | None
    compensates: str | None
    granted_by: str | None


def event(row: Row) -> Granted:
    return Granted(
        **events.common(row),
        reason=row.get("reason"),
        compensates=row.get("compensates"),
        granted_by=row.get("granted_by"),
    )


def line(of: Event, lang: str) -> str:
    grant = cast(Granted, of)
    said = say(lang, "line" if grant["granted_by"] else "line_of_server", by=grant["granted_by"])
    head = events.dated(grant, f"{said} {events.amount(grant, lang)}")
    return "\n".join([head, *_note(grant, lang, kit.MAX_LINE - kit.length(head) - 1)])


def present(of: Event, lang: str) -> str:
    """From whom and how much. Others may read this; the reason is for the player's own history."""
    grant = cast(Granted, {**of, "reason": None})
    sentence = "present" if grant["granted_by"] else "present_of_server"
    said = say(lang, sentence, by=grant["granted_by"], amount=grant["amount"])
    number = say(lang, "present_receipt_number", receipt_number=grant["interaction_id"])
    return "\n".join([said, *_note(grant, lang, kit.MAX_LINE), number])


def logged(of: Event, user: str, lang: str) -> str:
    grant = cast(Granted, of)
    said = say(lang, "logged", by=grant["granted_by"], user=user, amount=grant["amount"])
    return "\n".join([said, *_note(grant, lang, events.MOST_OF_AN_ENTRY - kit.length(said) - 1)])


def _note(grant: Granted, lang: str, space: int) -> list[str]:
    """Why somebody was given something, if it is known, in so many characters: a long reason gives
    way to a long name of the currency."""
    lines = []
    if grant["compensates"]:
        lines.append(say(lang, "compensates", pull=grant["compensates"]))
        space -= kit.length(lines[0]) + 1
    if grant["reason"]:
        space -= kit.length(say(lang, "reason", reason=""))
        reason = kit.cut(literal(grant["reason"]), min(space, _MOST_OF_A_REASON))
        lines.insert(0, say(lang, "reason", reason=reason))
    return lines
