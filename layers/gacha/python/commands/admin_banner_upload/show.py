"""What became of an upload: what was taken, what was not, and what is still missing, "
"by its place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, Literal, TypedDict

from commands import kit, problems
from commands.admin_banner_upload.texts import say
from commands.kit import Body
from commands.message import Content, parsed
from commands.sentences import literal


class Upload(TypedDict):
    """`state`: "taken", "refused", "stale" (somebody else was faster: `by`), or "failed".
    `problems` are why it was refused, or what a taken draft still lacks; `more` are not named.
    `notes` are what was understood, and left out."""

    kind: Literal["admin banner upload"]
    state: str
    banner: str
    name: str
    cards: int
    pictures: int
    notes: Sequence[Mapping[str, Any]]
    problems: Sequence[Mapping[str, Any]]
    more: int
    by: str


_TITLES: Final = {
    "taken": "title_taken",
    "refused": "title_refused",
    "stale": "title_stale",
    "failed": "title_failed",
}
_COLOURS: Final = {"taken": 0x57A55A, "refused": 0xD9534F, "failed": 0xD9534F, "stale": 0xE0A030}
_MOST: Final = 3_500  # characters of the description, below Discord's bound for an embed


def show(content: Content, lang: str, receipt_number: str) -> Body:
    of = parsed(Upload, content)
    embed = {
        "title": say(lang, _TITLES[of["state"]]),
        "color": _COLOURS[of["state"]],
        "description": _within(list(_lines(of, lang)), _MOST, lang),
        "footer": {"text": say(lang, "receipt_number", receipt_number=receipt_number)},
    }
    preview = kit.button(say(lang, "preview"), f"admin banner list:preview:{of['banner']}")
    return kit.body(embeds=[embed], components=kit.rows([preview] if of["banner"] else []))


def plain(content: Content, lang: str, receipt_number: str, space: int) -> str:
    of = parsed(Upload, content)
    number = say(lang, "receipt_number", receipt_number=receipt_number)
    lines = [say(lang, _TITLES[of["state"]]), *_lines(of, lang)]
    return f"{_within(lines, space - len(number) - 2, lang)}\n{number}"[:space]


def _lines(of: Upload, lang: str) -> Iterator[str]:
    if of["state"] == "taken":
        values = {"name": literal(of["name"]) or of["banner"], "banner": of["banner"]}
        yield say(lang, "taken", **values, cards=of["cards"], pictures=of["pictures"])
        yield from (f"- {problems.note(each, lang)}" for each in of["notes"])
        yield say(lang, "unready" if of["problems"] else "ready")
    elif of["state"] == "stale":
        yield say(lang, "stale_by" if of["by"] else "stale", by=of["by"])
    else:
        yield say(lang, of["state"])
    yield from (f"- {problems.problem(each, lang)}" for each in of["problems"])
    if of["more"]:
        yield say(lang, "more", count=of["more"])


def _within(lines: list[str], most: int, lang: str) -> str:
    """As many lines as there is room for; how many are left out is said."""
    text = "\n".join(lines)
    kept = len(lines)
    while len(text) > most and kept:
        kept -= 1
        left = say(lang, "more", count=len(lines) - kept)
        text = "\n".join([*lines[:kept], left])
    return text
