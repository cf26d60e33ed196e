"""A report of a picture: noted once for a member and a picture, and the third hides it."""

from __future__ import annotations

from typing import Final

from adapters.tables import settings
from commands import decisions, redactions
from commands.asked import Asked
from commands.decisions import ServerDecided
from commands.events import Row
from commands.message import Text, text
from gacha import kinds, server
from gacha.game import Game
from gacha.making.stored import PICTURES, REPORTERS, PicturesPointer, Reported
from gacha.names import one_line
from gacha.pulling import Refusal

_NOTHING: Final = redactions.Applied()


def plan(asked: Asked, game: Game) -> ServerDecided:
    guild, reporter, art = asked.guild, asked.admin, asked.text("art")
    report = redactions.report(asked)
    if isinstance(report, Refusal):
        return report
    made = redactions.made(asked)
    if made is None or made.problem:
        return Refusal(made.problem if made else "failed", {})
    pictures = PicturesPointer.read(settings.setting(guild, PICTURES))
    before = pictures.reported.get(art)
    count = (before.count if before else 0) + 1
    hides = count >= REPORTERS and art not in pictures.looked
    applied = redactions.applied(game, made) if hides else _NOTHING
    if applied is None:
        return Refusal("meanwhile", {}, is_stale=True)
    number = int(asked.text("number"))
    event = {
        "kind": kinds.REPORT,
        "by": reporter,
        "art": art,
        "number": number if number in made.cards else made.cards[0],
        "name": dict(made.name),
        "count": count,
        "hidden": int(hides),
        "reason": one_line(str(asked.options.get("reason", ""))).strip(),
    }
    changed = list(applied.settings)
    if art not in pictures.looked:
        after = pictures.with_report(art, Reported(count, made.cards, made.name, hides))
        changed.append(server.Setting(PICTURES, after.version, after.content()))
    change = server.Change(guild, event, applied.game, tuple(changed))
    recording = decisions.recording_of_server(asked, change, recorded)
    noted = [
        *applied.noted,
        settings.put_once(guild, report.once),
        settings.put_once(guild, report.free, expires_at=report.expires),
    ]
    return recording._replace(transaction=[*recording.transaction, *noted])


def recorded(row: Row) -> Text:
    return text("reported_hidden" if row["hidden"] else "reported", name=dict(row["name"]))
