"""Where the values of a TOML file stand, for the errors of a file that was refused.

`tomllib` gives values without their places. This walks a file that it has read once more, only to
find these, and so may take for granted that the text is TOML. Nobody waits for it but the author of
a file with a mistake.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from gacha.errors import Words

Path = tuple[str | int, ...]
"""Keys, and places in lists, counted from 0."""

_BLANK: Final = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_SPACE: Final = re.compile(r"[ \t]*")
_KEY: Final = re.compile(r"""[A-Za-z0-9_-]+|"(?:\\.|[^"\\])*"|'[^']*'""")
_STRING: Final = re.compile(
    r'"""(?:\\.|[^\\])*?"{3,5}(?!")|' + r"'''.*?'{3,5}(?!')|" + r"""\"(?:\\.|[^"\\])*"|'[^']*'""",
    re.DOTALL,
)
_BARE: Final = re.compile(r"[^,\]}#\r\n]*[^,\]}#\s]")


class Span(NamedTuple):
    """From where to where something stands, in characters from 0."""

    start: int
    end: int


class Positions:
    """The place of every table, field and item of a file, in the order in which they stand."""

    def __init__(self, text: str) -> None:
        """Raises ValueError for a text that is no TOML; not for every one."""
        self._text = text
        self._at = 0
        self.keys: dict[Path, Span] = {}
        """Of a field its key, of a table its first header."""
        self.values: dict[Path, Span] = {}
        """Of fields and of items of lists."""
        self._lists: dict[Path, int] = {}  # of [[tables]] the place of the latest
        self._walk()

    def named(self) -> Iterator[tuple[str, Path]]:
        """Each path as errors name it: `card[3].number`."""
        for path in {**self.keys, **self.values}:
            yield written(path), path

    def _walk(self) -> None:
        table: Path = ()
        self._skip(_BLANK)
        while self._at < len(self._text):
            if self._text[self._at] == "[":
                table = self._header()
            else:
                self._field(table)
            self._skip(_BLANK)

    def _header(self) -> Path:
        start = self._at
        is_list = self._text.startswith("[[", start)
        self._at += 2 if is_list else 1
        *parents, last = self._dotted()
        self._at = self._text.index("]", self._at) + (2 if is_list else 1)
        span = Span(start, self._at)
        path: Path = ()
        for key in parents:
            self.keys.setdefault((*path, key), span)
            path = self._latest((*path, key))
        path = (*path, last)
        self.keys.setdefault(path, span)
        if is_list:
            self._lists[path] = self._lists.get(path, -1) + 1
            self.keys[*path, self._lists[path]] = span
        return self._latest(path)

    def _latest(self, path: Path) -> Path:
        return (*path, self._lists[path]) if path in self._lists else path

    def _field(self, table: Path) -> None:
        start = self._at
        path = (*table, *self._dotted())
        for length in range(len(table) + 1, len(path) + 1):
            self.keys.setdefault(path[:length], Span(start, self._at))
        self._skip(_SPACE)
        self._expect("=")
        self._skip(_SPACE)
        self._value(path)

    def _dotted(self) -> list[str]:
        keys = []
        while True:
            self._skip(_SPACE)
            found = _KEY.match(self._text, self._at)
            if found is None:
                raise ValueError(f"no key at {self._at}")
            self._at = found.end()
            keys.append(_unquoted(found[0]))
            after = _SPACE.match(self._text, self._at)
            at = self._at if after is None else after.end()
            if not self._text.startswith(".", at):
                return keys
            self._at = at + 1

    def _value(self, path: Path) -> None:
        start = self._at
        sign = self._text[start : start + 1]
        if sign == "[":
            self._items(path)
        elif sign == "{":
            self._inline(path)
        else:
            found = (_STRING if sign in ('"', "'") else _BARE).match(self._text, start)
            if found is None:
                raise ValueError(f"no value at {start}")
            self._at = found.end()
        self.values[path] = Span(start, self._at)

    def _items(self, path: Path) -> None:
        self._at += 1
        index = 0
        while True:
            self._skip(_BLANK)
            if self._text.startswith("]", self._at):
                self._at += 1
                return
            self._value((*path, index))
            index += 1
            self._skip(_BLANK)
            if self._text.startswith(",", self._at):
                self._at += 1

    def _inline(self, path: Path) -> None:
        self._at += 1
        while True:
            self._skip(_BLANK)
            if self._text.startswith("}", self._at):
                self._at += 1
                return
            self._field(path)
            self._skip(_BLANK)
            if self._text.startswith(",", self._at):
                self._at += 1

    def _skip(self, what: re.Pattern[str]) -> None:
        found = what.match(self._text, self._at)
        if found is not None:
            self._at = found.end()

    def _expect(self, sign: str) -> None:
        if not self._text.startswith(sign, self._at):
            raise ValueError(f"no {sign} at {self._at}")
        self._at += 1


def place_of(data: bytes, field: str, value: object) -> tuple[int, int] | None:
    """The line and column of a value that `field` names, as errors do, or of one of its items. Of
    what is missing, and of a field that the file has no value of, where its table begins. None for
    a file that is no TOML."""
    try:
        text = data.decode("utf-8-sig").replace("\r\n", "\n")
        tree = tomllib.loads(text)
        found = Positions(text)
    except (ValueError, RecursionError):
        return None
    known = dict(found.named())
    while field not in known:
        field = field.rpartition(".")[0]
        if not field:
            return 1, 1
    path = known[field]
    for part in _item(_inside(tree, path), value):
        path = (*path, part)
    span = found.values.get(path) or found.keys.get(path)
    return (1, 1) if span is None else line_and_column(text, span.start)


def _inside(tree: Any, path: Path) -> Any:
    for part in path:
        tree = tree[part]
    return tree


def _item(inside: Any, value: object) -> Path:
    """Where in a list, or in a list of pairs, an item is that was found wrong."""
    if not isinstance(inside, list) or isinstance(value, list | tuple | Words):
        return ()
    for at, item in enumerate(inside):
        # What is not a number is not equal to itself.
        if type(item) is type(value) and (item == value or (item != item and value != value)):
            return (at,)
        if isinstance(item, list) and (rest := _item(item, value)):
            return (at, *rest)
    return ()


def written(path: Path) -> str:
    """As errors name it: `card[3].number`, places counted from 1."""
    text = ""
    for part in path:
        text += f"[{part + 1}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def line_and_column(text: str, at: int) -> tuple[int, int]:
    """Both counted from 1, as editors do; a column is a character."""
    return text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)


def _unquoted(key: str) -> str:
    if key[0] == '"':
        return next(iter(tomllib.loads(f"{key} = 0")))
    return key[1:-1] if key[0] == "'" else key
