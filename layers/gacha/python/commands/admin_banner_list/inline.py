"""The form of when a banner is open, with what holds now, or with what was typed and refused."""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import datetime, tzinfo
from typing import Any, Final

from adapters import inline
from commands import forms
from commands.admin_banner_list.definition import FIELDS
from commands.admin_banner_list.texts import HINTS, say
from commands.asked import Asked
from commands.sentences import word
from gacha import snowflake, zones
from gacha.game import Game

_MOST: Final = 60
_ROOM: Final = "admin banner list"
_KEY: Final = {"server_id", "setting"}


def choices(_asked: Asked, _option: str) -> list[Mapping[str, Any]]:
    """No option of this command is completed."""
    return []


def form(asked: Asked) -> Mapping[str, Any]:
    banner, lang = asked.text("banner"), asked.language
    if asked.text("do") == "again":
        of, seen, values = asked.text("of"), asked.text("seen"), _kept(asked)
    elif "draft" in asked.options:
        of, seen, values = "draft", asked.text("draft"), _of_draft(asked)
    else:
        of, (seen, values) = "offer", _of_offer(asked)
    fields = [forms.Field(each, most=_MOST, hint=word(HINTS[each.id], lang)) for each in FIELDS]
    title = say(lang, "when_publish" if of == "draft" else "when")
    return forms.modal(f"{_ROOM}:period:{of}:{banner}:{seen}", title, fields, values, lang)


def _of_offer(asked: Asked) -> tuple[str, Mapping[str, str]]:
    """Its period; that of one which is over is nobody's wish any more."""
    banner = asked.text("banner")
    game = _game(asked, again=f"{_ROOM}:when:{banner}")
    offer = game.own(banner)
    if offer is None:
        return "0", {}
    over = offer.ends_ms is not None and offer.ends_ms <= snowflake.created_ms(asked.interaction_id)
    starts_ms, ends_ms = (None, None) if over else (offer.starts_ms, offer.ends_ms)
    zone = zones.zone(game.timezone_for(asked.language))
    return offer.period_hash, _written(starts_ms, ends_ms, zone)


def _of_draft(asked: Asked) -> Mapping[str, str]:
    """Its period stands in the custom id, since nothing but one setting can be read in time."""
    banner, draft = asked.text("banner"), asked.text("draft")
    first, last = asked.text("first"), asked.text("last")
    if not first and not last:
        return {}
    game = _game(asked, again=f"{_ROOM}:when:{banner}:{draft}:{first}:{last}")
    starts_ms, ends_ms = (int(each) * 60_000 if each else None for each in (first, last))
    return _written(starts_ms, ends_ms, zones.zone(game.timezone_for(asked.language)))


def _kept(asked: Asked) -> Mapping[str, str]:
    """What this admin typed last, if it was of this banner and is not a day old; else nothing."""
    of, banner, seen = asked.text("of"), asked.text("banner"), asked.text("seen")
    name = forms.setting(asked.command, asked.admin)
    kept = inline.setting(asked.guild, name, again=f"{_ROOM}:again:{of}:{banner}:{seen}")
    if kept is None or kept["expires_at"] < time.time() or kept["values"]["banner"] != banner:
        return {}
    values: Mapping[str, str] = kept["values"]
    return values


def _game(asked: Asked, again: str) -> Game:
    row = inline.setting(asked.guild, "game", again=again) or {}
    return Game.read(asked.guild, {name: row[name] for name in row.keys() - _KEY})


def _written(starts_ms: int | None, ends_ms: int | None, zone: tzinfo) -> dict[str, str]:
    """As a form has them, so that they are read back as the same."""
    return {
        name: ""
        if at_ms is None
        else f"{datetime.fromtimestamp(at_ms // 1000, zone):%Y/%m/%d %H:%M}"
        for name, at_ms in (("starts", starts_ms), ("ends", ends_ms))
    }
