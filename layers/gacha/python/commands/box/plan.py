"""A player's own box, begun anew once they are sure. Draws depend on what is left in it, so that it
counts within the player's epoch."""

from __future__ import annotations

from typing import Final

from adapters import banners
from adapters.tables import ledger
from commands import cards, decisions, offers, sure
from commands.asked import Asked
from commands.box.show import Box, Left
from commands.decisions import Decided, Shown
from commands.events import Row
from commands.message import Text, text
from gacha import changes, engine, kinds, rules, snowflake
from gacha.banner import Banner
from gacha.engine import State
from gacha.game import Game, Offer
from gacha.player import Player
from gacha.pulling import Refusal

_LATEST: Final = 10
"""Rows of the ledger in which one is looked for that was begun already."""


def plan(asked: Asked, current: Player, game: Game) -> Decided:
    """What is shown is as of now. What is done is done as somebody saw it, or not at all."""
    if sure.is_(asked) and (instead := decisions.instead_in_epoch(asked, current)):
        return instead
    made_ms = snowflake.created_ms(asked.interaction_id)
    game = offers.as_out(banners.with_sample(game), made_ms)
    offer = offers.to_pull(asked, game)
    if isinstance(offer, Refusal):
        return offer
    banner = banners.offered(asked.guild, offer)
    if banner.reset is None:
        return Refusal("not_here", {"banner": dict(banner.name)}, is_stale=True)
    state = State.from_dict(banner, current.states.get(banner.state_key, {}))
    left = engine.in_box(banner, state)
    if sure.is_(asked) and asked.text("left") != str(left):
        return _done(asked, current, banner) or Refusal("stale_box", {"left": left}, is_stale=True)
    if not engine.may_reset(banner, state):
        return Shown(_stands(banner, offer, state, may=False), "refused")
    if not sure.is_(asked):
        return Shown(_stands(banner, offer, state, may=True), "asked")
    return decisions.recording(asked, changes.begin_box(current, banner, offer), recorded)


def recorded(row: Row) -> Text:
    banner = banners.load_version(row["guild_id"], row["banner"], row["banner_hash"])
    return text("begun", banner=dict(banner.name), lost=row["lost"], left=row["left"])


def _stands(banner: Banner, offer: Offer, state: State, *, may: bool) -> Box:
    """What is left of which card, the highest rarity first, and whether it can be given up."""
    drawn = dict(state.drawn)
    listed: list[Left] = []
    emojis = cards.emojis(banner, banners.look(offer))
    for rank, rarity in enumerate(banner.rarities):
        for card in rarity.cards:
            if copies := (card.stock or 0) - drawn[card.id]:
                left: Left = {"name": dict(card.name), "rank": rank, "copies": copies}
                listed.append(left | {"emoji": emojis[rank]} if emojis[rank] else left)
    return {
        "kind": "box",
        "banner": {"id": banner.id, "name": dict(banner.name)},
        "may": may,
        "left": engine.in_box(banner, state),
        "full": engine.in_box(banner, engine.start(banner)),
        "cards": listed,
        "standing": [
            each
            for each in rules.standing(banner, state)
            if each["kind"] in ("box_reset_after", "box_refill")
        ],
    }


def _done(asked: Asked, current: Player, banner: Banner) -> Refusal | None:
    """What the ledger's latest rows have of just this: the same box, begun anew with so many left.
    Then the question was answered before, by a press that perhaps nobody saw arrive."""
    for row in ledger.page(current.key, _LATEST).rows:
        is_it = row["kind"] == kinds.BOX and row["banner"] == banner.id
        if is_it and str(row["lost"]) == asked.text("left"):
            at = snowflake.created_ms(row["interaction_id"]) // 1000
            return Refusal("already_done", {"done": row["interaction_id"], "at": at}, is_stale=True)
    return None
