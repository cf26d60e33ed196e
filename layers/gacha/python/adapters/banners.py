"""The banners that ship with the stack, parsed once per running function."""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import Final

from adapters.tables import items, settings
from gacha import banner

_seen: Final[set[tuple[str, str]]] = set()
"""Banner versions that a server's table was seen to hold; nothing ever removes one."""

_FOLDER: Final = resources.files("gacha") / "banners"


@cache
def load(banner_id: str) -> banner.Banner:
    """The banner of this id. Raises BannerError for a broken file, KeyError for none."""
    if banner_id not in ids():
        raise KeyError(banner_id)
    file = f"{banner_id}.toml"
    return banner.parse((_FOLDER / file).read_bytes(), file)


def text(banner_id: str) -> str:
    """The file of a banner that ships with the stack."""
    return (_FOLDER / f"{banner_id}.toml").read_bytes().decode()


def load_version(guild_id: str, banner_id: str, banner_hash: str) -> banner.Banner:
    """The banner as it was when a server drew from it, whatever ships now."""
    if banner_id in ids() and load(banner_id).hash == banner_hash:
        return load(banner_id)
    return _kept(guild_id, banner_hash)


def version_to_keep(guild_id: str, of: banner.Banner) -> items.Item | None:
    """What a pull's transaction has to add, so that its receipt can be verified for ever: the
    banner's file, unless the server's table holds it."""
    if (guild_id, of.hash) not in _seen:
        if settings.banner_version(guild_id, of.hash) is None:
            return settings.keep_version(guild_id, of.hash, text(of.id))
        _seen.add((guild_id, of.hash))
    return None


def file_of(guild_id: str, banner_id: str, banner_hash: str) -> str:
    """The text of the file that `load_version` reads."""
    if banner_id in ids() and load(banner_id).hash == banner_hash:
        return text(banner_id)
    return _kept_text(guild_id, banner_hash)


@cache
def _kept(guild_id: str, banner_hash: str) -> banner.Banner:
    return banner.parse(_kept_text(guild_id, banner_hash).encode(), f"{banner_hash}.toml")


def _kept_text(guild_id: str, banner_hash: str) -> str:
    toml = settings.banner_version(guild_id, banner_hash)
    if toml is None:
        raise KeyError(banner_hash)
    return toml


@cache
def ids() -> tuple[str, ...]:
    """The ids of all banners, sorted."""
    names = (file.name for file in _FOLDER.iterdir())
    return tuple(sorted(name.removesuffix(".toml") for name in names if name.endswith(".toml")))
