"""What every message is drawn with: bodies, buttons, and how much Discord has room for."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import accumulate
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeVar

from commands.message import Names, Text
from commands.sentences import code, literal, say
from gacha.names import boundary, one_line

if TYPE_CHECKING:
    from commands.parts import Say

Body = dict[str, Any]
"""Discord's JSON: an edit of a message."""
Embed = dict[str, Any]
"""Discord's JSON: an embed of it."""
Component = dict[str, Any]
"""Discord's JSON: a part of a message that is laid out."""

Ranked = TypeVar("Ranked")

# By rank, from the highest rarity down; further ranks look like the last.
COLOURS: Final = (0xF2B134, 0x9B6DFF, 0x4AA3DF, 0x8A94A6)
INFO_COLOUR: Final = 0x5865F2

MAX_CONTENT: Final = 2_000
MAX_DESCRIPTION: Final = 4_096
MAX_FIELD: Final = 1_024
VERSION: Final = 16
"""Digits of a banner's hash that are shown, as `verify.py` shows them: two versions that share
them are out of anybody's reach."""
MAX_FIELDS: Final = 25
MAX_OPTIONS: Final = 25
MAX_DETAIL: Final = 100  # below the name of a select's option
MAX_EMBEDS: Final = 6_000  # characters over all embeds of a message
MAX_LINE: Final = 400  # of these, for an event: ten fit a description
MOST_OF_ALL: Final = 4_000  # what one message takes of them: the rest is for what was missed

MAX_DISPLAYED: Final = 4_000  # characters of all texts of a message that is laid out
MAX_PARTS: Final = 40  # components of it, those within others counted
MAX_BYTES: Final = 10_170
"""Bytes of a message that is laid out: of more, Discord's answer is 500 for ever (discord-api-docs
8554). Ours are counted with all that is around the texts, which is more than Discord counts."""
MAX_ALT: Final = 1_024
MAX_PICTURES: Final = 10  # of a gallery: a ten-pull is exactly one

_IS_LAID_OUT: Final = 1 << 15
"""Discord's flag of components V2. A message that once had it never goes back."""
_ACTION_ROW: Final = 1
_BUTTON: Final = 2
_TEXT: Final = 10
_GALLERY: Final = 12
_SEPARATOR: Final = 14
_CONTAINER: Final = 17
_SECONDARY: Final = 2
_SELECT: Final = 3


class Attachment(NamedTuple):
    """A file that goes with a message."""

    name: str
    content: bytes


def body(
    content: str = "",
    embeds: Sequence[Embed] = (),
    components: Sequence[dict[str, Any]] = (),
) -> Body:
    """The body of an edit. Every message forbids mentions."""
    # All three are always named: an edit leaves what it does not name as it was.
    return {
        "content": content,
        "embeds": list(embeds),
        "components": list(components),
        "allowed_mentions": {"parse": []},
    }


def layout(*components: Component) -> Body:
    """The body of an edit that lays a message out: texts and pictures in containers, one below the
    other, in place of content and embeds."""
    return {
        "flags": _IS_LAID_OUT,
        "content": None,
        "embeds": None,
        "components": list(components),
        "allowed_mentions": {"parse": []},
    }


def is_layout(of: Body) -> bool:
    return bool(of.get("flags", 0) & _IS_LAID_OUT)


def laid_out(plain: Body) -> Body:
    """Bare words as a message has them that was laid out before, and cannot go back."""
    return layout(display(plain["content"]))


def container(colour: int, *parts: Component) -> Component:
    return {"type": _CONTAINER, "accent_color": colour, "components": list(parts)}


def display(text: str) -> Component:
    return {"type": _TEXT, "content": text}


def separator() -> Component:
    return {"type": _SEPARATOR}


class Picture(NamedTuple):
    """A picture of ours: the name of its file (`adapters.files`), and what it shows in words; empty
    where a message has no room for that."""

    art: str
    alt: str = ""


def gallery(pictures: Sequence[Picture]) -> Component:
    """Up to MAX_PICTURES pictures, each at the address under which the stack serves it."""
    return {"type": _GALLERY, "items": [_picture(each) for each in pictures]}


def _picture(of: Picture) -> dict[str, Any]:
    item: dict[str, Any] = {"media": {"url": f"{os.environ['ART_URL']}{of.art}"}}
    return {**item, "description": cut(of.alt, MAX_ALT)} if of.alt else item


def button(label: str, custom_id: str) -> dict[str, Any]:
    return {"type": _BUTTON, "style": _SECONDARY, "label": label, "custom_id": custom_id}


