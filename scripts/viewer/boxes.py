"""Data as text that a page can hold: JSON of any size and depth, a chat message of Discord's."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final, NamedTuple

from markupsafe import Markup, escape  # jinja2 brings it

from gacha.terminal import is_plain

MOST_IN_A_BOX: Final = 8_000
MOST_ON_A_PAGE: Final = 600_000
"""Characters of data; what is more can be opened as text."""


class Box(NamedTuple):
    """What is shown of a text, and how long it is whole."""

    shown: str
    all: int

    @property
    def is_cut(self) -> bool:
        return len(self.shown) < self.all


class Boxes:
    """The boxes of one page, which share what it may hold."""

    def __init__(self) -> None:
        self._left = MOST_ON_A_PAGE

    def __call__(self, value: Any) -> Box:
        """A text that may be JSON, or a value."""
        room = min(MOST_IN_A_BOX, self._left)
        text = value if isinstance(value, str) else json.dumps(value, default=plain_number)
        box = pretty(text, room)
        self._left -= len(box.shown)
        return box


def pretty(text: str, room: int) -> Box:
    """JSON indented, other text as it is, of either no more than `room` characters. Indented text
    grows with its depth, so no more of it is made than is shown."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return Box(visible(text[:room]), len(text))
    parts: list[str] = []
    length = 0
    for part in json.JSONEncoder(ensure_ascii=False, indent=2).iterencode(value):
        parts.append(part)
        length += len(part)
        if length > room:
            return Box(visible("".join(parts)[:room]), max(len(text), room + 1))
    shown = visible("".join(parts))
    return Box(shown, len(shown))


def visible(text: str) -> str:
    """`text` with escapes for what shows nothing or turns the direction of a line."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        sign if sign == "\n" or is_plain(sign) else sign.encode("unicode_escape").decode()
        for sign in text
    )


def plain_number(value: object) -> object:
    """DynamoDB's numbers and sets as JSON has them."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else format(value, "f")
    return sorted(map(str, value)) if isinstance(value, set) else str(value)


# --- Discord's messages ---------------------------------------------------------------------------

_BUTTON: Final = 2
_SELECTS: Final = (3, 5, 6, 7, 8)
_TEXT: Final = 10
_GALLERY: Final = 12

_MARK: Final = re.compile(
    r"\\(?P<literal>[^\w\s])"
    r"|```(?P<block>.+?)```"
    r"|`(?P<code>[^`\n]+)`"
    r"|^#{1,3} (?P<heading>[^\n]+)"
    r"|^-# (?P<small>[^\n]+)"
    r"|\*\*(?P<bold>.+?)\*\*"
    r"|&lt;t:(?P<unix>\d{1,12})(?::[a-zA-Z])?&gt;"
    r"|&lt;@(?P<user>\d{1,20})&gt;",
    re.DOTALL | re.MULTILINE,
)


def markdown(text: str) -> Markup:
    """The Markdown that our messages use, as HTML. All of the text is escaped first, so that
    nothing but our own tags is in it."""
    return Markup(_marked(str(escape(visible(text)))))


def _marked(escaped: str) -> str:
    return _MARK.sub(_tag, escaped)


def _tag(found: re.Match[str]) -> str:
    match found.lastgroup:
        case "block":
            return f"<pre>{found['block']}</pre>"
        case "code":
            return f"<code>{found['code']}</code>"
        case "bold" | "heading" as group:
            return f"<b>{_marked(found[group])}</b>"
        case "small":
            return f'<span class="soft">{_marked(found["small"])}</span>'
        case "unix":
            return f"<time>{_time(int(found['unix']))}</time>"
        case "user":
            return f'<span class="mention">@{found["user"]}</span>'
    return found["literal"]


def _time(unix_s: int) -> str:
    try:
        return f"{datetime.fromtimestamp(unix_s, UTC):%Y-%m-%d %H:%M} UTC"
    except (ValueError, OverflowError, OSError):
        return str(unix_s)


def colour(of: Mapping[str, Any]) -> str:
    """An embed's colour, as an SVG takes it."""
    value = of.get("color")
    return f"#{value:06x}" if isinstance(value, int) and 0 <= value < 1 << 24 else "#4f545c"


def parts(components: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, str]]:
    """What is read or pressed in a message's components, at whatever depth: ("text", Markdown),
    ("picture", its words) and ("button", its words)."""
    for each in components:
        kind = each.get("type")
        if kind == _TEXT:
            yield "text", str(each.get("content", ""))
        elif kind == _GALLERY:
            for item in each.get("items") or ():
                yield "picture", str(item.get("description") or "")
        elif kind in (_BUTTON, *_SELECTS):
            yield "button", str(each.get("label") or each.get("placeholder") or "▾")
        yield from parts(each.get("components") or ())
        if each.get("accessory"):
            yield from parts([each["accessory"]])
