"""A banner that is open or planned, as members are to see it for as long as the message stays; and
a panel that is there already (`drawn`), as it is to be seen now.

Nothing is recorded: the message itself shows who used the command, and changes nothing. Before the
first, its admin confirms what nobody may sell, alone: `present new` records that, and posts the
panel.
"""

from __future__ import annotations

from adapters import banners
from adapters.tables import settings
from commands import giving, offers, panels
from commands.admin_panel.show import Panel, Pledging
from commands.asked import Asked
from commands.message import Text, text
from gacha import snowflake
from gacha.game import Game
from gacha.making.stored import CARDS, CardsPointer
from gacha.pulling import Refusal


def answer(asked: Asked) -> Panel | Pledging | Text:
    game = banners.game(asked.guild)
    offer = offers.to_show(asked, game)
    if isinstance(offer, Refusal):
        return _unpublished(asked, game) or offers.sentence(offer)
    now = snowflake.created_ms(asked.interaction_id)
    is_redrawn = "drawn" in asked.options
    if offer.ends_ms is not None and offer.ends_ms <= now and not is_redrawn:
        return text("over", banner=offers.called(game)[offer.id])
    if not (is_redrawn or giving.is_pledged(asked.guild)):
        return {"kind": "admin panel", "pledge": offer.id}
    return panels.panel(game, offer, now, is_new=not is_redrawn)


def _unpublished(asked: Asked, game: Game) -> Text | None:
    """What is said of a draft, which members cannot see and so no panel shows. Costs a read."""
    if "banner" not in asked.options:
        return None
    drafts = CardsPointer.read(settings.setting(asked.guild, CARDS))
    found = drafts.find(asked.text("banner"))
    if not found or game.offer(found):
        return None
    return text("unpublished", banner=drafts.drafts[found])
