"""What completes the option `banner` as it is typed: the banners of this server, as of now.

`interactions` reads it within the three seconds of a first answer, so it is one item, and what
works on a banner's file is loaded for a server that has the sample alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from adapters import inline
from adapters.tables import settings
from commands.asked import Asked
from gacha import names, snowflake
from gacha.game import Game

MAX_CHOICES: Final = 25


def to_pull(asked: Asked) -> list[Mapping[str, Any]]:
    """Discord's choices: what is open, in the server's order."""
    return _choices(asked, only_open=True)


def to_show(asked: Asked) -> list[Mapping[str, Any]]:
    """The same, and after it what is planned or over."""
    return _choices(asked, only_open=False)


def sizes(asked: Asked) -> list[Mapping[str, Any]]:
    """Discord's choices: how many cards at once the banner sells, that was chosen before or that
    the server has first."""
    game, known = _read(asked.guild)
    offers = list(game.open_at(snowflake.created_ms(asked.interaction_id)))
    called = {each.id: known[each.id] for each in offers if each.id in known}
    typed = str(asked.options.get("banner", ""))
    found = [typed] if typed in called else names.matching(typed, called) if typed else []
    chosen = [each for each in offers if each.id in found] or offers
    one, many = (("1 回", "{} 連"), ("1 pull", "{} pulls"))[asked.language != "ja"]
    return [
        {"name": one if size == 1 else many.format(size), "value": size}
        for each in chosen[:1]
        for size in each.sizes
    ]


def _choices(asked: Asked, *, only_open: bool) -> list[Mapping[str, Any]]:
    game, known = _read(asked.guild)
    offers = list(game.open_at(snowflake.created_ms(asked.interaction_id)))
    if not only_open:
        offers += [each for each in game.offered if each not in offers and not each.is_hidden]
    called = {each.id: known[each.id] for each in offers if each.id in known}
    found = names.matching(str(asked.options.get("banner", "")), called)
    return [{"name": called[each][asked.language], "value": each} for each in found[:MAX_CHOICES]]


def _read(guild_id: str) -> tuple[Game, settings.Names]:
    row = inline.setting(guild_id, settings.NAMES) or {}
    game, known = settings.game_of(guild_id, row), row.get("names", {})
    if not game.has_sample:
        return game, known
    from adapters import banners  # who types in another server waits for no parser

    shipped = {each: banners.load(each).name for each in banners.ids()}
    return banners.with_sample(game), {**shipped, **known}
