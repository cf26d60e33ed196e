"""An export that the workshop has made: noted in the server's log, and handed out part by part."""

from __future__ import annotations

from typing import Any

from adapters.tables import ledger
from commands import decisions, drafts
from commands.admin_banner_export.show import Exported
from commands.asked import Asked
from commands.decisions import ServerDecided, Shown
from commands.events import Row
from gacha import kinds, server, snowflake
from gacha.game import Game
from gacha.pulling import Refusal


def plan(asked: Asked, _game: Game) -> ServerDecided:
    if "part" in asked.options:
        return _part(asked)
    made = drafts.manifest(asked.interaction_id)
    if made is None:
        return Shown(_exported("failed"), "refused")
    if made.refusal is not None:
        shown = _exported("refused", banner=made.banner, name=made.name, **made.refusal)
        return Shown(shown, "refused")
    event = {
        "kind": kinds.EXPORT,
        "by": asked.admin,
        "banner": made.banner,
        "name": made.name,
        "cards": made.count,
        "pictures": made.pictures,
        "parts": list(made.parts),
    }
    return decisions.recording_of_server(asked, server.Change(asked.guild, event), recorded)


def recorded(row: Row) -> Exported:
    return _of_row(row, 1)


def _part(asked: Asked) -> ServerDecided:
    """Whatever a custom id names, it is looked for among the server's own exports."""
    export, part = asked.text("export"), int(asked.text("part"))
    row = None
    if snowflake.canonical(export) == export:
        row = ledger.load(asked.player_key, snowflake.sort_key(export))
    if row is None or row["kind"] != kinds.EXPORT or part > len(row["parts"]):
        return Refusal("gone", {})
    return Shown(_of_row(row, part))


def _of_row(row: Row, part: int) -> Exported:
    return _exported(
        "made",
        banner=row["banner"],
        name=row["name"],
        cards=row["cards"],
        pictures=row["pictures"],
        parts=[int(last) for last in row["parts"]],
        part=part,
        export=row["interaction_id"],
    )


def _exported(state: str, **more: Any) -> Exported:
    empty: Exported = {
        "kind": "admin banner export",
        "state": state,
        "banner": "",
        "name": "",
        "cards": 0,
        "pictures": 0,
        "parts": [],
        "part": 0,
        "export": "",
        "problems": [],
        "more": 0,
    }
    return {**empty, **more}  # type: ignore[typeddict-item]
