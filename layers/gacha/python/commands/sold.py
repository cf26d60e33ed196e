"""The box of a banner that a server shares, as the workers find it: from which tickets are drawn,
and what is said of it to whoever looks."""

from __future__ import annotations

from functools import partial
from typing import Any, Final

from adapters import seeds
from adapters.tables import boxes, ledger, settings
from commands import admission
from commands.asked import Asked
from commands.decisions import Shown
from commands.message import text
from gacha import engine, pulling, shared_box, snowflake
from gacha.banner import Banner
from gacha.game import Game, Offer
from gacha.player import Player
from gacha.pulling import Refusal
from gacha.shared_box import Box, Drawn

_NEXT: Final = "box_next"
"""What is said of a box from which nothing is drawn yet."""

OVER: Final = "shared_over"
"""How it is said that the last box is sold out."""


def draw(
    asked: Asked, current: Player, game: Game, offer: Offer, banner: Banner, now_ms: int
) -> Drawn | Refusal | Shown:
    """Tickets of the box that the server shares, for a player; `now_ms` is when this is decided.

    The box is read last: between this and Record lies all the time in which somebody else can be
    faster.
    """
    assert banner.shared is not None
    at_ms = snowflake.created_ms(asked.interaction_id)
    ages = banner.shared.account_days, banner.shared.member_days
    if young := admission.too_young(asked, *ages):
        return young
    if (stale := asked.options.get("bought")) is not None and int(stale) != bought(current, banner):
        return Refusal("stale_pull", {}, is_stale=True)
    client_seed = pulling.client_seed_at(
        current, asked.interaction_id, partial(ledger.event_at, current.key)
    )
    box = now(game, offer, banner, at_ms)
    if isinstance(box, Refusal):
        return box
    if box.epoch < seeds.commit_box(box.name)[0]:
        anew = shared_box.begun_anew(box, seeds.commit_box)
        values = {"banner": dict(banner.name), "number": box.number, "commitment": anew.commitment}
        return Shown(text("box_begun_anew", **values), "refused", kept=[boxes.put(anew)])
    key = seeds.buyer_key(box.name, asked.user_id)
    return shared_box.pull(
        current,
        banner,
        offer,
        box,
        asked.number("count") if "count" in asked.options else 1,
        asked.interaction_id,
        seeds.box_seed(box.name, box.epoch),
        shared_box.who(current, asked.user_id, box.name, key, client_seed),
        settings.economy(asked.guild).clock(game, at_ms),
        now_ms,
        seeds.commit_box,
    )


def now(game: Game, offer: Offer, banner: Banner, at_ms: int) -> Box | Refusal:
    """The box from which something that was made at `at_ms` is drawn, or why there is none. One
    read."""
    stored = boxes.load(game.guild_id, offer.id)
    box = _of(stored, game, banner, at_ms)
    if isinstance(box, Box):
        return box
    values = {"banner": dict(banner.name)}
    if stored is not None and at_ms < stored.from_ms:
        return Refusal(_NEXT, {**values, "number": stored.number, "from": stored.opens})
    return Refusal(box, values)


def _of(stored: Box | None, game: Game, banner: Banner, at_ms: int) -> Box | str:
    # What was published of other rules closes the box. When that was, is known of the game alone.
    since_ms = min(game.published_ms, at_ms)
    return shared_box.now(stored, banner, game.guild_id, at_ms, since_ms, seeds.commit_box)


def bought(player: Player, banner: Banner) -> int:
    """Tickets of a banner that the player ever drew, which the buttons of a result carry: they are
    good until the player draws again."""
    counted: int = player.states.get(banner.state_key, {}).get("limit", {}).get("all", 0)
    return counted


def tickets(banner: Banner) -> int:
    """How many a full box holds."""
    return shared_box.tickets(banner)


def box(game: Game, offer: Offer, banner: Banner, at_ms: int) -> Box | None:
    """The box for whoever looks now, the last one where it is sold out; None while the next one is
    about to begin, and of a banner without a shared box, where nothing is read."""
    if banner.shared is None:
        return None
    stored = boxes.load(game.guild_id, offer.id)
    found = _of(stored, game, banner, at_ms)
    if found == shared_box.SOLD_OUT:
        return stored
    return found if isinstance(found, Box) else None


def seen(
    game: Game, offer: Offer, banner: Banner, of: engine.State, at_ms: int
) -> tuple[engine.State, list[dict[str, Any]]]:
    """The player's state `of` a banner with what is in the box that the server shares, and how that
    stands, for whoever looks now; of any other banner as it is. One read."""
    if banner.shared is None:
        return of, []
    box = now(game, offer, banner, at_ms)
    if isinstance(box, Refusal):
        if box.sentence == _NEXT:
            coming = {key: box.values[key] for key in ("number", "from")}
            return of, [{"kind": "shared_next", **coming}]
        return of, [{"kind": OVER}] if box.sentence == shared_box.SOLD_OUT else []
    standing = shared_box.standing(banner, box.number, box.left(banner), box.turn)
    return of._replace(drawn=box.state(banner).drawn), standing
