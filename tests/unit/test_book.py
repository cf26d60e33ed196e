"""The grammar of filters: what is listed, in which order; a custom id carries all of it."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from gacha import book
from gacha.book import Entry, Filter, Possession

RARITIES = ("SSR", "SR", "R")


@st.composite
def filters(draw: st.DrawFn) -> Filter:
    return Filter(
        draw(st.sampled_from(book.SHOWN)),
        draw(st.sampled_from(book.SORTS)),
        draw(st.sampled_from(["", "b1", "x" * 40])),
        draw(st.sampled_from(["", *map(book.rarity_key, RARITIES)])),
    )


@given(of=filters())
def test_a_filter_is_what_it_is_written_as(of: Filter) -> None:
    match = re.fullmatch(book.PATTERN, of.written())
    assert match
    found = match.groupdict(default="")
    assert Filter.read(found["filter"], found["rarity"], found["banner"]) == of
    assert len(of.written()) <= 48


@st.composite
def shelves(draw: st.DrawFn) -> tuple[list[Entry], Possession]:
    cards = [
        Entry(
            f"c{number}",
            number,
            rank := draw(st.integers(0, 2)),
            RARITIES[rank],
            draw(st.sampled_from([frozenset({"b1"}), frozenset({"b2"}), frozenset({"b1", "b2"})])),
        )
        for number in range(101, 101 + draw(st.integers(0, 12)))
    ]
    ids = [each.id for each in cards]
    some = st.frozensets(st.sampled_from(ids)) if ids else st.just(frozenset[str]())
    copies = {card: draw(st.integers(0, 3)) for card in ids}
    came = {card: draw(st.integers(1, 9)) for card in draw(some)}
    return cards, Possession(copies, draw(some), draw(some), came)


@given(of=filters(), shelf=shelves())
def test_what_is_listed_is_all_that_fits_and_nothing_else(
    of: Filter, shelf: tuple[list[Entry], Possession]
) -> None:
    cards, has = shelf
    found = book.listed(of, cards, has)
    for each in cards:
        copies = has.copies[each.id]
        fits = {
            "all": True,
            "owned": copies >= 1,
            "missing": copies == 0,
            "duplicates": copies >= 2,
            "locked": each.id in has.locked,
            "wished": each.id in has.wished,
            "new": each.id in (has.came or {}),
        }[of.show]
        fits &= not of.banner or of.banner in each.banners
        fits &= not of.rarity or of.rarity == book.rarity_key(each.rarity)
        assert (each in found) is fits
    numbers = [each.number for each in found]
    if of.sort == "number":
        assert numbers == sorted(numbers)
    if of.sort == "count":
        counts = [has.copies[each.id] for each in found]
        assert counts == sorted(counts, reverse=True)
    if of.sort == "rarity":
        assert [each.rank for each in found] == sorted(each.rank for each in found)


@given(of=filters(), shelf=shelves())
def test_a_page_by_number_needs_nothing_of_what_somebody_has(
    of: Filter, shelf: tuple[list[Entry], Possession]
) -> None:
    cards, has = shelf
    if not of.by_possession:
        assert book.listed(of, cards, has) == book.listed(of, cards, Possession({}))


def test_a_rarity_is_the_same_in_any_width_and_case() -> None:
    assert book.rarity_key("ＳＳＲ") == book.rarity_key(" ssr ") != book.rarity_key("SR")
