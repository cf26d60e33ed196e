"""What the commands that make presents and codes share: the options that say what is given, how
they are read, and what is confirmed before the first."""

from __future__ import annotations

from typing import Final

from adapters import banners, files
from adapters.tables import settings
from commands import offers
from commands.asked import Asked
from commands.message import Names
from gacha import names, server
from gacha.game import Game
from gacha.making.cards import Cards
from gacha.making.stored import CARDS, CardsPointer
from gacha.presents import PLEDGE, Gift
from gacha.pulling import Refusal

DAY_MS: Final = 24 * 60 * 60 * 1000
TICKET_DAYS: Final = 30
"""How long tickets are good where nobody says it."""
_MOST_NAMED: Final = 5


def gift(asked: Asked, game: Game) -> Gift | Refusal:
    """What the options say is given."""
    known = banners.with_sample(game)
    tickets = int(asked.options.get("tickets", 0))
    called: dict[str, Names] = {}
    banner = card = ""
    number = 0
    if tickets and "banner" in asked.options:
        offer = offers.to_show(asked, known)
        if isinstance(offer, Refusal):
            return offer
        banner, called[offer.id] = offer.id, offers.called(known)[offer.id]
    if not tickets and {"banner", "ticket_days"} & asked.options.keys():
        return Refusal("no_tickets", {})
    if "card" in asked.options:
        found = _card(asked, known)
        if isinstance(found, Refusal):
            return found
        card, number, called[card] = found
    given = Gift(
        coins=int(asked.options.get("coins", 0)),
        shards=int(asked.options.get("shards", 0)),
        tickets=tickets,
        ticket_days=int(asked.options.get("ticket_days", TICKET_DAYS)) if tickets else 0,
        banner=banner,
        card=card,
        number=number,
        names={id_: dict(name) for id_, name in called.items()},
    )
    return given or Refusal("nothing_given", {})


def _card(asked: Asked, game: Game) -> tuple[str, int, Names] | Refusal:
    """A card of the server's own, or of the sample while it is offered."""
    typed = names.one_line(asked.text("card"))
    known = _cards(asked, game)
    found = names.numbered(typed, {each: name for each, (_, name) in known.items()})
    if len(found) == 1:
        return known[found[0]][0], found[0], known[found[0]][1]
    if not found:
        return Refusal("no_card", {"card": typed})
    shown = found[:_MOST_NAMED]
    listed = {
        lang: mark.join([*(f"{each} {known[each][1][lang]}" for each in shown)])
        for lang, mark in (("ja", "、"), ("en", ", "))
    }
    return Refusal("several_cards", {"card": typed, "cards": listed})


def _cards(asked: Asked, game: Game) -> dict[int, tuple[str, Names]]:
    """Their ids and names, by number."""
    known: dict[int, tuple[str, Names]] = {}
    if game.has_sample:
        for each in game.sample:
            for card in banners.load(each.id).cards:
                known[card.number] = (card.id, dict(card.name))
    pointer = CardsPointer.read(settings.setting(asked.guild, CARDS))
    if pointer.file:
        own = Cards.read(files.get(files.CARDS, pointer.file))
        known |= {number: (card.id, card.names) for number, card in own.by_number.items()}
    return known


# --- before the first -----------------------------------------------------------------------------


def is_pledged(guild_id: str) -> bool:
    return settings.setting(guild_id, PLEDGE) is not None


def pledge(asked: Asked) -> server.Setting:
    """Who confirmed it, and when."""
    return server.Setting(PLEDGE, 1, {"by": asked.admin, "made": asked.interaction_id})
