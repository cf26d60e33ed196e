"""How the rooms show what became of a draft, each with its own `say`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, cast

from commands import events, kit, problems
from commands.drafts import Drafted
from commands.events import Event, Row
from commands.kit import Body
from commands.message import Content, parsed
from commands.parts import Say
from commands.sentences import literal
from gacha.making import problems as making

_COLOURS: Final = {
    "taken": 0x57A55A,
    "already": 0x57A55A,
    "refused": 0xD9534F,
    "failed": 0xD9534F,
    "stale": 0xE0A030,
}
_OF_NONE: Final = {"refused": "refused_new"}
"""What is said where there is no draft yet."""
_THERE: Final = ("taken", "already")
_MOST: Final = 3_500  # characters of the description, below Discord's bound for an embed


def show(
    content: Content, lang: str, receipt_number: str, say: Say, understood: Sequence[str] = ()
) -> Body:
    """`understood` are lines about the draft, after what was done to it."""
    of = parsed(Drafted, content)
    title = "title_new" if of["is_new"] else f"title_{of['state']}"
    embed = {
        "title": say(lang, title),
        "color": _COLOURS[of["state"]],
        "description": _within([*lines(of, lang, say, understood)], _MOST, lang, say),
        "footer": {"text": say(lang, "receipt_number", receipt_number=receipt_number)},
    }
    return kit.body(embeds=[embed], components=_rows(of, lang, say))


def plain(content: Content, lang: str, receipt_number: str, space: int, say: Say) -> str:
    of = parsed(Drafted, content)
    number = say(lang, "receipt_number", receipt_number=receipt_number)
    said = [say(lang, f"title_{of['state']}"), *lines(of, lang, say, ())]
    return kit.cut(f"{_within(said, space - len(number) - 2, lang, say)}\n{number}", space)


def lines(of: Drafted, lang: str, say: Say, understood: Sequence[str]) -> Iterator[str]:
    is_there = of["state"] in _THERE
    if of["banner"]:
        name = literal(of["name"]) or say(lang, "unnamed")
        values = {"name": name, "banner": of["banner"]}
        which = "which" if is_there else "which_unchanged"
        yield say(lang, which, **values, cards=of["cards"], pictures=of["pictures"])
    elif of["name"]:
        yield f"**{literal(of['name'])}**"
    if is_there:
        if of["state"] == "already":
            yield say(lang, "already")
        yield from (f"- {problems.note(each, lang)}" for each in of["notes"])
        yield from understood
        yield ""
        asked = "asked" if of["shown"].get("questions") else "ready"
        yield say(lang, "unready" if of["problems"] else asked)
    elif of["state"] == "stale":
        by = "stale_own" if "is_own" in of else "stale_by" if of["by"] else "stale"
        yield say(lang, by, by=of["by"])
    else:
        yield say(lang, of["state"] if of["banner"] else _OF_NONE.get(of["state"], of["state"]))
    if "keeps_pictures" in of:
        yield say(lang, "with_pictures" if of["keeps_pictures"] else "without_pictures")
    yield from (f"- {problems.problem(each, lang)}" for each in of["problems"])
    if of["more"]:
        yield say(lang, "more", count=of["more"])


def _rows(of: Drafted, lang: str, say: Say) -> list[dict[str, object]]:
    """Where to go on: no message of a draft leaves its owner without the next step."""
    banner = of["banner"]
    if of["state"] not in _THERE:
        again = kit.button(say(lang, "reopen"), f"{of['kind']}:again")
        return kit.rows([again] if of["reopens"] else [])
    kind, has_rest = of["shown"].get("kind", ""), bool(of["shown"].get("rest"))
    mending = edits(banner, kind, of["problems"], lang, say, has_rest=has_rest)
    after = [kit.button(say(lang, "preview"), f"admin banner list:preview:{banner}")]
    if of["shown"].get("rarities"):
        shards = f"admin banner new:shards:{banner}"
        after.append(kit.button(say(lang, "amounts_of_shards"), shards))
    after.append(kit.button(say(lang, "look"), f"admin banner new:look:{banner}"))
    return [*mending, *kit.rows(after)]


def edits(
    banner: str,
    kind: str,
    lacks: Sequence[Mapping[str, Any]],
    lang: str,
    say: Say,
    *,
    has_rest: bool = False,
) -> list[dict[str, object]]:
    """What changes a draft of these rules, and the cards that the problems name in what it `lacks`.
    `has_rest`: rates are left for the lowest rarity to take."""
    buttons = [
        kit.button(say(lang, "add_card"), f"admin card add:open:{banner}"),
        kit.button(say(lang, "add_cards"), f"admin card add:open:many:{banner}"),
    ]
    if kind and kind != "file":
        numbers = kit.button(say(lang, f"numbers_{kind}"), f"admin banner new:numbers:{banner}")
        edit = kit.button(say(lang, "edit"), f"admin banner new:edit:{banner}")
        buttons = [numbers, *buttons, edit]
    if has_rest:
        buttons.append(kit.button(say(lang, "rest"), f"admin banner new:rest:{banner}"))
    cards = [
        kit.button(say(lang, "edit_card", card=number), f"admin card edit:open:{banner}:{number}")
        for number in making.numbers_of(lacks)[:_MOST_CARDS]
    ]
    return [*kit.rows(buttons), *kit.rows(cards)]


_MOST_CARDS: Final = 5  # a row of buttons


def _within(said: list[str], most: int, lang: str, say: Say) -> str:
    """As many lines as there is room for; how many are left out is said."""
    return "\n".join(kit.fitting(said, most, lambda count: say(lang, "more", count=count)))


class Edited(Event):
    """A change of a draft: by whom, and how many cards it has then."""

    by: str
    banner: str
    name: str
    cards: int
    pictures: int


def event(row: Row) -> Edited:
    return Edited(
        **events.common(row),
        by=row["by"],
        banner=row["banner"],
        name=row["name"],
        cards=row["cards"],
        pictures=row["pictures"],
    )


def logged(of: Event, lang: str, say: Say) -> str:
    """Its entry in the server's log: the room's sentence `edited_by`."""
    made = cast(Edited, of)
    name = literal(made["name"]) or made["banner"]
    values = {"by": made["by"], "name": name, "cards": made["cards"], "pictures": made["pictures"]}
    return kit.cut(say(lang, "edited_by", **values), events.MOST_OF_AN_ENTRY)