PRIMARY: Final = 1
SUCCESS: Final = 3
DANGER: Final = 4
"""Discord's styles of a button that is not like the others."""


def styled(of: Component, style: int) -> dict[str, Any]:
    return {**of, "style": style}


def sure(label: str, custom_id: str, *others: Component, style: int = DANGER) -> list[Component]:
    """The row below a question (`commands.sure`): the button that says yes, and ways out."""
    return rows([styled(button(label, custom_id), style), *others])


def choice(label: str, value: str, **more: Any) -> dict[str, Any]:
    """A line of a select: a name that somebody chose is at most 80 characters of its 100."""
    return {"label": one_line(label), "value": value, **more}


def select(custom_id: str, options: Sequence[dict[str, Any]], placeholder: str) -> dict[str, Any]:
    """A select of the first 25 of these `options`, each of them Discord's JSON."""
    return {
        "type": _SELECT,
        "custom_id": custom_id,
        "options": list(options[:MAX_OPTIONS]),
        "placeholder": placeholder,
    }


def rows(buttons: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Buttons, five to a row, or one select, as a message has them."""
    return [
        {"type": _ACTION_ROW, "components": list(buttons[at : at + 5])}
        for at in range(0, len(buttons), 5)
    ]


def sentence(of: Text, say: Say, lang: str, receipt_number: str) -> str:
    """The sentence of a message that is one. Its blank `receipt_number` is the execution's name."""
    values = {"receipt_number": receipt_number, **blanks(of.get("values", {}), lang)}
    return say(lang, of["sentence"], **values)


def blanks(values: Mapping[str, Any], lang: str) -> dict[str, Any]:
    """What fills a sentence's blanks: numbers for their format, or text as it was written."""
    return {name: _blank(name, value, lang) for name, value in values.items()}


def _blank(name: str, value: Any, lang: str) -> Any:
    if isinstance(value, dict):
        value = value[lang]
    if not isinstance(value, str):
        return value
    return code(value) if name == "client_seed" else literal(value)


def unanswered(lang: str, receipt_number: str) -> str:
    """What there is to say in bare words of what only reads."""
    return say(lang, "unanswered", receipt_number=receipt_number)


def name(of: Mapping[str, Any], lang: str) -> str:
    """The name of a card or a rarity, which whoever runs the banner chose."""
    return in_language(of["name"], lang)


def in_language(names: Names, lang: str) -> str:
    return literal(names[lang])


def by_rank(values: tuple[Ranked, ...], rank: int) -> Ranked:
    return values[min(rank, len(values) - 1)]


# --- space ----------------------------------------------------------------------------------------


def fits(of: Body) -> bool:
    """Whether all parts together are within Discord's limits."""
    if not is_layout(of):
        return sum(map(length_of, of["embeds"])) <= MAX_EMBEDS
    parts = list(_parts(of["components"]))
    displayed = sum(length(each["content"]) for each in parts if each["type"] == _TEXT)
    size = len(json.dumps(of, ensure_ascii=False).encode())
    return displayed <= MAX_DISPLAYED and len(parts) <= MAX_PARTS and size <= MAX_BYTES


def _parts(components: Sequence[Component]) -> Iterator[Component]:
    """The components, and those within them."""
    for each in components:
        yield each
        yield from _parts(each.get("components", ()))


def length_of(embed: Embed) -> int:
    """What an embed takes of the characters that all embeds of a message may have together."""
    texts = [embed.get("title", ""), embed.get("description", "")]
    texts.append(embed.get("footer", {"text": ""})["text"])
    for field in embed.get("fields", []):
        texts += [field["name"], field["value"]]
    return sum(map(length, texts))


def length(text: str) -> int:
    """Characters as the strictest count has them: 🌟 is two."""
    return len(text.encode("utf-16-le")) // 2


def cut(text: str, space: int) -> str:
    """As much of the text as fits, by the same count as `length`."""
    if length(text) <= space:
        return text
    whole = text.encode("utf-16-le")[: 2 * max(0, space - 1)].decode("utf-16-le", "ignore")
    return text[: boundary(text, len(whole))] + "…"


def fitting(lines: Sequence[str], space: int, rest: Callable[[int], str]) -> list[str]:
    """The lines if they have room, with their line breaks; else as many as do, and what `rest` says
    of so many that are left out."""
    ends = list(accumulate(length(line) + 1 for line in lines))
    if not lines or ends[-1] <= space:
        return list(lines)
    kept = sum(end + length(rest(len(lines))) + 1 <= space for end in ends)
    return [*lines[:kept], rest(len(lines) - kept)]
