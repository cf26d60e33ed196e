"""What the files of banners say, for versions that players drew from."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Final

from gacha import banner, chains, engine
from gacha.banner import Banner
from gacha.errors import GachaError
from scripts import ROOT
from scripts.analytics.database import Rules

SHIPPED: Final = ROOT / "layers/gacha/python/gacha/banners"

FileOf = Callable[[str], bytes | None]
"""A banner's file by its hash; None where there is none."""


def read(hashes: Iterable[str], file_of: FileOf) -> Mapping[str, Banner]:
    """The versions by hash, as far as their files are there and are what their hash says."""
    shipped = {
        each.hash: each
        for each in (banner.parse(path.read_bytes(), path.name) for path in SHIPPED.glob("*.toml"))
    }
    found = dict[str, Banner]()
    for each in hashes:
        known = shipped.get(each) or _parsed(each, file_of)
        if known is not None and known.hash == each:
            found[each] = known
    return found


def _parsed(banner_hash: str, file_of: FileOf) -> Banner | None:
    content = file_of(banner_hash)
    if content is None:
        return None
    try:
        return banner.parse(content, f"{banner_hash}.toml")
    except GachaError:  # of a newer version of the format, or not a banner at all
        return None


def rules(of: Mapping[str, Banner]) -> list[Rules]:
    return [Rules(hash_, start(each), sorted(top(each))) for hash_, each in of.items()]


def top(of: Banner) -> frozenset[str]:
    """The cards of the highest rarity."""
    return chains.members(of.rarities[0])


def start(of: Banner) -> str:
    """The state of a new player, as the relation `events` has states."""
    apart = ("points", "exchanged", "limit")
    state = {name: each for name, each in engine.start(of).to_dict().items() if name not in apart}
    return json.dumps(state, sort_keys=True, separators=(",", ":"))
