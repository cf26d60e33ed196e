"""A banner's odds, what holds for the player's next pull, and how far they are from a card."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, cast

from adapters import banners
from adapters.tables import players, settings
from commands import cards, offers, sold
from commands.asked import Asked
from commands.message import Names, Text, text
from commands.rates.show import Goal, History, Reach, Table, called
from commands.sentences import LANGUAGES
from gacha import engine, far, goals, names, pulling, purse, rates, snowflake
from gacha.banner import Banner
from gacha.game import Offer
from gacha.player import Player
from gacha.pulling import Refusal

MOST_NAMED: Final = 5
"""Cards that a sentence names where what was typed fits several."""


def answer(asked: Asked) -> Table | Reach | Text:
    game = banners.game(asked.guild)
    offer = offers.to_show(asked, game)
    if isinstance(offer, Refusal):
        return offers.sentence(offer)
    banner = banners.offered(asked.guild, offer)
    current = players.load(asked.player_key)
    stored = current.states.get(banner.state_key, {}) if current else {}
    state = engine.State.from_dict(banner, stored)
    if pulling.has_days(banner):
        now_ms = snowflake.created_ms(asked.interaction_id)
        clock = settings.economy(asked.guild).clock(game, now_ms)
        state = engine.on_day(banner, state, clock.number_of(now_ms))
    if "goal" in asked.options:
        if banner.shared is not None:  # what others draw from it meanwhile, nobody knows
            return text("goal_of_shared", banner=dict(banner.name))
        return _reach(asked, banner, state, current)
    state, of_box = sold.seen(
        game, offer, banner, state, snowflake.created_ms(asked.interaction_id)
    )
    table = rates.table(banner, state)
    return {
        **_history(asked.guild, offer),
        **_emojis(banner, offer),
        "kind": "rates",
        "banner": dict(banner.name),
        "banner_id": banner.id,
        "banner_hash": banner.hash,
        "rarities": table["rarities"],
        "standing": [*of_box, *table["standing"]],
        "goals": [] if banner.shared else _offered(banner),
    }


def _emojis(banner: Banner, offer: Offer) -> History:
    emojis = cards.emojis(banner, banners.look(offer))
    return {"emojis": emojis} if any(emojis) else {}


def _reach(
    asked: Asked, banner: Banner, state: engine.State, current: Player | None
) -> Reach | Text:
    typed = names.one_line(asked.text("goal"))
    known = goals.of(banner)
    found = [typed] if typed in known else _matching(typed, banner, known)
    if not found:
        return text("no_goal", goal=typed, banner=dict(banner.name))
    if len(found) > 1:
        several = [_named(known[each], banner) for each in found]
        return text("several_goals", goal=typed, goals=_listed(several))
    goal = known[found[0]]
    copies = asked.number("copies") if "copies" in asked.options else 1
    coins = current.balance if current else 0
    if (most := far.most_copies(banner, goal, copies, state)) is not None:
        return text("goal_of_points", goal=_listed([_named(goal, banner)]), most=most)
    reach: Reach = {
        "kind": "reach",
        "banner": dict(banner.name),
        "banner_id": banner.id,
        "goal": _named(goal, banner),
        "copies": copies,
        "coins": coins,
        "points": far.points(banner, goal, state),
        "ways": far.ways(banner, goal, copies, state, coins),
    }
    now_ms = snowflake.created_ms(asked.interaction_id)
    if current and (tickets := purse.good(current, banner.id, now_ms)):
        reach["tickets"] = tickets
    return reach


def _matching(typed: str, banner: Banner, known: Mapping[str, goals.Goal]) -> list[str]:
    """A card's number, or a part of a name; a rarity goes before its featured cards."""
    numbers = {card.number: card for card in banner.cards}
    by_number = names.numbered(typed, {number: card.name for number, card in numbers.items()})
    found = names.matching(
        typed, {of: each.name for of, each in known.items() if not each.is_featured}
    )
    # Of what is called exactly so, a card goes before a rarity, which the list below names, too.
    so = [of for of in found if names.folded(typed) in map(names.folded, known[of].name.values())]
    cards_so = [card.id for card in banner.cards if card.id in so]
    return cards_so or found or [numbers[number].id for number in by_number]


def _offered(banner: Banner) -> list[Goal]:
    return [_named(each, banner) for each in goals.offered(banner)]


def _named(of: goals.Goal, banner: Banner) -> Goal:
    return cast(Goal, goals.named(of, banner))


def _listed(goals: Sequence[Goal]) -> Names:
    listed = {}
    for language in LANGUAGES:
        first = [called(each, language) for each in goals[:MOST_NAMED]]
        more = ["…"] if len(goals) > MOST_NAMED else []
        listed[language] = ("、" if language == "ja" else ", ").join(first + more)
    return listed


def _history(guild_id: str, offer: Offer) -> History:
    """Since when the rules hold, and the rates before. Nobody notes it of what ships."""
    versions = settings.versions(guild_id, offer.id)
    places = [at for at, each in enumerate(versions) if each.rules == offer.rules]
    if not places:
        return {}
    at = places[-1]
    history: History = {"since": versions[at].since_ms // 1000}
    if at:
        before = banners.load_version(guild_id, offer.id, versions[at - 1].rules)
        history["before"] = {
            "banner_hash": before.hash,
            "rates": [
                {
                    "rarity": dict(each.name),
                    "rate": rates.percent(each.rate),
                    "ceiling": each.ceiling,
                }
                for each in before.rarities
            ],
        }
    return history
