"""A pull's result, with the buttons that pull again, and the one that shows a private one to all.

It is laid out as one container in the highest rarity's colour: who pulled, the pictures as one
gallery (two, of more than ten cards), the names below. Where a server wants it compact, it is an
embed without pictures, which also reads on clients older than December 2024.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, Literal, TypedDict
from unicodedata import east_asian_width

from commands import cards, kit, pull_buttons, rules
from commands.cards import Card
from commands.kit import Body, Component, Picture
from commands.message import Content, Named, Names, parsed
from commands.pull.texts import say
from commands.sentences import literal

_MOST_OF_A_LINE: Final = 80
"""Of a card's line, in halves of a Japanese letter: two lines of a phone. Of a longer one nobody
sees where the next begins."""
_MOST_OF_A_CHOICE: Final = 30
"""Characters of the name of another banner: 25 of them take their part of a message's bytes."""


_NAMES_OF_A_LIST: Final = (160, 80, 60, 40, 20)
"""The longest name of a card and of a rarity, in characters: the first with which the cards fit
into an embed. A sign of Markdown takes two there, and twenty different names of 80 do not fit."""


class Drawn(Card):
    """`new`: the player had none. Of two copies of a new card, the first is the new one. `shards`
    is what a duplicate gave."""

    new: bool
    shards: int


class Sold(TypedDict):
    """Tickets of a box that the server shares: its number, that of the first ticket, how many, how
    many the player ever had of the banner, and the most that they can buy at once next, 0 where
    their limit or the last box is used up. A card more than tickets is the prize of the last."""

    number: int
    first: int
    count: int
    bought: int
    most: int


class Beside(TypedDict, total=False):
    """`sizes`: how many cards at once the banner sells; a workflow may have begun on the version
    before, which knew 1 and 10 alone. `counts`: of a limited banner, those that the rest of
    the day can bring. `box`: tickets of a box that the server shares. `others`: what else is open.
    `is_compact`: without pictures, as an embed. `is_private`: only the player sees it, and the
    results of its buttons. `tickets`: how many paid, in the currency's place; of those that pay
    this banner, `tickets_left` were left, where that is known; `tickets_short`: how many there were
    where the player has them spent first, and they were too few for all. `is_uncounted`: the pull
    counts toward nothing. `whole`: the whole-pack table that held in it. `drawn_at`: when it was
    drawn, in Unix seconds, of one that is shown later."""

    whole: rules.Rule
    sizes: Sequence[int]
    box: Sold
    others: Sequence[Named]
    is_compact: bool
    is_private: bool
    tickets: int
    tickets_left: int
    tickets_short: int
    is_uncounted: bool
    counts: Sequence[int]
    wished: Sequence[str]
    drawn_at: int


class Result(Beside):
    """`next_draw`: the player's, which the buttons carry (`gacha.pulling.next_draw`)."""

    kind: Literal["pull"]
    banner: Names
    banner_id: str
    user: str
    next_draw: str
    cards: Sequence[Drawn]
    price: int
    balance: int
    standing: Sequence[rules.Rule]


def show(content: Content, lang: str, receipt_number: str) -> Body:
    result = parsed(Result, content)
    if result.get("is_compact"):
        return _compact(result, lang, receipt_number)
    alone: Result = {**result, "others": ()}  # twenty of the longest names leave no room for more
    for of in (result, alone):
        for pictures in _choices_of_pictures(of, lang):
            body = _laid_out(of, pictures, lang, receipt_number)
            if kit.fits(body):
                return body
    return _compact(result, lang, receipt_number)


# --- laid out -------------------------------------------------------------------------------------


