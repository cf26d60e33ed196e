"""What one can do next and what a pull costs. Discord itself lists the commands, and to each those
that they may use."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, TypedDict

from commands import kit
from commands.described import Prices, priced
from commands.help.texts import say
from commands.kit import Body
from commands.message import Content, Names, Text, parsed


class OfTickets(TypedDict, total=False):
    """`are_tickets`: of a box that the server shares."""

    are_tickets: bool


class Price(OfTickets):
    """What the pulls of a banner cost."""

    banner: Names
    prices: Prices


class Hindered(TypedDict, total=False):
    """`hindrance`: why none of it can be done now. `banner`: what can be pulled, where it is not
    what is pulled without a name. `is_free`: for nothing."""

    hindrance: Text
    banner: Names
    is_free: bool


class Next(Hindered):
    """How things are for the player. `day`: today's daily can be had; else `next_day` is when the
    next one can, in Unix seconds. `pulls`: how many the currency pays, where something `is_open`;
    `can_pull`: that, or one of the `tickets`. `presents`: how many can be taken."""

    is_new: bool
    day: bool
    next_day: int
    tickets: int
    pulls: int
    can_pull: bool
    is_open: bool
    presents: int


class Priced(TypedDict, total=False):
    """There is no `price` where the server has no banner, and no `next` outside a server.
    `manages`: whether there are banners of its "own" or "none", to who may manage the server."""

    price: Price
    next: Next
    manages: Literal["own", "none"]


class Help(Priced):
    """`start` is what a new player has."""

    kind: Literal["help"]
    in_server: bool
    start: int


def show(content: Content, lang: str, _receipt_number: str) -> Body:
    page = parsed(Help, content)
    lines = [f"{number}. {step}" for number, step in enumerate(_steps(page, lang), start=1)]
    if not page["in_server"]:
        lines.append(say(lang, "outside"))
    lines += [""] if lines else []
    if "price" in page:
        of = page["price"]
        prices = priced(of["prices"], lang, are_tickets=of.get("are_tickets", False))
        banner = kit.in_language(page["price"]["banner"], lang)
        lines.append(say(lang, "price", banner=banner, prices=prices))
    if not page["in_server"]:  # who is new there has read it above
        lines.append(say(lang, "start", start=page["start"]))
    lines.append(say(lang, "rules"))
    if page["in_server"]:
        lines += ["", say(lang, "commands")]
    if "manages" in page:
        lines.append(say(lang, "manages_own" if page["manages"] == "own" else "manages_none"))
    embed = {
        "title": say(lang, "title"),
        "color": kit.INFO_COLOUR,
        "description": "\n".join(lines),
    }
    buttons = []
    if "next" in page:
        buttons.append(kit.button(say(lang, "now"), "now:open"))
        if page["next"]["day"] and "hindrance" not in page["next"]:
            buttons.append(kit.button(say(lang, "take"), "daily:take"))
    return kit.body(embeds=[embed], components=kit.rows(buttons))


def _steps(page: Help, lang: str) -> Iterator[str]:
    """What to do next, the nearest first: nothing outside a server."""
    if "next" not in page:
        return
    of = page["next"]
    if "hindrance" in of:
        yield kit.sentence(of["hindrance"], say, lang, "")
        yield say(lang, "step_look")
        return
    if not of["is_open"]:
        yield say(lang, "step_none_open")
    elif of["is_new"] and "banner" not in of:
        yield say(lang, "step_first", start=page["start"])
    elif of["can_pull"]:
        yield _pull(of, lang)
    if of["presents"]:
        yield say(lang, "step_presents", count=of["presents"])
    if of["day"]:
        yield say(lang, "step_day")
    else:
        yield say(lang, "step_wait", next=of["next_day"])
    yield say(lang, "step_cards")
    yield say(lang, "step_now")


def _pull(of: Next, lang: str) -> str:
    """What can be pulled: what comes without a name, or else by which."""
    here, named = "step_pull", "step_pull_of"
    if of.get("is_free"):
        here, named = "step_free", "step_free_of"
    elif of["tickets"]:
        here, named = "step_tickets", "step_tickets_of"
    counts = {"tickets": of["tickets"], "pulls": of["pulls"]}
    if "banner" not in of:
        return say(lang, here, **counts)
    return say(lang, named, banner=kit.in_language(of["banner"], lang), **counts)
