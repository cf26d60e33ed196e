"""A player's settings, with a select for each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, Literal, TypedDict

from commands import kit
from commands.kit import Body
from commands.message import Content, parsed
from commands.sentences import word
from commands.settings.definition import BOOK, RESULTS, SPENDING, WISHES
from commands.settings.texts import say

OPTIONS: Final = {"results": RESULTS, "book": BOOK, "spending": SPENDING, "wishes": WISHES}


class Settings(TypedDict):
    """`state`: "now", "settled", or "same": there was nothing to change. `values`: by
    `gacha.preferences`. `is_public`: whether the server lets all see a result."""

    kind: Literal["settings"]
    state: str
    values: Mapping[str, str]
    is_public: bool


def show(content: Content, lang: str, _receipt_number: str) -> Body:
    of = parsed(Settings, content)
    embed = {
        "title": say(lang, "title"),
        "color": kit.INFO_COLOUR,
        "description": "\n".join(_lines(of, lang)),
    }
    selects = [kit.rows([_select(name, of["values"][name], lang)]) for name in OPTIONS]
    return kit.body(embeds=[embed], components=[row for rows in selects for row in rows])


def plain(content: Content, lang: str, _receipt_number: str, space: int) -> str:
    return kit.cut("\n".join(_lines(parsed(Settings, content), lang)), space)


def _lines(of: Settings, lang: str) -> Iterator[str]:
    yield say(lang, of["state"])
    yield ""
    for name, value in of["values"].items():
        yield say(lang, "line", name=say(lang, name), value=called(name, value, lang))
    if not of["is_public"]:
        yield f"-# {say(lang, 'results_here')}"
    elif of["values"]["results"] == "private":
        yield f"-# {say(lang, 'results_private')}"
    if of["values"]["spending"] == "tickets":
        yield f"-# {say(lang, 'spending_tickets')}"


def called(name: str, value: str, lang: str) -> str:
    """A value by its name."""
    return next(word(each.name, lang) for each in OPTIONS[name].choices if each.value == value)


def _select(name: str, value: str, lang: str) -> dict[str, object]:
    choices = [
        # A select shows what is chosen in the place of what it says about itself.
        kit.choice(
            say(lang, "choice", name=say(lang, name), value=word(each.name, lang)),
            str(each.value),
            default=each.value == value,
        )
        for each in OPTIONS[name].choices
    ]
    return kit.select(f"settings:{name}", choices, word(OPTIONS[name].description, lang))