def _laid_out(result: Result, pictures: Sequence[Picture], lang: str, receipt_number: str) -> Body:
    title = f"### {kit.in_language(result['banner'], lang)}\n{_who(result, lang)}"
    names = "\n".join(_cards(result, lang))
    paid = _paid(result, lang)
    small = f"-# {say(lang, 'receipt_number', receipt_number=receipt_number)}"
    texts = [title, names, paid, small]
    space = kit.MAX_DISPLAYED - sum(kit.length(text) + 1 for text in texts)
    standing = rules.standing(result["standing"], lang, space)
    parts: list[Component] = [kit.display(title)]
    half = kit.MAX_PICTURES if len(pictures) <= kit.MAX_PICTURES else -(-len(pictures) // 2)
    parts += [kit.gallery(pictures[at : at + half]) for at in range(0, len(pictures), half)]
    parts += [
        kit.display(names),
        kit.separator(),
        kit.display("\n".join([paid, *standing, small])),
    ]
    frame = kit.container(cards.colour(_best(result)), *parts)
    return kit.layout(frame, *_controls(result, lang, receipt_number))


def _choices_of_pictures(result: Result, lang: str) -> Iterator[list[Picture]]:
    """The pictures to show, from all of them to none. Over a limit, what they show in words goes
    first, then the pictures of the lowest rarities: never a name."""
    drawn = [card for card in result["cards"] if "art" in card]
    yield [Picture(card["art"], f"{_rarity(card, lang)} {_name(card, lang)}") for card in drawn]
    by_rank = sorted(drawn, key=lambda card: card["rank"])  # stable: as drawn within each
    for kept in range(len(drawn), 0, -1):
        shown = by_rank[:kept]
        yield [Picture(card["art"]) for card in drawn if card in shown]
    if drawn:
        yield []


# --- compact --------------------------------------------------------------------------------------


def _compact(result: Result, lang: str, receipt_number: str) -> Body:
    for most in _NAMES_OF_A_LIST:
        lines = [_who(result, lang), *_cards(_named(result, most), lang), "", _paid(result, lang)]
        if kit.length("\n".join(lines)) <= kit.MAX_DESCRIPTION:
            break
    space = kit.MAX_DESCRIPTION - kit.length("\n".join(lines))
    embed = {
        "title": kit.in_language(result["banner"], lang),
        "description": "\n".join([*lines, *rules.standing(result["standing"], lang, space)]),
        "color": cards.colour(_best(result)),
        "footer": {"text": say(lang, "receipt_number", receipt_number=receipt_number)},
    }
    return kit.body(embeds=[embed], components=_controls(result, lang, receipt_number))


def _named(result: Result, most: int) -> Result:
    """The same with names of so many characters at most."""

    def cut(names: Names) -> Names:
        return {lang: kit.cut(name, most) for lang, name in names.items()}

    drawn: list[Drawn] = [
        {**card, "name": cut(card["name"]), "rarity": cut(card["rarity"])}
        for card in result["cards"]
    ]
    return {**result, "cards": drawn}


def plain(content: Content, lang: str, receipt_number: str, space: int) -> str:
    """The cards by name, and that they are the player's."""
    result = parsed(Result, content)
    stands = say(lang, "stands", receipt_number=receipt_number)
    named = "\n".join(f"{_rarity(card, lang)} {_name(card, lang)}" for card in result["cards"])
    return f"{kit.cut(named, space - kit.length(stands) - 1)}\n{stands}"


# --- the parts of both ----------------------------------------------------------------------------


def _who(result: Result, lang: str) -> str:
    by = say(lang, "pulled_by", user=result["user"])
    if "drawn_at" in result:
        by += f"\n{say(lang, 'drawn_at', at=result['drawn_at'])}"
    if "whole" in result:
        by += f"\n{rules.rule(result['whole'], lang)}"
    if "box" not in result:
        return by
    of = result["box"]
    numbers = f"{of['first']:,}"
    if of["count"] > 1:
        numbers += f"{'〜' if lang == 'ja' else '–'}{of['first'] + of['count'] - 1:,}"
    return f"{by}\n{say(lang, 'ticket_numbers', numbers=numbers, count=of['count'])}"


def _paid(result: Result, lang: str) -> str:
    if result.get("is_uncounted"):
        return f"{_paid_with(result, lang)}\n{say(lang, 'uncounted')}"
    return _paid_with(result, lang)


def _paid_with(result: Result, lang: str) -> str:
    if "tickets" in result:
        tickets = {"tickets": result["tickets"], "balance": result["balance"]}
        if "tickets_left" in result:
            return say(lang, "paid_by_tickets_of", left=result["tickets_left"], **tickets)
        return say(lang, "paid_by_tickets", **tickets)
    sentence = "paid" if result["price"] else "paid_nothing"
    paid = say(lang, sentence, price=result["price"], balance=result["balance"])
    if "tickets_short" not in result:
        return paid
    count = result["box"]["count"] if "box" in result else len(result["cards"])
    return f"{paid}\n{say(lang, 'tickets_short', tickets=result['tickets_short'], count=count)}"


def _best(result: Result) -> Card:
    return min(result["cards"], key=lambda card: card["rank"])


def _cards(result: Result, lang: str) -> list[str]:
    """A line for each card, in the order in which they came first. Copies share one, so that a long
    name is read once; the prize of the last ticket stands alone."""
    wished, drawn = result.get("wished", ()), result["cards"]
    tickets = result["box"]["count"] if "box" in result else len(drawn)
    lines = [
        _card(card, copies, lang, is_wished=card["id"] in wished)
        for card, copies in _gathered(drawn[:tickets])
    ]
    prize = [
        _card(card, copies, lang, is_wished=card["id"] in wished)
        for card, copies in _gathered(drawn[tickets:])
    ]
    if len(lines) > 1 and max(map(_width, lines)) > _MOST_OF_A_LINE:
        lines = [f"- {line}" for line in lines]  # the rest of a list's line is indented
    return [*lines, *([say(lang, "last_ticket"), *prize] if prize else [])]


def _width(line: str) -> int:
    """In halves of a Japanese letter."""
    return sum(2 if east_asian_width(sign) in "FW" else 1 for sign in line)


def _gathered(drawn: Sequence[Drawn]) -> Iterator[tuple[Drawn, int]]:
    """Each card once, with how many copies came; it is new if one of them was, and what duplicates
    gave is together."""
    copies: dict[str, list[Drawn]] = {}
    for each in drawn:
        copies.setdefault(each["id"], []).append(each)
    for same in copies.values():
        gave = sum(each.get("shards", 0) for each in same)  # absent before there were shards
        is_new = any(each["new"] for each in same)
        yield {**same[0], "new": is_new, "shards": gave}, len(same)


def _card(card: Drawn, copies: int, lang: str, *, is_wished: bool) -> str:
    marks = [f"×{copies}"] if copies > 1 else []
    marks += [f"`{say(lang, mark)}`" for mark in ("featured", "new") if card[mark]]
    if is_wished:
        marks.append(cards.WISHED)
    if card["shards"]:
        marks.append(say(lang, "shards", shards=card["shards"]))
    # The top rarities stand out in a list of many on a small screen.
    name = f"**{_name(card, lang)}**" if card["rank"] <= 1 else _name(card, lang)
    return " ".join([cards.star(card), _rarity(card, lang), name, *marks])


def _controls(result: Result, lang: str, receipt_number: str) -> list[Component]:
    """The buttons, and the select that pulls as many of another banner."""
    place = result["next_draw"] + (":private" if result.get("is_private") else "")
    pulls = [
        kit.button(
            pull_buttons.label(count, lang, is_shared=False),
            f"pull:{result['banner_id']}:{count}:{place}",
        )
        for count in result.get("sizes", (1, 10))
        if count in result.get("counts", (count,))
    ]
    if "box" in result:
        private = ":private" if result.get("is_private") else ""
        of, banner = result["box"], f"pull:box:{result['banner_id']}"
        pulls = [
            kit.button(
                pull_buttons.label(count, lang, is_shared=True),
                f"{banner}:{count}:{of['bought']}{private}",
            )
            for count in dict.fromkeys((1, of["most"]))
            if of["most"]
        ]
    rates = kit.button(say(lang, "rates"), f"rates:{result['banner_id']}")
    post = kit.button(say(lang, "post"), f"post:{receipt_number}")
    rows = kit.rows([*pulls, rates, *([post] if result.get("is_private") else [])])
    if others := result.get("others"):
        count = result["box"]["count"] if "box" in result else len(result["cards"])
        names = ((kit.cut(each["name"][lang], _MOST_OF_A_CHOICE), each["id"]) for each in others)
        options = [kit.choice(*each) for each in names]
        custom_id = f"pull:other_{count}:{place}"
        label = say(lang, "pull_other_1" if count == 1 else "pull_other", count=count)
        rows += kit.rows([kit.select(custom_id, options, label)])
    if any(each["kind"] == "box_reset" for each in result["standing"]):
        rows += kit.rows([kit.button(say(lang, "box"), f"box:ask:{result['banner_id']}")])
    return rows


def _name(card: Card, lang: str) -> str:
    return kit.name(card, lang)


def _rarity(card: Card, lang: str) -> str:
    return literal(card["rarity"][lang])
