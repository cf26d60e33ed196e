"""A card's picture: looked at, removed for good, or shown again after reports hid it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from adapters import banners, files
from adapters.tables import settings
from commands import decisions, redactions
from commands.admin_card_picture import show
from commands.admin_card_picture.show import Hit, Shown
from commands.asked import Asked
from commands.decisions import ServerDecided
from commands.decisions import Shown as Showing
from commands.events import Row
from gacha import kinds, names, server
from gacha.game import Game
from gacha.making.cards import Cards
from gacha.making.stored import CARDS, PICTURES, CardsPointer, PicturesPointer


def plan(asked: Asked, game: Game) -> ServerDecided:
    do = str(asked.options.get("do", "open" if "card" in asked.options else "list"))
    if do in ("remove", "show"):
        return _changed(asked, game, do)
    pictures = PicturesPointer.read(settings.setting(asked.guild, PICTURES))
    if do == "list":
        return Showing(_list(pictures))
    cards = _cards(asked)
    found = _found(asked, cards)
    if do == "ask":
        number = int(asked.text("number"))
        return Showing(show.asking(_hit(cards, number), asked.text("art")))
    if len(found) != 1:
        hits = [_hit(cards, each) for each in found[: show.MOST]]
        return Showing(show.several(_typed(asked), hits, len(found)))
    return Showing(_card(asked, game, pictures, cards, found[0]))


def _typed(asked: Asked) -> str:
    return names.one_line(str(asked.options.get("card", asked.options.get("number", ""))))


def _cards(asked: Asked) -> Cards:
    pointer = CardsPointer.read(settings.setting(asked.guild, CARDS))
    return Cards.read(files.get(files.CARDS, pointer.file)) if pointer.file else Cards.none()


def _found(asked: Asked, cards: Cards) -> list[int]:
    """The numbers of the cards that it fits."""
    called = {each: card.names for each, card in cards.by_number.items()}
    return names.numbered(_typed(asked), called)


def _hit(cards: Cards, number: int) -> Hit:
    card = cards.by_number.get(number)
    return {"number": number, "name": card.names if card else dict.fromkeys(("ja", "en"), "?")}


def _list(pictures: PicturesPointer) -> Shown:
    """Those that are hidden come first."""
    waiting = sorted(pictures.reported.items(), key=lambda each: not each[1].is_hidden)
    entries = [
        show.Entry(number=of.cards[0], name=dict(of.name), count=of.count, hidden=of.is_hidden)
        for _, of in waiting[: show.MOST]
    ]
    return show.listed(entries)


def _card(asked: Asked, game: Game, pictures: PicturesPointer, cards: Cards, number: int) -> Shown:
    """With the picture that it has, those that members still see of it, and those hidden."""
    card = cards.by_number[number]
    looks = [banners.look(offer) for offer in game.offers]
    shown = [card.art, *(look.get("cards", {}).get(card.id, "") for look in looks)]
    hidden = [art for art, of in pictures.reported.items() if number in of.cards and of.is_hidden]
    arts = [each for each in dict.fromkeys([*shown, *hidden]) if each][: show.MOST_PICTURES]
    of_card = [_picture(art, pictures, is_hidden=art not in shown) for art in arts]
    return show.card(_hit(cards, number), of_card)


def _picture(art: str, pictures: PicturesPointer, *, is_hidden: bool) -> show.CardPicture:
    reported = pictures.reported.get(art)
    return {"art": art, "count": reported.count if reported else 0, "hidden": is_hidden}


def _changed(asked: Asked, game: Game, do: str) -> ServerDecided:
    art, number = asked.text("art"), int(asked.text("number"))
    made = redactions.made(asked)
    pictures = PicturesPointer.read(settings.setting(asked.guild, PICTURES))
    is_waiting = art in pictures.reported
    if made is None or (made.problem and not is_waiting):
        sentence = made.problem if made else "failed"
        return Showing(show.said(sentence, {}, number, ""), "refused")
    applied: redactions.Applied | None
    if made.problem:  # the operator removed it, so nobody has to look at it any more
        do, applied = "remove", redactions.Applied()
        made = replace(made, name=pictures.reported[art].name)
    else:
        applied = redactions.applied(game, made, is_gone=do == "remove")
    if applied is None:
        again = f"{do}:{art}:{number}"
        return Showing(show.said("meanwhile", dict(made.name), number, again), "stale")
    after = pictures.without(art, is_looked=do == "show")
    event = {
        "kind": kinds.PICTURE,
        "by": asked.admin,
        "did": "removed" if do == "remove" else "shown",
        "art": art,
        "number": number if number in made.cards or not made.cards else made.cards[0],
        "name": dict(made.name),
    }
    changed: Sequence[server.Setting] = [
        *applied.settings,
        server.Setting(PICTURES, after.version, after.content()),
    ]
    change = server.Change(asked.guild, event, applied.game, tuple(changed))
    recording = decisions.recording_of_server(asked, change, recorded)
    return recording._replace(transaction=[*recording.transaction, *applied.noted])


def recorded(row: Row) -> Shown:
    return show.said(row["did"], dict(row["name"]), int(row["number"]), "")
