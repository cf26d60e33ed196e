"""What the rooms share that take a picture out of a server's banners: pointers move to the files
that the workshop made without it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final, NamedTuple

from adapters import files
from adapters.tables import items, settings
from commands.asked import Asked
from gacha import server, snowflake
from gacha.game import Game
from gacha.making.redaction import Redaction
from gacha.making.stored import CARDS, CardsPointer, DraftPointer, draft_setting
from gacha.pulling import Refusal

MOST_DRAFTS: Final = 40
"""Drafts that one transaction can move beside everything else. In any further one the picture
stands until its next edit, which begins with the cards as they are then."""

ROOMS: Final = ("report", "admin card picture")
"""Those for which the workshop does that."""

_FILES: Final = ("file", "look", "preview")


MOST_A_DAY: Final = 3
"""Pictures that a member may report in a day (UTC)."""

_DAY_MS: Final = 24 * 60 * 60 * 1000


class Report(NamedTuple):
    """What is put once of a report that counts: `once` for the member and the picture, and `free`,
    one of the member's places of this day, which goes by itself at `expires`, in Unix seconds."""

    once: str
    free: str
    expires: int


def places(reporter: str, at_ms: int) -> list[str]:
    """The settings in which a member's reports of a time and of the day before are counted."""
    days = (at_ms // _DAY_MS, at_ms // _DAY_MS - 1)
    return [_place(reporter, day, place) for day in days for place in range(MOST_A_DAY)]


def _place(reporter: str, day: int, place: int) -> str:
    return f"{settings.REPORTER}{reporter}#{day}#{place}"


def report(asked: Asked) -> Report | Refusal:
    """Whether a report counts, as of now."""
    guild, reporter = asked.guild, asked.admin
    once = f"{settings.REPORT}{asked.text('art')}#{reporter}"
    if settings.setting(guild, once) is not None:
        return Refusal("before", {})
    day = snowflake.created_ms(asked.interaction_id) // _DAY_MS
    for place in range(MOST_A_DAY):
        name = _place(reporter, day, place)
        if settings.setting(guild, name) is None:
            return Report(once, name, (day + 2) * _DAY_MS // 1000)
    return Refusal("too_often", {"most": MOST_A_DAY, "again": (day + 1) * _DAY_MS // 1000})


class Applied(NamedTuple):
    """What changes: the game, settings, and items beside."""

    game: Game | None = None
    settings: tuple[server.Setting, ...] = ()
    noted: tuple[items.Item, ...] = ()


def made(asked: Asked) -> Redaction | None:
    """What the workshop made; None where it could not."""
    try:
        return Redaction.read(files.get_upload(asked.interaction_id, Redaction.NAME))
    except files.MissingError:
        return None


def applied(game: Game, of: Redaction, *, is_gone: bool = False) -> Applied | None:
    """The pointers as they are to be; None where somebody published or edited meanwhile, so that
    there is a file that the workshop did not look through. `is_gone`: the picture counts no more
    among those that the server may have."""
    guild = game.guild_id
    cards = CardsPointer.read(settings.setting(guild, CARDS))
    pointed = {each.look for each in game.offers} | {cards.file}
    if not pointed - {""} <= {*of.seen}:
        return None
    noted = []
    for offer in game.offers:
        versions = settings.versions(guild, offer.id)
        after = [replace(each, look=of.now(each.look)) for each in versions]
        if [*versions] != after:
            noted.append(settings.versions_item(guild, offer.id, after))
    offers = tuple(replace(each, look=of.now(each.look)) for each in game.offers)
    is_changed = bool(noted) or offers != game.offers
    after_cards = cards.changed(
        file=of.now(cards.file),
        pictures=max(0, cards.pictures - is_gone),
        size=max(0, cards.size - (of.size if is_gone else 0)),
    )
    changed = [server.Setting(CARDS, after_cards.version, after_cards.content())]
    for banner in of.banners[:MOST_DRAFTS]:
        name = draft_setting(banner)
        draft = DraftPointer.read(settings.setting(guild, name))
        published = {**draft.published, **_now(of, draft.published)} if draft.published else {}
        moved = draft.changed(**_now(of, draft.content()), published=published)
        if moved.content() != draft.content():
            changed.append(server.Setting(name, moved.version, moved.content()))
    return Applied(
        game.changed(offers=offers) if is_changed else None, tuple(changed), tuple(noted)
    )


def _now(of: Redaction, pointer: Mapping[str, Any]) -> dict[str, str]:
    return {name: of.now(pointer[name]) for name in _FILES if name in pointer}
