"""Takes a picture out of all that shows it, or puts it back, for the room that asked for it."""

from __future__ import annotations

import unpack
from adapters import files
from adapters.tables import settings
from commands import admission, redactions
from commands.asked import Asked
from commands.redacting import Server
from gacha.making.redaction import Redaction
from gacha.pulling import Refusal


def is_asked(asked: Asked) -> bool:
    return asked.command in redactions.ROOMS


def is_reported(asked: Asked) -> bool:
    """Whether it was a report that counts, of which the operator is told (PictureReportedRule)."""
    return asked.command == "report" and not redact(asked).problem


def redact(asked: Asked) -> Redaction:
    """What is made of it; what is there, where a run before made it."""
    try:
        return Redaction.read(files.get_upload(asked.interaction_id, Redaction.NAME))
    except files.MissingError:
        made = _redacted(asked)
        files.put_upload(asked.interaction_id, Redaction.NAME, made.written(), unpack.JSON)
        return made


def _redacted(asked: Asked) -> Redaction:
    game, art = settings.game(asked.guild), asked.text("art")
    is_report = asked.command == "report"
    if admission.refusal(asked, game) is not None:  # Plan says which
        return Redaction(art, problem="refused")
    if is_report and isinstance(redactions.report(asked), Refusal):
        return Redaction(art, problem="refused")
    server = Server(asked.guild, game, art)
    if asked.options.get("do") == "show":
        return server.shown_again()
    return server.taken_out(int(asked.text("number")), for_good=not is_report)
