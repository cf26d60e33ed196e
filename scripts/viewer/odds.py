"""The odds that held in a pull, draw by draw: what could have come, and where the random word fell.

It repeats the sampling rule of `gacha.engine` for the eye. A word w of 64 bits is the place
w // (2^64 // T) on a line of T equal places, and each card that could come has some of them. The
line is drawn once by rarity, and once more, enlarged, for the cards of the rarity that was hit.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from math import lcm
from typing import Any, Final, NamedTuple

from commands import kit
from gacha import engine
from gacha.banner import Banner, Card, Rarity
from gacha.rates import percent

WIDTH: Final = 1_000
"""Units of a line's width in the picture."""

Names = Mapping[str, str]


class Band(NamedTuple):
    """A part of the line: what it stands for, where it begins and how wide it is (in units of the
    picture), and its share in percent. `usual`: the share on a first pull, where it is another."""

    name: Names
    colour: str
    left: str
    width: str
    share: str
    usual: str = ""
    is_hit: bool = False


class Draw(NamedTuple):
    """One draw. `word` is in hexadecimal; it and the places of its mark (in units of the picture)
    are empty where nobody keeps the word. `agrees`: the word gives the card of the receipt."""

    number: int
    nonce: int
    card: Names
    rarity: Names
    colour: str
    is_featured: bool
    word: str
    mark: str
    zoomed_mark: str
    at: str
    rarities: Sequence[Band]
    cards: Sequence[Band]
    since: Sequence[tuple[Names, int]]
    guaranteed: Sequence[Names]
    agrees: bool


def draws(
    banner: Banner, receipt: Mapping[str, Any], words: Sequence[int | None]
) -> Iterator[Draw]:
    """Each draw of a receipt, with its words as far as they are known.

    Raises GachaError, KeyError, TypeError or ValueError for a receipt that is not the banner's.
    """
    by_id = {card.id: card for card in banner.cards}
    state = engine.State.from_dict(banner, receipt["before"])
    usual = engine.rates(banner, engine.start(banner))
    at = engine.position(banner, state, receipt["count"])
    for number, card_id in enumerate(receipt["cards"]):
        card = by_id[card_id]
        word = words[number] if number < len(words) else None
        yield _draw(banner, usual, at, card, word, number + 1, receipt["nonce"] + number)
        at = engine.after(banner, at, card)


def _draw(
    banner: Banner,
    usual: Mapping[str, Fraction],
    at: engine.Position,
    card: Card,
    word: int | None,
    number: int,
    nonce: int,
) -> Draw:
    row = engine.row(banner, at)
    ranks = {rarity.id: rank for rank, rarity in enumerate(banner.rarities)}
    place = None if word is None else _place(row, word)
    rarities = list(_rarities(banner, row, usual, card.rarity))
    left, width = _part(row, card.rarity)
    colour = _colour(ranks[card.rarity])
    named = {rarity.id: rarity for rarity in banner.rarities}
    zoomed = None if place is None or not width else (place - left) / width
    return Draw(
        number=number,
        nonce=nonce,
        card=card.name,
        rarity=named[card.rarity].name,
        colour=colour,
        is_featured=card.featured,
        word="" if word is None else f"{word:016x}",
        mark=_units(place),
        zoomed_mark=_units(zoomed if zoomed is None or 0 <= zoomed <= 1 else None),
        at="" if place is None else percent(place),
        rarities=rarities,
        cards=list(_cards(row, card, left, width, colour)),
        since=[(named[id_].name, count) for id_, count in at.since],
        guaranteed=[named[id_].name for id_ in engine.demands(banner, at).guaranteed],
        agrees=place is None or _hit(row, place) == card.id,
    )


def _place(row: engine.Row, word: int) -> Fraction:
    """Where on the line a word falls, from 0 up to 1; 1 and more where it is rejected."""
    whole = lcm(*(probability.denominator for _, probability in row))
    return Fraction(word // (engine.WORD // whole), whole)


def _hit(row: engine.Row, place: Fraction) -> str | None:
    """The card whose part of the line a place lies in."""
    end = Fraction(0)
    for card, probability in row:
        end += probability
        if place < end:
            return card.id
    return None


def _part(row: engine.Row, rarity: str) -> tuple[Fraction, Fraction]:
    """Where a rarity begins on the line, and how much of it is its."""
    left = Fraction(0)
    for card, probability in row:
        if card.rarity == rarity:
            break
        left += probability
    return left, sum((each for card, each in row if card.rarity == rarity), Fraction(0))


def _rarities(
    banner: Banner, row: engine.Row, usual: Mapping[str, Fraction], hit: str
) -> Iterator[Band]:
    for rank, rarity in enumerate(banner.rarities):
        left, share = _part(row, rarity.id)
        if share or usual[rarity.id]:
            yield _band(rarity, _colour(rank), left, share, usual[rarity.id], rarity.id == hit)


def _band(
    of: Rarity, colour: str, left: Fraction, share: Fraction, usual: Fraction, is_hit: bool
) -> Band:
    before = percent(usual) if usual != share else ""
    return Band(of.name, colour, _units(left), _units(share), percent(share), before, is_hit)


def _cards(
    row: engine.Row, hit: Card, left: Fraction, width: Fraction, colour: str
) -> Iterator[Band]:
    """The cards of the rarity that was hit, as parts of it; their shares are of the whole line."""
    at = Fraction(0)
    for card, probability in row:
        if card.rarity == hit.rarity:
            part = probability / width
            yield Band(
                card.name,
                colour,
                _units(at),
                _units(part),
                percent(probability),
                is_hit=card is hit,
            )
            at += part


def _colour(rank: int) -> str:
    return f"#{kit.by_rank(kit.COLOURS, rank):06x}"


def _units(part: Fraction | None) -> str:
    """A part of the line in units of the picture, to a hundredth."""
    return "" if part is None else f"{float(part) * WIDTH:.2f}"
