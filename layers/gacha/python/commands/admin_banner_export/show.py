"""What an export has, which part of it this is, and what to do with it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, Literal, TypedDict

from commands import kit, problems
from commands.admin_banner_export.texts import say
from commands.kit import Body
from commands.message import Content, parsed
from commands.sentences import literal


class Exported(TypedDict):
    """`state`: "made", "refused" (`problems` say why, `more` are not named) or "failed". `parts`
    are the numbers of the last picture of each, `part` is the one that goes with this message,
    counted from 1, and `export` the interaction that made them."""

    kind: Literal["admin banner export"]
    state: str
    banner: str
    name: str
    cards: int
    pictures: int
    parts: Sequence[int]
    part: int
    export: str
    problems: Sequence[Mapping[str, Any]]
    more: int


_ROW: Final = 5
_MOST_BUTTONS: Final = 20
_MOST_PROBLEMS: Final = 5


def show(content: Content, lang: str, receipt_number: str) -> Body:
    of = parsed(Exported, content)
    number = [say(lang, "receipt_number", receipt_number=receipt_number)]
    buttons = _parts(of, lang)
    rows = [kit.rows(buttons[at : at + _ROW]) for at in range(0, len(buttons), _ROW)]
    components = [each for row in rows for each in row]
    if of["state"] == "refused" and of["banner"]:
        preview = kit.button(say(lang, "preview"), f"admin banner list:preview:{of['banner']}")
        components = kit.rows([preview])
    lines = [*_lines(of, lang), *(number if of["state"] == "failed" else [])]
    return kit.body("\n".join(lines), components=components)


def plain(content: Content, lang: str, receipt_number: str, space: int) -> str:
    """Without the file, which is what Discord has refused then."""
    of = parsed(Exported, content)
    number = say(lang, "receipt_number", receipt_number=receipt_number)
    lines = [say(lang, "not_sent")] if of["state"] == "made" else [*_lines(of, lang)]
    return kit.cut("\n".join([*lines, number]), space)


def _lines(of: Exported, lang: str) -> Iterator[str]:
    if of["state"] != "made":
        yield say(lang, of["state"])
        yield from (f"- {problems.problem(each, lang)}" for each in of["problems"][:_MOST_PROBLEMS])
        return
    name, count = literal(of["name"]), len(of["parts"])
    yield say(lang, "title", name=name, banner=of["banner"], cards=of["cards"])
    if count > 1:
        last = of["parts"][of["part"] - 1]
        first = of["parts"][of["part"] - 2] + 1 if of["part"] > 1 else 1
        numbers = {"part": of["part"], "count": count, "first": first, "last": last}
        yield say(lang, "part", **numbers, pictures=of["pictures"])
        yield say(lang, "several")
    else:
        yield say(lang, "whole", pictures=of["pictures"])
    yield say(lang, "kept")


def _parts(of: Exported, lang: str) -> list[dict[str, Any]]:
    """A button for each other part; of very many the next ones."""
    others = [number for number in range(1, len(of["parts"]) + 1) if number != of["part"]]
    after = [number for number in others if number > of["part"]]
    shown = others if len(others) <= _MOST_BUTTONS else after[:_MOST_BUTTONS]
    return [
        kit.button(say(lang, "another", part=each), f"{of['kind']}:part:{of['export']}:{each}")
        for each in shown
    ]
