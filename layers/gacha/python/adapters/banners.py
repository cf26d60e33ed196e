"""The banners that ship with the stack, parsed once per running function."""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import Any, Final

from gacha import banner, texts

_FOLDER: Final = resources.files("gacha") / "banners"


@cache
def load(banner_id: str) -> banner.Banner:
    """The banner of this id. Raises BannerError for a broken file, KeyError for none."""
    if banner_id not in ids():
        raise KeyError(banner_id)
    file = f"{banner_id}.toml"
    return banner.parse((_FOLDER / file).read_bytes(), file)


@cache
def ids() -> tuple[str, ...]:
    """The ids of all banners, sorted."""
    names = (file.name for file in _FOLDER.iterdir())
    return tuple(sorted(name.removesuffix(".toml") for name in names if name.endswith(".toml")))


def card(of: banner.Banner, card_id: str) -> dict[str, Any]:
    """A card as messages show it; `rank` is its rarity's place in the banner, 0 the highest.

    A card that this version of the banner no longer has goes by its id.
    """
    rarities = [rarity.id for rarity in of.rarities]
    for each in of.cards:
        if each.id == card_id:
            return {
                "id": each.id,
                "name": dict(each.name),
                "rarity": each.rarity,
                "rank": rarities.index(each.rarity),
                "featured": each.featured,
            }
    name = dict.fromkeys(texts.LANGUAGES, card_id)
    return {"id": card_id, "name": name, "rarity": "", "rank": len(rarities), "featured": False}
