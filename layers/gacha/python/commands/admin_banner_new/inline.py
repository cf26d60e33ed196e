"""The two forms: of a new draft, of one that there is, or as it was typed and refused."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from adapters import inline
from commands import draft_forms, forms
from commands.admin_banner_new.definition import BASICS, LOOK, NUMBERS, SHARDS
from commands.admin_banner_new.texts import HINTS, say
from commands.asked import Asked
from commands.command import Choice, Option
from commands.sentences import word
from gacha import zones
from gacha.game import Game
from gacha.making import times

_MOST: Final = {
    "name": 80,
    "rarities": 2_000,
    "shards": 2_000,
    "description": 1_000,
    "looks": 2_000,
    "prices": 60,
    "period": 100,
    "steps": 300,
}
_MOST_OF_A_LINE: Final = 40
_NONE: Final = {
    "of": Choice(("最高レアリティ", "The highest"), "none"),
    "least": Choice(("なし", "None"), "none"),
}
"""Fields that name one of the draft's rarities, and what stands for none."""


def choices(_asked: Asked, _option: str) -> list[Mapping[str, Any]]:
    """No option of this command is completed."""
    return []


def form(asked: Asked) -> Mapping[str, Any]:
    lang = asked.language
    if "again" in asked.options:
        kept = draft_forms.kept(asked)
        banner, seen = kept.values.get("banner", ""), kept.values.get("seen", "")
        target = f":{banner}:{seen}" if banner else ""
        kind = kept.values.get("numbers", "")
        if kind == "shards":
            return _shards(target, kept.values, lang)
        if kind == "look":
            return _look(target, kept.values, lang, has_new=kept.has_pictures)
        if kind:
            return _numbers(target, kind, kept.rarities, kept.values, lang)
        return _basics(target, kept.values, lang)
    if "banner" not in asked.options:
        return _basics("", {"rarities": say(lang, "rarities"), "kind": "ceiling"}, lang)
    which = str(asked.options.get("numbers", "edit"))
    draft = draft_forms.begun(asked, which)
    target, fields = f":{draft.banner}:{draft.seen}", draft.form["fields"]
    if which == "shards":
        return _shards(target, fields, lang, is_shared="shop" in draft.form)
    if which == "look":
        now = {"now": "keep"} if draft.form.get("picture") else {}
        return _look(target, {**fields, **now}, lang)
    if which == "numbers":
        return _numbers(target, draft.form["kind"], draft.rarities, fields, lang)
    dates = _dates(asked, draft.banner) if draft.follows else {}
    return _basics(target, {**fields, **dates, "name": draft.called(lang)}, lang)


def _dates(asked: Asked, banner: str) -> Mapping[str, str]:
    """When what is published is open, which is changed apart from its draft."""
    row = inline.setting(asked.guild, "game", again=f"admin banner new:edit:{banner}") or {}
    game = Game.read(asked.guild, {name: row[name] for name in row.keys() - _KEY})
    offer = game.own(banner)
    if offer is None:
        return {}
    zone = zones.zone(game.timezone_for(asked.language))
    return {"period": times.shown(offer.starts_ms, offer.ends_ms, zone)}


_KEY: Final = {"server_id", "setting"}


def _basics(target: str, values: Mapping[str, str], lang: str) -> dict[str, Any]:
    fields = [_field(option, lang) for option in BASICS]
    title = say(lang, "title_form" if target else "title_new_form")
    return forms.modal(f"admin banner new:form{target}", title, fields, values, lang)


def _numbers(
    target: str, kind: str, rarities: Sequence[str], values: Mapping[str, str], lang: str
) -> dict[str, Any]:
    fields = [
        _field(
            draft_forms.one_of(option, rarities, first=_NONE[option.id])
            if option.id in _NONE
            else option,
            lang,
        )
        for option in NUMBERS[kind]
    ]
    none = {name: "none" for name in _NONE if not values.get(name)}
    custom_id = f"admin banner new:form{target}:{kind}"
    return forms.modal(custom_id, say(lang, "title_numbers"), fields, {**values, **none}, lang)


def _shards(
    target: str, values: Mapping[str, str], lang: str, is_shared: bool = False
) -> dict[str, Any]:
    fields = [_field(option, lang) for option in SHARDS]
    if is_shared:
        fields = [each._replace(hint=say(lang, "shards_of_shared")) for each in fields]
    custom_id = f"admin banner new:form{target}:shards"
    return forms.modal(custom_id, say(lang, "title_shards"), fields, values, lang)


def _look(
    target: str, values: Mapping[str, str], lang: str, has_new: bool = False
) -> dict[str, Any]:
    """`has_new`: a picture came with it before, and is kept."""
    picture, now, *typed = LOOK
    hint = say(lang, "kept_pictures") if has_new else word(HINTS["pictures"], lang)
    fields = [forms.Field(picture, 1, hint)]
    fields += [forms.Field(now)] if values.get("now") else []
    fields += [_field(option, lang) for option in typed]
    custom_id = f"admin banner new:form{target}:look" + (":kept" if has_new else "")
    return forms.modal(custom_id, say(lang, "title_look"), fields, values, lang)


def _field(option: Option, lang: str) -> forms.Field:
    return forms.Field(
        option,
        most=_MOST.get(option.id, _MOST_OF_A_LINE),
        hint=word(HINTS[option.id], lang) if option.id in HINTS else "",
        is_long=option.id in ("rarities", "shards", "description", "looks"),
    )
