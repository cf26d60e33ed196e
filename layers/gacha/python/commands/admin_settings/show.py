"""The server's settings, what became of a change of them, and the select that opens the forms."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, Literal, NotRequired, TypedDict

from commands import kit
from commands.admin_settings.definition import COMMAND, FIELDS, GROUP
from commands.admin_settings.texts import say
from commands.command import ROLE, Option
from commands.kit import Body
from commands.message import Content, Names, parsed
from commands.sentences import literal, word
from gacha import settings
from gacha.economy import Economy
from gacha.game import Game


class Problem(TypedDict):
    """A value that was refused: of which field, and by which rule (`gacha.settings.Refused`)."""

    field: str
    rule: str
    value: str
    limits: Mapping[str, int]


class Month(TypedDict):
    """What 30 days in a row give. `pulls`: what the coins are, of this `banner`; `expected`: how
    many cards of its highest `rarity` come of them and the tickets, as text of one decimal. They
    are left out where there is nothing to pull, or nothing to pay; the latter, where it would take
    too long to say."""

    coins: int
    tickets: int
    banner: NotRequired[Names]
    pulls: NotRequired[int]
    rarity: NotRequired[Names]
    expected: NotRequired[str]


class Given(TypedDict, total=False):
    """`month` is left out where what was settled changes nothing of it. `guessed`: the fields that
    the first change of a server settled beside, after the admin's own language; `first`: what it
    would, before there is one."""

    month: Month
    guessed: Sequence[str]
    first: Mapping[str, str]


class Settings(Given):
    """`state`: "now", "settled", "same" (there was nothing to change), "refused", or "stale":
    somebody else settled that group meanwhile. `values` are all fields as they are, as forms have
    them; `before` and `after` those that changed. `reopens` is what the button to the form says, or
    empty."""

    kind: Literal["admin settings"]
    state: str
    values: Mapping[str, str]
    before: Mapping[str, str]
    after: Mapping[str, str]
    problems: Sequence[Problem]
    reopens: str


def settings_of(game: Game, economy: Economy) -> Settings:
    names = (*settings.GROUPS["currency"], settings.EMOJI)
    others = (name for group in settings.GROUPS.values() for name in group)
    return {
        "kind": "admin settings",
        "state": "now",
        "values": {
            name: settings.as_typed(
                name, getattr(economy if name in settings.ECONOMY else game, name)
            )
            for name in (*names, *others)
        },
        "before": {},
        "after": {},
        "problems": [],
        "reopens": "",
    }


_OPTIONS: Final = {
    option.id: option for option in (*sum(FIELDS.values(), ()), COMMAND.option(settings.EMOJI))
}
_OF_GROUP: Final = {
    **FIELDS,
    "currency": (*FIELDS["currency"], COMMAND.option(settings.EMOJI)),
}
_COLOURS: Final = {"settled": 0x57A55A, "refused": 0xD9534F, "stale": 0xE0A030}


def show(content: Content, lang: str, receipt_number: str) -> Body:
    of = parsed(Settings, content)
    embed = {
        "title": say(lang, "title"),
        "color": _COLOURS.get(of["state"], kit.INFO_COLOUR),
        "description": "\n".join(_lines(of, lang)),
        "fields": [] if of["state"] in ("settled", "refused") else _fields(of, lang),
    }
    if of["state"] == "settled":
        number = say(lang, "receipt_number", receipt_number=receipt_number)
        embed["footer"] = {"text": number}
    again = [kit.button(say(lang, "reopen"), f"admin settings:again:{of['reopens']}")]
    groups = [kit.choice(word(each.name, lang), str(each.value)) for each in GROUP.choices]
    pick = kit.select("admin settings:pick", groups, say(lang, "pick"))
    rows = [*(kit.rows(again) if of["reopens"] else []), *kit.rows([pick])]
    return kit.body(embeds=[embed], components=rows)


def plain(content: Content, lang: str, receipt_number: str, space: int) -> str:
    of = parsed(Settings, content)
    number = say(lang, "receipt_number", receipt_number=receipt_number)
    return kit.cut("\n".join([*_lines(of, lang), number]), space)


def _lines(of: Settings, lang: str) -> Iterator[str]:
    kept = of["state"] != "refused" or of["reopens"]
    yield say(lang, of["state"] if kept else "refused_option")
    yield from changes(of["before"], of["after"], lang)
    if of["state"] == "now" and of.get("first"):
        yield ""
        yield say(lang, "first", group=_group("time", lang))
        yield from changes(of["values"], of["first"], lang)
    if of.get("guessed"):
        yield ""
        yield say(lang, "guessed", group=_group("time", lang))
    if "month" in of and of["state"] == "settled":
        yield ""
        yield month(of["month"], lang)
    for problem in of["problems"]:
        limits = {"least": 0, "most": 0, "length": 0, **problem["limits"]}
        rule = say(lang, problem["rule"], **limits)
        shown = kit.cut(literal(problem["value"]), 60) or say(lang, "nothing")
        yield say(lang, "problem", field=_label(problem["field"], lang), value=shown, rule=rule)


def _group(name: str, lang: str) -> str:
    return next(word(each.name, lang) for each in GROUP.choices if each.value == name)


def month(of: Month, lang: str) -> str:
    """What a month gives, in a line or two."""
    given = {"coins": of["coins"], "tickets": of["tickets"]}
    lines = [say(lang, "month_tickets" if of["tickets"] else "month", **given)]
    if "banner" in of:
        banner = kit.in_language(of["banner"], lang)
        pulls = {"pulls": of["pulls"] + of["tickets"], "banner": banner}
        if "rarity" in of:
            rarity = kit.in_language(of["rarity"], lang)
            lines.append(
                say(lang, "month_expected", **pulls, rarity=rarity, expected=of["expected"])
            )
        else:
            lines.append(say(lang, "month_pulls", **pulls))
    return "\n".join(lines)


def changes(before: Mapping[str, str], after: Mapping[str, str], lang: str) -> Iterator[str]:
    """Each field that changed, on a line, in the forms' order."""
    for name in filter(after.__contains__, _OPTIONS):
        values = {
            "before": _value(name, before[name], lang),
            "after": _value(name, after[name], lang),
        }
        yield say(lang, "moved", field=_label(name, lang), **values)


