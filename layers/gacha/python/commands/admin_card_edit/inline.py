"""The form of a card with what it is now, or that of several cards' pictures; or as one was typed
and refused."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from adapters import files, inline
from adapters.inline import Reader
from commands import attachments, draft_forms, forms
from commands.admin_card_edit.definition import CARDS
from commands.admin_card_edit.texts import HINTS, say
from commands.asked import Asked
from commands.card_fields import (
    FEATURED,
    NAME,
    PICTURE,
    PICTURES,
    RARITY,
    STOCK,
    WEIGHT,
)
from commands.command import NoFormError, NotReadyError
from commands.sentences import word
from gacha import names
from gacha.making import values
from gacha.making.cards import Cards, ServerCard
from gacha.making.draft import OF_COPIES, Draft, DraftCard
from gacha.making.stored import CARDS as POINTER
from gacha.making.stored import CardsPointer, DraftPointer, draft_setting

_MOST_NAME: Final = 80
_MOST_NUMBER: Final = 20
_MOST_LINES: Final = 2_000
_MOST_NAMED: Final = 5
_MOST_CHOICES: Final = 25


def choices(asked: Asked, option: str) -> list[Mapping[str, Any]]:
    if option != "card":
        return draft_forms.choices(asked)
    try:
        of = inline.read(asked.guild, lambda reader: _begun(asked, reader))
    except NoFormError:
        return []
    found = of.found(str(asked.options.get("card", "")))[:_MOST_CHOICES]
    return [
        {"name": f"{each} {of.called(each, asked.language)}"[:100], "value": str(each)}
        for each in found
    ]


def form(asked: Asked) -> Mapping[str, Any]:
    lang = asked.language
    if "again" in asked.options:
        return _again(asked)
    again = _button(asked)
    of = inline.read(asked.guild, lambda reader: _begun(asked, reader), again=again)
    if "card" not in asked.options:
        return _many(of.banner, of.name(lang), {}, lang)
    wanted = asked.text("card")
    found = of.found(wanted)
    if not found:
        raise NoFormError("no_card", found=values.cut(wanted))
    if len(found) > 1:
        few = [f"{each} {of.called(each, lang)}" for each in found[:_MOST_NAMED]]
        listed = ("、" if lang == "ja" else ", ").join(few)
        raise NoFormError("several_cards", found=values.cut(wanted), cards=listed)
    return _one(of, found[0], lang)


class _Begun(NamedTuple):
    """A draft, and the server's cards."""

    banner: str
    draft: Draft
    cards: Cards

    def name(self, lang: str) -> str:
        return draft_forms.called(self.draft.name, lang) or self.banner

    def card(self, number: int) -> ServerCard:
        return self.cards.by_number.get(number) or ServerCard(number, {})

    def called(self, number: int, lang: str) -> str:
        return draft_forms.called(self.card(number).name, lang)

    def found(self, wanted: str) -> list[int]:
        """The draft's cards that somebody means. A number goes before a name that has it."""
        here = [each.number for each in self.draft.cards]
        if (number := values.number(wanted)) in here and number is not None:
            return [number]
        known = {str(each): self.card(each).name for each in here}
        return [int(each) for each in names.matching(wanted, known)]


def _begun(asked: Asked, reader: Reader) -> _Begun:
    """Raises NoFormError."""
    draft_forms.check_role(asked, reader.setting)
    pointer = CardsPointer.read(reader.setting(asked.guild, POINTER))
    if not pointer.drafts:
        raise NoFormError("no_drafts")
    wanted = str(asked.options.get("banner", ""))
    banner = pointer.find(wanted) if wanted else pointer.latest
    file = DraftPointer.read(reader.setting(asked.guild, draft_setting(banner))).file
    if not banner or not file:
        raise NoFormError("draft_unknown")
    draft = Draft.read(reader.file(files.DRAFTS, file))
    return _Begun(banner, draft, Cards.read(reader.file(files.CARDS, pointer.file)))


def _button(asked: Asked) -> str:
    """The control that opens the same form later."""
    said = [str(asked.options.get(name, "")) for name in ("banner", "card")]
    banner = said[0] if draft_forms.is_id(said[0]) else ""
    card = said[1] if said[1].isdecimal() and len(said[1]) <= 5 else ""
    return ":".join(filter(None, ("admin card edit:open", banner, card)))


def _again(asked: Asked) -> Mapping[str, Any]:
    kept = draft_forms.kept(asked)
    lang, said = asked.language, kept.values
    if "cards" in said:
        return _many(said["banner"], said["called"], said, lang, kept.has_pictures)
    if not {"number", "was"} <= said.keys():
        raise NotReadyError("admin card edit:open")
    target = f"{said['banner']}:{said['number']}:{said['was']}"
    hint = say(lang, "kept_pictures") if kept.has_pictures else word(HINTS["picture"], lang)
    target += ":kept" if kept.has_pictures else ""
    rarities = [*kept.rarities]
    return _fields(target, said["number"], said, rarities, "stock" in said, hint, lang)


def _one(of: _Begun, number: int, lang: str) -> Mapping[str, Any]:
    part = next(each for each in of.draft.cards if each.number == number)
    card, rarities = of.card(number), {each.id: each.shown for each in of.draft.rarities}
    target = f"{of.banner}:{number}:{of.draft.state(of.cards, number)}"
    shown = {
        "name": of.called(number, lang),
        "rarity": rarities.get(part.rarity, ""),
        "weight": _weight(part),
        "stock": str(part.stock),
        "featured": "yes" if part.featured else "no",
    }
    hint = word(HINTS["keeps" if card.art else "picture"], lang)
    is_box = of.draft.rule.kind in OF_COPIES
    return _fields(target, str(number), shown, [*rarities.values()], is_box, hint, lang)


def _weight(part: DraftCard) -> str:
    return str(part.weight) if part.rate is None else values.percent(part.rate)


def _fields(
    target: str,
    number: str,
    shown: Mapping[str, str],
    rarities: list[str],
    is_box: bool,
    hint: str,
    lang: str,
) -> Mapping[str, Any]:
    weight = STOCK if is_box else WEIGHT
    fields = [
        forms.Field(NAME, _MOST_NAME),
        forms.Field(draft_forms.one_of(RARITY, rarities)),
        forms.Field(weight, _MOST_NUMBER, word(HINTS[weight.id], lang)),
        forms.Field(FEATURED),
        forms.Field(PICTURE, 1, hint),
    ]
    title = say(lang, "title_form", number=number)
    return forms.modal(f"admin card edit:form:{target}", title, fields, shown, lang)


def _many(
    banner: str, name: str, shown: Mapping[str, str], lang: str, has_pictures: bool = False
) -> Mapping[str, Any]:
    hint = say(lang, "kept_pictures") if has_pictures else word(HINTS["pictures"], lang)
    fields = [
        forms.Field(CARDS, _MOST_LINES, word(HINTS["cards"], lang), is_long=True),
        forms.Field(PICTURES, attachments.MOST, hint),
    ]
    custom_id = f"admin card edit:form:{banner}" + (":kept" if has_pictures else "")
    return forms.modal(custom_id, say(lang, "title_many", name=name), fields, shown, lang)
