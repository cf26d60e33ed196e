"""Which kinds of rules a banner has, as plain data for one line of a message."""

from __future__ import annotations

from typing import Any

from gacha import rules
from gacha.banner import TEN, Banner

Feature = dict[str, Any]
"""`kind`, and the numbers of its sentence (`commands.banners`)."""


def of(banner: Banner) -> list[Feature]:
    """From what a player asks for first; empty where nothing but the rates decides. Points are not
    among them as long as nothing takes them."""
    top = banner.rarities[0]
    found: list[Feature] = []
    if (limit := banner.limit) is not None:
        if limit.total is not None:
            found.append({"kind": "limit", "total": limit.total, **rules.packs(banner)})
        if limit.per_day is not None:
            found.append({"kind": "limit_day", "per_day": limit.per_day})
        if limit.prices[:1] == (0,):
            found.append({"kind": "first_free" if limit.per_day is None else "first_free_daily"})
    if top.ceiling is not None:
        found.append({"kind": "pity", "pulls": top.ceiling})
    if top.guarantee:
        found.append({"kind": "guarantee"})
    if banner.shared is not None:
        found.append({"kind": "shared", "stock": sum(card.stock or 0 for card in banner.cards)})
    elif banner.box is not None:
        found.append({"kind": "box"})
    if any(rarity.no_repeats for rarity in banner.rarities):
        found.append({"kind": "no_repeats"})
    multis = [each for each in banner.multis if each.size in banner.sizes]
    if banner.step_up in multis:
        found.append({"kind": "step_up", "steps": banner.steps})
    elif sure := [each for each in multis if rules.is_sure(banner, each)]:
        found.append({"kind": "ten" if any(each.size == TEN for each in sure) else "multi"})
    if any(multi.wholes for multi in multis):
        found.append({"kind": "whole"})
    if banner.promises:
        found.append({"kind": "promise"})
    if banner.carry_over:
        found.append({"kind": "carry_over"})
    return found