def _fields(of: Settings, lang: str) -> list[dict[str, object]]:
    shown = [
        {
            "name": word(choice.name, lang),
            "value": "\n".join(
                say(lang, "line", field=_label(each.id, lang), value=_value_of(of, each, lang))
                for each in _OF_GROUP[str(choice.value)]
            ),
            "inline": False,
        }
        for choice in GROUP.choices
    ]
    if "month" in of:
        said = month(of["month"], lang)
        shown.append({"name": say(lang, "month_title"), "value": said, "inline": False})
    return shown


def _value_of(of: Settings, option: Option, lang: str) -> str:
    return _value(option.id, of["values"].get(option.id, ""), lang)


def _label(name: str, lang: str) -> str:
    if name == settings.EMOJI:
        return say(lang, "emoji_label")
    return word(_OPTIONS[name].description, lang)


def _value(name: str, value: str, lang: str) -> str:
    option = _OPTIONS[name]
    if option.choices:
        return next(word(each.name, lang) for each in option.choices if each.value == value)
    if not value:
        return say(lang, name)
    if option.type == ROLE:
        return f"<@&{value}>"
    if name == settings.EMOJI:
        return value
    if name.startswith("min_"):
        return say(lang, "days", count=int(value)) if int(value) else say(lang, "no_minimum")
    if name.endswith("_days"):
        return say(lang, "days", count=int(value))
    if name.endswith("_tickets"):
        return say(lang, "some_tickets", count=int(value)) if int(value) else say(lang, "emoji")
    return f"{int(value):,}" if value.isdecimal() else literal(value)
