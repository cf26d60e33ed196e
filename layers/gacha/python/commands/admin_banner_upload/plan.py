"""An upload that the workshop has worked off: its draft takes the place of the one before."""

from __future__ import annotations

from adapters.tables import settings
from commands import decisions, drafts
from commands.admin_banner_upload.show import Upload
from commands.asked import Asked
from commands.decisions import ServerDecided, Shown
from commands.events import Row
from gacha import kinds
from gacha.game import Game
from gacha.making.stored import CARDS, CardsPointer, DraftPointer, draft_setting


def plan(asked: Asked, _game: Game) -> ServerDecided:
    """Who changed the draft, or the server's cards, since the workshop read them was first: nothing
    of theirs is overwritten."""
    made = drafts.manifest(asked.interaction_id)
    if made is None:
        return Shown(_upload("failed"), "refused")
    if made.refusal is not None:
        return Shown({**_upload("refused"), **made.refusal}, "refused")
    cards = CardsPointer.read(settings.setting(asked.guild, CARDS))
    draft = DraftPointer.read(settings.setting(asked.guild, draft_setting(made.banner)))
    if (cards.version, draft.version) != (made.cards_version, made.draft_version):
        by = draft.by if draft.version != made.draft_version else ""
        return Shown({**_upload("stale"), "by": by}, "stale")
    change = drafts.moved(asked, kinds.UPLOAD, made, cards, draft)
    return decisions.recording_of_server(asked, change, recorded)


def recorded(row: Row) -> Upload:
    """What was taken; and what was not, while the manifest is there: for a day."""
    made = drafts.manifest(row["interaction_id"])
    shown: Upload = {
        **_upload("taken"),
        "banner": row["banner"],
        "name": row["name"],
        "cards": row["cards"],
        "pictures": row["pictures"],
    }
    if made is None:
        return shown
    unready = made.unready or {"problems": [], "more": 0}
    shown["notes"] = list(made.notes)
    shown["problems"], shown["more"] = unready["problems"], unready["more"]
    return shown


def _upload(state: str) -> Upload:
    return {
        "kind": "admin banner upload",
        "state": state,
        "banner": "",
        "name": "",
        "cards": 0,
        "pictures": 0,
        "notes": [],
        "problems": [],
        "more": 0,
        "by": "",
    }
