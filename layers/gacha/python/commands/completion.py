"""What completes the options `banner`, `count` and `goal` as they are typed: the banners of this
server, as of now, and what one of them sells and has.

`interactions` reads it within the three seconds of a first answer, so it is one item, and what
works on a banner's file is loaded for a server that has the sample alone, and for goals.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, cast

from adapters import inline
from adapters.tables import settings
from commands.asked import Asked
from gacha import names, snowflake
from gacha.game import Game

if TYPE_CHECKING:
    from gacha.banner import Banner

MAX_CHOICES: Final = 25


def to_pull(asked: Asked) -> list[Mapping[str, Any]]:
    """Discord's choices: what is open, in the server's order."""
    return _choices(asked, only_open=True)


def to_buy(asked: Asked) -> list[Mapping[str, Any]]:
    """The same without those of limited stock, whose cards nobody sells."""
    return _choices(asked, only_open=True, only_sold=True)


def to_show(asked: Asked) -> list[Mapping[str, Any]]:
    """The same, and after it what is planned or over."""
    return _choices(asked, only_open=False)


def is_one(guild_id: str, row: Mapping[str, Any], typed: str, at_ms: int) -> bool:
    """Whether this means one banner that a panel can be of: open or planned, as `offers.to_show`
    finds it. `row` is the setting `settings.NAMES`."""
    game, known = _known(guild_id, row)
    visible = [each for each in game.offered if not each.is_hidden]
    found = [each for each in visible if each.id == typed]
    if not found:
        ids = names.matching(typed, {each.id: known[each.id] for each in visible})
        there = [each for each in game.open_at(at_ms) if each.id in ids]
        found = there or [each for each in visible if each.id in ids]
    return len(found) == 1 and (found[0].ends_ms is None or at_ms < found[0].ends_ms)


def sizes(asked: Asked) -> list[Mapping[str, Any]]:
    """Discord's choices: how many cards at once the banner sells, that was chosen before or that
    the server has first."""
    game, known = _read(asked.guild)
    offers = list(game.open_at(snowflake.created_ms(asked.interaction_id)))
    called = {each.id: known[each.id] for each in offers if each.id in known}
    typed = str(asked.options.get("banner", ""))
    found = [typed] if typed in called else names.matching(typed, called) if typed else []
    chosen = [each for each in offers if each.id in found] or offers
    is_english = asked.language != "ja"
    return [
        {"name": _SIZES[each.is_shared, size > 1][is_english].format(size), "value": size}
        for each in chosen[:1]
        for size in each.sizes
    ]


_SIZES: Final = {
    (False, False): ("1 回", "1 pull"),
    (False, True): ("{} 連", "{} pulls"),
    (True, False): ("1 枚", "1 ticket"),
    (True, True): ("最大 {} 枚まとめて", "up to {} tickets"),
}
"""What each size is called, of a box that the server shares and else, of one and of several."""


def goals(asked: Asked) -> list[Mapping[str, Any]]:
    """Discord's choices: cards and rarities of the banner that was chosen before, or that is the
    default; where nothing is typed, what is mostly wanted. Of limited stock there are none."""
    return inline.read(asked.guild, lambda reader: _goals(asked, reader))


def _goals(asked: Asked, reader: inline.Reader) -> list[Mapping[str, Any]]:
    from adapters import banners, files  # as below
    from commands.rates.show import Goal, called
    from gacha import goals

    game, known = _known(asked.guild, reader.setting(asked.guild, settings.NAMES) or {})
    visible = [each for each in game.offered if not each.is_hidden]
    typed = str(asked.options.get("banner", ""))
    names_of = {each.id: known[each.id] for each in visible if each.id in known}
    chosen = [typed] if typed in names_of else names.matching(typed, names_of) if typed else []
    default = game.default_at(snowflake.created_ms(asked.interaction_id))
    wanted = chosen[0] if chosen else default.id if default else ""
    offer = next((each for each in visible if each.id == wanted), None)
    if offer is None or offer.is_shared:
        return []
    if offer in game.offers:
        banner = _rules(reader.file(files.BANNERS, offer.rules))
    else:
        banner = banners.load(offer.id)
    goal = names.one_line(str(asked.options.get("goal", "")))
    found = goals.looked_for(goal, banner) if names.is_seen(goal) else goals.offered(banner)
    named = [cast(Goal, goals.named(each, banner)) for each in found[:MAX_CHOICES]]
    return [{"name": called(each, asked.language)[:100], "value": each["of"]} for each in named]


@lru_cache(maxsize=4)
def _rules(toml: bytes) -> Banner:
    """Parsed once for all that is typed."""
    from gacha import banner

    return banner.parse(toml, "offered.toml")


def _choices(asked: Asked, *, only_open: bool, only_sold: bool = False) -> list[Mapping[str, Any]]:
    game, known = _read(asked.guild)
    offers = list(game.open_at(snowflake.created_ms(asked.interaction_id)))
    if not only_open:
        offers += [each for each in game.offered if each not in offers and not each.is_hidden]
    called = {
        each.id: known[each.id]
        for each in offers
        if each.id in known and not (only_sold and each.is_shared)
    }
    found = names.matching(str(asked.options.get("banner", "")), called)
    return [{"name": called[each][asked.language], "value": each} for each in found[:MAX_CHOICES]]


def _read(guild_id: str) -> tuple[Game, settings.Names]:
    return _known(guild_id, inline.setting(guild_id, settings.NAMES) or {})


def _known(guild_id: str, row: Mapping[str, Any]) -> tuple[Game, settings.Names]:
    game, known = settings.game_of(guild_id, row), row.get("names", {})
    if not game.has_sample:
        return game, known
    from adapters import banners  # who types in another server waits for no parser

    shipped = {each: banners.load(each).name for each in banners.ids()}
    return banners.with_sample(game), {**shipped, **known}
