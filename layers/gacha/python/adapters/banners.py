"""Banners, parsed once per running function: those that ship, and others by their file's hash."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from functools import cache, lru_cache
from typing import Any, Final

from adapters import aws, files
from adapters.logs import log
from adapters.tables import settings
from gacha import banner
from gacha.errors import BannerError
from gacha.game import Game, Offer

_FOLDER: Final = os.path.join(os.path.dirname(banner.__file__), "banners")


@cache
def load(banner_id: str) -> banner.Banner:
    """The banner of this id. Raises BannerError for a broken file, KeyError for none."""
    if banner_id not in ids():
        raise KeyError(banner_id)
    return banner.parse(_read(banner_id), f"{banner_id}.toml")


def load_all() -> None:
    """Parse them while the function starts and has a whole processor. One that is broken is told of
    by the run that needs it."""
    for banner_id in ids():
        with suppress(BannerError):
            load(banner_id)


def text(banner_id: str) -> str:
    """The file of a banner that ships with the stack."""
    return _read(banner_id).decode()


def game(guild_id: str) -> Game:
    """A server's game as of now, with what ships with the stack."""
    return with_sample(settings.game(guild_id))


def with_sample(of: Game) -> Game:
    return replace(of, sample=sample())


def sample() -> tuple[Offer, ...]:
    """What ships with the stack, as a new server offers it. Raises BannerError."""
    shipped = ((banner_id, load(banner_id)) for banner_id in ids())
    return tuple(
        Offer(
            banner_id,
            each.hash,
            starts_ms=each.starts_ms,
            ends_ms=each.ends_ms,
            sizes=each.sizes,
        )
        for banner_id, each in shipped
    )


def offered(guild_id: str, offer: Offer) -> banner.Banner:
    """The banner that a server offers."""
    return load_version(guild_id, offer.id, offer.rules)


def load_version(guild_id: str, banner_id: str, banner_hash: str) -> banner.Banner:
    """The banner as it was when a server drew from it, whatever ships now. Raises KeyError where
    nobody has it, DamagedError or AwsError."""
    if banner_id in ids() and load(banner_id).hash == banner_hash:
        return load(banner_id)
    return _kept(guild_id, banner_hash)


def file_of(guild_id: str, banner_id: str, banner_hash: str) -> str:
    """The text of the file that `load_version` reads."""
    if banner_id in ids() and load(banner_id).hash == banner_hash:
        return text(banner_id)
    return _kept_text(guild_id, banner_hash)


def look(offer: Offer) -> Mapping[str, Any]:
    """What the banner that is offered looks like (`gacha.making.compiling.look`). It is no part of
    the rules, so one that cannot be read is told of in the log, and stops nobody."""
    if not offer.look:
        return {}
    try:
        return _look(offer.look)
    except (LookupError, files.DamagedError, aws.AwsError, ValueError) as error:
        log("a look could not be read", level="ERROR", look=offer.look, error=type(error).__name__)
        return {}


@lru_cache(maxsize=32)
def _look(look_hash: str) -> Mapping[str, Any]:
    read: dict[str, Any] = json.loads(files.get(files.LOOKS, look_hash))
    return read


@lru_cache(maxsize=32)
def _kept(guild_id: str, banner_hash: str) -> banner.Banner:
    return banner.parse(_kept_text(guild_id, banner_hash).encode(), f"{banner_hash}.toml")


def _kept_text(guild_id: str, banner_hash: str) -> str:
    """From the bucket, into which whoever publishes or deploys puts it; else from the server's
    settings, into which pulls put it until 2026-11-29."""
    try:
        return files.get(files.BANNERS, banner_hash).decode()
    except files.MissingError:
        toml = settings.banner_version(guild_id, banner_hash)
        if toml is None:
            raise KeyError(banner_hash) from None
        return toml


@cache
def ids() -> tuple[str, ...]:
    """The ids of all banners, sorted."""
    names = (name for name in os.listdir(_FOLDER) if name.endswith(".toml"))
    return tuple(sorted(name.removesuffix(".toml") for name in names))


def _read(banner_id: str) -> bytes:
    with open(os.path.join(_FOLDER, f"{banner_id}.toml"), "rb") as file:
        return file.read()
