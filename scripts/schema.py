"""The banner format as a JSON Schema, for editors: `make schema` writes docs/banner.schema.json.

Its source is the reader itself: every banner of this repository is read by a `Fields` that notes
what it is asked for, field by field, with type and bounds. So the schema can say nothing that the
reader does not, and a field that no banner here has is missing, which a test notices. What depends
on other fields (rates that sum to 1, a stock in a box alone) no schema says; `gacha.odds` does.

    PYTHONPATH=layers/gacha/python python -m scripts.schema [--check]
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Iterator, Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any, ClassVar, Final
from unittest import mock

from gacha import banner, fields
from gacha.fields import TOP, Fields
from gacha.terminal import ending

ROOT: Final = Path(__file__).parents[1]
OUT: Final = ROOT / "docs/banner.schema.json"
DOCUMENT: Final = ROOT / "docs/banner-format.md"
FOLDERS: Final = ("tests/banners", "docs/gallery", "layers/gacha/python/gacha/banners")

_HEAD: Final = """\
id = "further"
kind = "further"
name = { ja = "そのほか", en = "Further" }
[[rarity]]
id = "a"
name = { ja = "A", en = "A" }
"""
_ONE: Final = """\
[[card]]
id = "one"
number = 1
rarity = "a"
name = { ja = "一", en = "One" }
"""
FURTHER: Final = (
    # A server cannot publish it yet, so that it is not in the gallery.
    f'{_HEAD}{_ONE}stock = 10\n[[card]]\nid = "last"\nnumber = 2\nrarity = "a"\nstock = 0\n'
    'name = { ja = "最後", en = "Last" }\n[shared]\nlast = "last"\n[price]\none = 1\n',
    # The bounds of these go with those of other fields.
    f'{_HEAD}rate = "1"\n{_ONE}[price]\none = 1\nten = {[1] * 20}\n[ten]\nrepeat = "all"\n'
    '[[ten.minimum]]\nof = ["a"]\nsteps = [20]\n[limit]\ntotal = 10_000\nprices = [1]\n',
    f"{_HEAD}{_ONE}stock = 10\n[box]\nreset_after = []\n[price]\none = 1\nten = 1\n",
)
"""What no file here has: to be read with them."""

Schema = dict[str, Any]

_RATE: Final[Schema] = {
    "type": "string",
    "maxLength": 24,
    "pattern": r"^(0+(\.[0-9]+)?|0*1(\.0+)?|[0-9]+/0*[1-9][0-9]*)$",
}
_SLUG: Final[Schema] = {
    "type": "string",
    "maxLength": 40,
    "pattern": "^[a-z0-9]+(-[a-z0-9]+)*$",
}
_NAME: Final[Schema] = {
    "type": "object",
    "properties": {
        language: {
            "type": "string",
            "minLength": 1,
            "maxLength": 80,
            "pattern": r"^[^\r\n]*\S[^\r\n]*$",
        }
        for language in ("ja", "en")
    },
    "required": ["ja", "en"],
    "additionalProperties": False,
}


class Kind:
    """What is known of all tables of one kind."""

    def __init__(self) -> None:
        self.tables = 0
        self.fields: dict[str, list[Schema]] = {}
        self.required: dict[str, int] = {}


class Noting(Fields):
    """Notes what each kind of table is asked for."""

    kinds: ClassVar[dict[str, Kind]] = {}

    def __init__(self, source: str, path: str, table: object) -> None:
        super().__init__(source, path, table)
        self.kind = self.kinds.setdefault(self._kind, Kind())
        self.kind.tables += 1
        self._required: set[str] = set()

    def note(self, key: str, schema: Schema, required: bool) -> None:
        known = self.kind.fields.setdefault(key, [])
        for each in known:
            if _widened(each, schema):
                break
        else:
            known.append(dict(schema))
        if required and key not in self._required:
            self._required.add(key)
            self.kind.required[key] = self.kind.required.get(key, 0) + 1

    def raw(self, key: str) -> object:
        value = super().raw(key)
        if value == []:  # an empty list that is read is one that may stand there
            self.note(key, _list({"type": "string"}, 0, 0), False)
        return value

    def slug(self, key: str) -> str:
        self.note(key, _SLUG, True)
        return super().slug(key)

    def optional_slug(self, key: str) -> str | None:
        self.note(key, _SLUG, False)
        return Fields.slug(self, key) if self.raw(key) is not None else None

    def slugs(self, key: str, most: int) -> list[str]:
        self.note(key, _list({"type": "string"}, 0, most), False)
        return Fields.strings(self, key, 0, most) if self.raw(key) is not None else []

    def strings(self, key: str, least: int, most: int) -> list[str]:
        self.note(key, _list({"type": "string"}, least, most), True)
        return super().strings(key, least, most)

    def names(self, key: str) -> Mapping[str, str]:
        self.note(key, _NAME, True)
        self.raw(key)
        return Fields(self.source, self.path, self._table).names(key)

    def flag(self, key: str, is_required: bool = False) -> bool:
        self.note(key, {"type": "boolean"}, is_required)
        return super().flag(key, is_required)

    def choice(self, key: str, default: str, *others: str) -> str:
        self.note(key, {"enum": [default, *others], "default": default}, False)
        return super().choice(key, default, *others)

    def integer(self, key: str, least: int, most: int, default: int | None = None) -> int:
        schema = {"type": "integer", "minimum": least, "maximum": most}
        if default is not None:
            schema["default"] = default
        self.note(key, schema, default is None)
        return super().integer(key, least, most, default)

    def optional_integer(self, key: str, least: int, most: int) -> int | None:
        self.note(key, {"type": "integer", "minimum": least, "maximum": most}, False)
        return Fields.integer(self, key, least, most) if self.raw(key) is not None else None

    def integers(
        self, key: str, fewest: int, longest: int, least: int, most: int
    ) -> tuple[int, ...]:
        item = {"type": "integer", "minimum": least, "maximum": most}
        self.note(key, _list(item, fewest, longest), True)
        return super().integers(key, fewest, longest, least, most)

    def rate(self, key: str, default: Fraction | None = None) -> Fraction:
        self.note(key, _RATE, default is None)
        return super().rate(key, default)

    def rates(self, key: str, fewest: int, longest: int) -> tuple[Fraction, ...]:
        self.note(key, _list(_RATE, fewest, longest), True)
        return super().rates(key, fewest, longest)

    def pairs(self, key: str, most: int) -> Iterator[tuple[int, Fraction]]:
        pull = {"type": "integer", "minimum": 2, "maximum": most}
        pair = {"type": "array", "items": [pull, _RATE], "minItems": 2, "maxItems": 2}
        self.note(key, _list(pair, 1, most), True)
        return super().pairs(key, most)

    def time(self, key: str) -> int | None:
        self.note(key, {"type": "string", "format": "date-time"}, False)
        return super().time(key)

    def table(self, key: str) -> Fields:
        found = super().table(key)
        assert isinstance(found, Noting)
        self.note(key, {"$ref": found._kind}, True)
        return found

    def optional_table(self, key: str) -> Fields | None:
        if self.raw(key) is None:
            return None
        found = super().table(key)
        assert isinstance(found, Noting)
        self.note(key, {"$ref": found._kind}, False)
        return found

    def tables(self, key: str, least: int, most: int) -> list[Fields]:
        found = super().tables(key, least, most)
        if found:
            first = found[0]
            assert isinstance(first, Noting)
            self.note(key, _list({"$ref": first._kind}, least, most), least > 0)
        return found


def _list(items: Schema, least: int, most: int) -> Schema:
    return {"type": "array", "items": items, "minItems": least, "maxItems": most}


def _widened(known: Schema, other: Schema) -> bool:
    """Make a schema say what the other one allows, too, where they differ in bounds alone."""
    lowest, highest = ("minimum", "minItems"), ("maximum", "maxItems")
    rest = {key: value for key, value in known.items() if key not in (*lowest, *highest, "items")}
    if rest != {k: v for k, v in other.items() if k not in (*lowest, *highest, "items")}:
        return False
    if "items" in known:
        if isinstance(known["items"], list):
            return bool(known["items"] == other["items"])
        items = dict(known["items"])
        if not _widened(items, other["items"]):
            return False
        known["items"] = items
    for keys, choose in ((lowest, min), (highest, max)):
        for key in keys:
            if key in known:
                known[key] = choose(known[key], other[key])
    return True


def files() -> list[Path]:
    return sorted(path for folder in FOLDERS for path in (ROOT / folder).glob("*.toml"))


def schema() -> Schema:
    """The schema of the whole format, as the files here show it."""
    Noting.kinds = {}
    with mock.patch.object(banner, "Fields", Noting):
        for path in files():
            banner.parse(path.read_bytes(), path.name)
        for text in FURTHER:
            banner.parse(text.encode(), "further.toml")
    kinds = Noting.kinds
    says = _descriptions()
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "A banner of discord-gacha",
        "description": "One TOML file is one banner: docs/banner-format.md.",
        **_resolved(_table(kinds, TOP, says), kinds, says),
    }


def _table(kinds: Mapping[str, Kind], name: str, says: Mapping[tuple[str, str], str]) -> Schema:
    kind = kinds[name]
    if name == "rates":  # its fields are the rarities of the file
        return {"type": "object", "additionalProperties": _RATE}
    properties = {}
    for key, alternatives in kind.fields.items():
        schema = alternatives[0] if len(alternatives) == 1 else {"anyOf": alternatives}
        if (name, key) in says and "$ref" not in schema:
            schema = {"description": says[name, key], **schema}
        properties[key] = schema
    required = [key for key, count in kind.required.items() if count == kind.tables]
    return {
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": False,
    }


def _resolved(of: Any, kinds: Mapping[str, Kind], says: Mapping[tuple[str, str], str]) -> Any:
    """With the tables in place of their names."""
    if isinstance(of, list):
        return [_resolved(each, kinds, says) for each in of]
    if not isinstance(of, dict):
        return of
    if "$ref" in of:
        return _resolved(_table(kinds, of["$ref"], says), kinds, says)
    return {key: _resolved(value, kinds, says) for key, value in of.items()}


def _descriptions() -> dict[tuple[str, str], str]:
    """What the document says of each field, for an editor to show it."""
    found: dict[tuple[str, str], str] = {}
    home = TOP
    text = DOCUMENT.read_text("utf-8")
    text = text[text.index("## Fields") : text.index("## How one word")]
    for line in text.split("\n"):
        if line.startswith("### "):
            homes = re.findall(r"`([^`]+)`", line)
            home = homes[0] if homes else TOP
        cells = [cell.strip() for cell in line.strip("| ").split(" | ")]
        if not line.startswith("| `") or len(cells) < 4 or not cells[3]:
            continue
        for name in re.findall(r"`\[*([^`\]]+)\]*`", cells[0]):
            parts = name.split(".")
            owner = next((kind for kind in _owners(home, parts) if kind in fields.HOMES), home)
            found[owner, parts[-1]] = re.sub(r"[`*]|\]\([^)]*\)|\[(?=[^\[\]]*\]\()", "", cells[3])
    return found


def _owners(home: str, parts: list[str]) -> Iterator[str]:
    if len(parts) > 1:
        yield parts[-2]
        yield f"[{'.'.join(parts[:-1])}]"
        yield f"[[{'.'.join(parts[:-1])}]]"
    yield home


def written() -> str:
    return json.dumps(schema(), ensure_ascii=False, indent=1) + "\n"


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--check", action="store_true", help="only say whether it is up to date")
    if parser.parse_args().check:
        if OUT.read_text("utf-8") == written():
            return 0
        print(f"{OUT.relative_to(ROOT)} is not what the reader says: make schema", file=sys.stderr)
        return 1
    OUT.write_text(written(), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(ending(main))
