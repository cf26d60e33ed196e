"""What is kept of a player, in plain words; and the list of servers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any, Final, Literal, NotRequired, TypedDict

from adapters.kept import TRACE_DAYS, Kept
from commands import kit
from commands.kit import Body, Component
from commands.message import Content, Names, parsed
from commands.personal import ending
from commands.privacy_show.texts import say


class Place(TypedDict):
    """A server with something of the person's, since when, in Unix seconds; and what the first of
    its own banners is called, if it has any."""

    server: str
    since: int
    banner: NotRequired[Names]


class Listed(TypedDict):
    kind: Literal["privacy list"]
    places: Sequence[Place]
    page: int
    pages: int


class Held(TypedDict):
    """What there is of them: coins, kinds of cards, events in the ledger, since when they play, and
    when all of it is erased, both in Unix seconds; 0 where they did not ask for that."""

    balance: int
    cards: int
    events: int
    since: int
    leaving: int


class Holding(TypedDict, total=False):
    """`held`: what there is of them, if they play; else, `failed`: commands of theirs that failed
    are noted; and `noted`: what they did as an admin, or typed. `server_leaves`: when all that is
    kept of the server is erased, in Unix seconds, if that was asked for."""

    held: Held
    failed: bool
    noted: bool
    server_leaves: int


class Personal(Holding):
    """`server`: which one, where this is a direct message. `erased`: when all that there was of
    them was erased, in Unix seconds; 0 if it was not, or they play again. `is_going`: that is being
    done just now."""

    kind: Literal["privacy show"]
    server: str
    kept: Kept
    erased: int
    is_going: bool


def show(content: Content, lang: str, _receipt_number: str) -> Body:
    if content["kind"] == "privacy list":
        return _list(parsed(Listed, content), lang)
    of = parsed(Personal, content)
    embed = {
        "title": say(lang, "title"),
        "color": kit.INFO_COLOUR,
        "description": "\n".join(_yours(of, lang)),
        "fields": [{"name": say(lang, "how_long"), "value": "\n".join(_long(of["kept"], lang))}],
    }
    return kit.body(embeds=[embed], components=kit.rows(_buttons(of, lang)))


def _yours(of: Personal, lang: str) -> Iterator[str]:
    if of["server"]:
        yield say(lang, "in_server", server=of["server"])
    if "held" not in of:
        yield _nothing(of, lang)
        if "failed" in of:
            yield say(lang, "failed")
        if "noted" in of:
            yield say(lang, "noted")
    else:
        yield say(lang, "yours", **of["held"])
    if "server_leaves" in of and (of.keys() & {"held", "failed", "noted"}):
        yield say(lang, "server_leaves", at=of["server_leaves"])
    held = of.get("held")
    if held is None:
        return
    if held["leaving"]:
        yield say(lang, "leaves", until=held["leaving"])


def _nothing(of: Personal, lang: str) -> str:
    if of["is_going"]:
        return say(lang, "going")
    return say(lang, "erased", at=of["erased"]) if of["erased"] else say(lang, "nothing")


_LOGGED: Final = {"all": "logged_all", "read": "logged_read", "failed": "logged_failed"}
_REGIONS: Final = {"ap-northeast-1": "tokyo", "ap-northeast-2": "seoul"}


def _long(of: Kept, lang: str) -> Iterator[str]:
    yield f"- {say(lang, 'game')}"
    logged = say(lang, _LOGGED[of["logged"]])
    yield f"- {say(lang, 'logs', days=of['logs'], logged=logged)}"
    if of["executions"]:
        yield f"- {say(lang, 'executions', days=of['executions'])}"
    yield f"- {say(lang, 'traces', days=TRACE_DAYS)}"
    yield f"- {say(lang, 'address', days=of['logs'])}"
    yield f"- {say(lang, 'backups', days=of['backups'], recent=of['recent'])}"
    if of["exports"]:
        yield f"- {say(lang, 'exports', days=of['exports'], derived=of['derived'])}"
    yield f"- {_where(of, lang)}"
    yield f"- {say(lang, 'not_kept')}"


def _where(of: Kept, lang: str) -> str:
    region, copied_to = _region(of["region"], lang), _region(of["copied_to"], lang)
    if not copied_to:
        return say(lang, "place", region=region)
    copies = say(lang, "copies_exports" if of["exports"] else "copies_backups")
    return say(lang, "places", region=region, copied_to=copied_to, copies=copies)


def _region(name: str, lang: str) -> str:
    return say(lang, _REGIONS[name]) if name in _REGIONS else name


def _buttons(of: Personal, lang: str) -> list[Component]:
    where = ending(of["server"])
    buttons = []
    if "held" in of:
        buttons.append(kit.button(say(lang, "get"), f"privacy export:get{where}"))
        if of["held"]["leaving"]:
            undo = kit.button(say(lang, "undo"), f"privacy delete:undo{where}")
            buttons.append(kit.styled(undo, kit.SUCCESS))
        else:
            erase = kit.button(say(lang, "erase"), f"privacy delete:ask{where}")
            buttons.append(kit.styled(erase, kit.DANGER))
    elif "failed" in of or "noted" in of:
        buttons.append(kit.button(say(lang, "get"), f"privacy export:get{where}"))
        if "noted" in of:
            erase = kit.button(say(lang, "erase"), f"privacy delete:ask{where}")
            buttons.append(kit.styled(erase, kit.DANGER))
    if of["server"]:
        buttons.append(kit.button(say(lang, "other_servers"), "privacy show:page:1"))
    return buttons


def _list(of: Listed, lang: str) -> Body:
    lines = [say(lang, "choose") if of["places"] else say(lang, "nowhere")]
    components = []
    if of["places"]:
        options = [_option(each, lang) for each in of["places"]]
        select = kit.select("privacy show:choose", options, say(lang, "choose_one"))
        components.append(kit.rows([select]))
    if of["pages"] > 1:
        lines.append(say(lang, "page", page=of["page"], pages=of["pages"]))
        others = ((of["page"] - 1, "newer"), (of["page"] + 1, "older"))
        turns = [
            kit.button(say(lang, word), f"privacy show:page:{page}")
            for page, word in others
            if 1 <= page <= of["pages"]
        ]
        components.append(kit.rows(turns))
    embed = {
        "title": say(lang, "list_title"),
        "color": kit.INFO_COLOUR,
        "description": "\n".join(lines),
    }
    return kit.body(embeds=[embed], components=[row for rows in components for row in rows])


def _option(of: Place, lang: str) -> dict[str, Any]:
    """Dates and names as text: a select shows neither times of Discord's nor Markdown."""
    since = f"{datetime.fromtimestamp(of['since'], UTC):%Y-%m-%d}"
    about = say(lang, "server_since", server=of["server"], since=since)
    label = say(lang, "server", server=of["server"])
    if "banner" in of:
        label = say(lang, "server_with", banner=kit.cut(of["banner"][lang], 60))
    return kit.choice(label, of["server"], description=kit.cut(about, kit.MAX_DETAIL))
