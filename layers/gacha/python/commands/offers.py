"""Which of the server's banners somebody means, by its offers at the time at which they asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Final

from adapters import banners
from adapters.tables import settings
from commands.asked import Asked
from commands.message import Named, Names, Text, text
from commands.sentences import LANGUAGES
from gacha import names, snowflake
from gacha.game import Game, Offer, version_at, was_out
from gacha.pulling import Refusal

MOST_NAMED: Final = 5
"""Banners that a sentence names where a name fits several."""


def to_pull(asked: Asked, game: Game) -> Offer | Refusal:
    """What is to be pulled: open at the interaction's own time, and by the rules of that time."""
    now = snowflake.created_ms(asked.interaction_id)
    chosen = _chosen(asked, game, game.open_at(now))
    if isinstance(chosen, Refusal):
        return chosen
    if not chosen.is_open(now):
        return Refusal("banner_closed", {"banner": called(game)[chosen.id]})
    return as_of(game, chosen, now)


def as_out(game: Game, made_ms: int) -> Game:
    """The game without what was first published after something was asked for; with the sample,
    where nothing else was out. So a pull that is drawn again is of what it was of before. Costs a
    read for each banner where somebody published in between."""
    if made_ms >= game.published_ms:
        return game
    out = [
        each for each in game.offers if was_out(settings.versions(game.guild_id, each.id), made_ms)
    ]
    return replace(game, offers=tuple(out), has_sample=game.has_sample or not out)


def as_of(game: Game, offer: Offer, made_ms: int) -> Offer:
    """The offer by the rules that held when it was asked for, with the amounts of shards that went
    with them. Who publishes in between changes no pull that runs, however often it is drawn again.
    Costs a read where somebody did."""
    if made_ms >= game.published_ms:
        return offer
    held = version_at(settings.versions(game.guild_id, offer.id), made_ms)
    if held is None:
        return offer
    # A version of before 2026-11-29 names no look.
    return replace(offer, rules=held.rules, look=held.look or offer.look)


def to_show(asked: Asked, game: Game) -> Offer | Refusal:
    """What is to be shown: planned and ended ones, too."""
    now = snowflake.created_ms(asked.interaction_id)
    return _chosen(asked, game, game.open_at(now) or _visible(game))


def among(asked: Asked, game: Game, there: Sequence[Offer]) -> Offer | Refusal | None:
    """The one of these banners that was named, by its id or name. None where it is another of the
    server's."""
    typed = asked.text("banner")
    known = called(game)
    shown = {each.id: known[each.id] for each in there}
    ids = [typed] if typed in shown else names.matching(typed, shown)
    hits = [each for each in there if each.id in ids]
    if len(hits) == 1:
        return hits[0]
    if hits:
        return Refusal("several_banners", {"banner": typed, "banners": _listed(hits, known)})
    visible = {each.id: known[each.id] for each in _visible(game)}
    is_other = typed in visible or names.matching(typed, visible)
    return None if is_other else Refusal("no_banner", {"banner": typed})


def open_beside(asked: Asked, game: Game, offer: Offer, count: int) -> list[Named]:
    """What else was open at the interaction's own time and sells so many cards at once. What the
    player has used up is among them: its file says so, and a pull reads no other banner's. A press
    is refused with what else there is."""
    there = game.open_at(snowflake.created_ms(asked.interaction_id))
    others = [each for each in there if each.id != offer.id and count in each.sizes]
    known = called(game) if others else {}
    return [{"id": each.id, "name": known[each.id]} for each in others]


def sentence(of: Refusal) -> Text:
    """The same for a command that only reads."""
    return text(of.sentence, **of.values)


def called(game: Game) -> Mapping[str, Names]:
    """What the banners that the server offers are called. Costs a read, once for each version of
    the game, where there are any of the server's own."""
    known: dict[str, Names] = {each.id: dict(banners.load(each.id).name) for each in game.sample}
    if game.offers:
        known |= _own_names(game.guild_id, game.version)
    # Who publishes meanwhile may have taken a name away.
    nameless = (each.id for each in game.offered if each.id not in known)
    return {**known, **{banner_id: dict.fromkeys(LANGUAGES, banner_id) for banner_id in nameless}}


@lru_cache(maxsize=256)
def _own_names(guild_id: str, _version: int) -> Mapping[str, Names]:
    return settings.names(guild_id)


def _visible(game: Game) -> tuple[Offer, ...]:
    return tuple(each for each in game.offered if not each.is_hidden)


def _chosen(asked: Asked, game: Game, otherwise: Sequence[Offer]) -> Offer | Refusal:
    """The banner that was named, or the default one, which is among `otherwise`."""
    if "banner" not in asked.options:
        default = game.default_at(snowflake.created_ms(asked.interaction_id))
        if default is None and not otherwise:
            return Refusal("nothing_open", {})
        return default or otherwise[0]
    typed = asked.text("banner")
    visible = _visible(game)
    for each in visible:
        if each.id == typed:
            return each
    known = called(game)
    found = names.matching(typed, {each.id: known[each.id] for each in visible})
    # A name may fit what is over as well: who names it means what is open.
    hits = [each for each in otherwise if each.id in found] or [
        each for each in visible if each.id in found
    ]
    if len(hits) == 1:
        return hits[0]
    if not hits:
        if typed in known:  # hidden, or by a button of before the server had one of its own
            return Refusal("banner_closed", {"banner": known[typed]})
        return Refusal("no_banner", {"banner": typed})
    return Refusal("several_banners", {"banner": typed, "banners": _listed(hits, known)})


def _listed(hits: Sequence[Offer], known: Mapping[str, Names]) -> Names:
    listed = {}
    for language in LANGUAGES:
        first = [known[each.id][language] for each in hits[:MOST_NAMED]]
        more = ["…"] if len(hits) > MOST_NAMED else []
        listed[language] = ("、" if language == "ja" else ", ").join(first + more)
    return listed
