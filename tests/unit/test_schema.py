"""The schema for editors says what the reader says, and every banner of the gallery keeps it."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tomllib
import traceback
from collections.abc import Iterator
from datetime import date, time
from functools import cache
from pathlib import Path
from typing import Any, Final

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gacha import banner as reader
from gacha import fields
from gacha.banner import parse
from gacha.errors import BannerError
from gacha.making.cards import Cards
from gacha.making.compiling import Compiled, compiled
from gacha.making.draft import Draft
from gacha.making.edits import File, Merged, merge
from scripts import gallery, schema
from tests.unit.test_banner_errors import BOXED, JUNK, WHOLE, places

ROOT: Final = Path(__file__).parents[2]
GALLERY: Final = sorted((ROOT / "docs/gallery").glob("*.toml"))
DEPENDS: Final = {  # a field that others settle whether it may, or has to, be there
    *("rate", "ramp", "table", "ceiling", "reset_by", "featured", "no_repeats", "stock", "weight"),
    *("promise", "ten", "exchange", "box", "raise_from", "steps", "repeat", "prices", "per_day"),
    *("price", "of", "total", "minimum", "slot", "card", "rates"),
}


@cache
def checker() -> Any:
    written = json.loads(schema.OUT.read_text("utf-8"))
    jsonschema.Draft7Validator.check_schema(written)
    return jsonschema.Draft7Validator(written)


def as_json(value: Any) -> Any:
    """A TOML value as editors give it to a schema."""
    if isinstance(value, dict):
        return {key: as_json(each) for key, each in value.items()}
    if isinstance(value, list):
        return [as_json(each) for each in value]
    return value.isoformat() if isinstance(value, date | time) else value


def accepts(tree: Any) -> bool:
    return bool(checker().is_valid(as_json(tree)))


def read(tree: Any) -> BannerError | None:
    """What the reader says of a tree; None for nothing."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reader, "_load", lambda data, source: tree)
        try:
            parse(b"", "x.toml")
        except BannerError as error:
            return error
    return None


def test_the_schema_is_what_the_reader_asks_for() -> None:
    assert schema.OUT.read_text("utf-8") == schema.written(), "make schema"


def test_every_field_of_the_format_is_in_the_schema() -> None:
    def inside(of: Any) -> Iterator[str]:
        if isinstance(of, dict):
            yield from of.get("properties", {})
            for each in of.values():
                yield from inside(each)
        elif isinstance(of, list):
            for each in of:
                yield from inside(each)

    assert set(inside(checker().schema)) == {n for names in fields.HOMES.values() for n in names}


def trees() -> list[Any]:
    paths = [*schema.files(), *GALLERY]
    return [
        *(tomllib.loads(path.read_text("utf-8")) for path in paths),
        *map(tomllib.loads, (WHOLE, BOXED, *schema.FURTHER)),
    ]


def test_every_banner_here_keeps_it() -> None:
    for tree in trees():
        errors = [error.message for error in checker().iter_errors(as_json(tree))]
        assert errors == [], tree["id"]


@pytest.mark.long
@settings(max_examples=150, deadline=None)
@given(st.data())
def test_one_change_is_refused_by_both_or_by_neither(data: st.DataObject) -> None:
    """What the reader takes, the schema takes; what the reader refuses by a field's own type and
    bounds, the schema refuses."""
    tree = data.draw(st.sampled_from(trees()))
    tree = json.loads(json.dumps(tree, default=lambda of: {"@": of.isoformat()}))
    tree.pop("starts", None)
    tree.pop("ends", None)
    path = data.draw(st.sampled_from(sorted(places(tree), key=str)))
    inner = tree
    for part in path[:-1]:
        inner = inner[part]
    junk = data.draw(JUNK | st.sampled_from([0, 1, 2, 20, 1001, -1, "1/2", "1.5", "", "A b", {}]))
    action = data.draw(st.sampled_from(["replace", "replace", "add", "remove"]))
    if action == "remove" and isinstance(inner, dict):
        del inner[path[-1]]
    elif action == "add" and isinstance(inner, dict):
        inner[data.draw(st.sampled_from(["x", "colour", "within", "id", "share"]))] = junk
    else:
        inner[path[-1]] = junk
    refused = read(tree)
    if refused is None:
        assert accepts(tree), list(checker().iter_errors(as_json(tree)))
        return
    frame = traceback.extract_tb(refused.__traceback__)[-1]
    names = [part for part in path if isinstance(part, str)]
    if Path(frame.filename).name == "fields.py" and DEPENDS.isdisjoint(names):
        is_invisible = "not only invisible ones" in refused.allowed.en  # more than a pattern says
        assert is_invisible or not accepts(tree), refused


ONE_FAULT: Final = [  # what stands in the file, what stands there instead, both by shape
    ("number = 1", 'number = "1"'),
    ("number = 1", "number = 10_000"),
    ("within = 80", "within = 1"),
    ("within = 80", "within = 80.5"),
    ("fixed = true", 'fixed = "true"'),
    ("fixed = true", "fixd = true"),
    ('rate = "0.03"', "rate = 0.03"),
    ('rate = "0.03"', 'rate = "3 %"'),
    ('rate = "0.03"', 'rate = "1.5"'),
    ('share = "1/2"', 'share = ["1/2"]'),
    ("guarantee = 0", "guarantee = 11"),
    ('of = ["ssr.featured"]', 'of = "ssr.featured"'),
    ('id = "stamps"', 'id = "Stamps!"'),
    ('ja = "SSR"', 'jp = "SSR"'),
    ("one = 160", "one = -1"),
]


def test_single_faults_are_refused_by_both() -> None:
    text = (ROOT / "docs/gallery/stamp-card.toml").read_text("utf-8")
    assert accepts(tomllib.loads(text))
    for before, after in ONE_FAULT:
        tree = tomllib.loads(text.replace(before, after, 1))
        assert tree != tomllib.loads(text), before
        assert read(tree) is not None and not accepts(tree), after


def test_an_editors_own_reader_says_the_same(tmp_path: Path) -> None:
    """Taplo, which is behind Even Better TOML: it takes all files here, and finds each fault."""
    taplo = shutil.which("taplo", path=str(Path(sys.executable).parent))
    assert taplo, "make setup"
    text = (ROOT / "docs/gallery/stamp-card.toml").read_text("utf-8")
    (tmp_path / "good").mkdir()
    (tmp_path / "bad").mkdir()
    for path in GALLERY:
        shutil.copy(path, tmp_path / "good")
    for number, (before, after) in enumerate(ONE_FAULT):
        bad = text.replace(before, after, 1)
        (tmp_path / f"bad/{number:02}.toml").write_text(bad, "utf-8")

    def said(folder: str) -> tuple[int, str]:
        done = subprocess.run(
            [
                taplo,
                "check",
                "--schema",
                schema.OUT.as_uri(),
                *sorted(map(str, (tmp_path / folder).glob("*.toml"))),
            ],
            capture_output=True,
            text=True,
            check=False,
            cwd=tmp_path,
        )
        return done.returncode, done.stdout + done.stderr

    assert said("good")[0] == 0, said("good")[1]
    status, told = said("bad")
    assert status != 0
    for number in range(len(ONE_FAULT)):
        assert f"{number:02}.toml" in told, ONE_FAULT[number]


# --- the gallery ---------------------------------------------------------------------------------


def test_the_gallery_is_what_its_files_say() -> None:
    for path, text in gallery.written().items():
        assert path.read_text("utf-8") == text, "make schema"
    pictures = {path.stem for path in (ROOT / "docs/gallery").glob("*.svg")}
    assert pictures == {path.stem for path in GALLERY} > set(gallery.DRAWN)


def test_every_file_of_the_gallery_says_its_rule_and_its_schema() -> None:
    assert len(GALLERY) >= 30
    rules = set()
    for entry in gallery.entries():
        first, *_ = entry.path.read_text("utf-8").split("\n")
        assert first == "#:schema ../banner.schema.json"
        assert entry.rule["ja"].endswith("。") and entry.rule["en"].endswith(".")
        assert entry.banner.id == entry.path.stem
        assert all(
            "一番くじ" not in text for text in (*entry.rule.values(), entry.banner.name["ja"])
        )
        rules.add(entry.rule["en"])
    assert len(rules) == len(GALLERY)


@pytest.mark.parametrize("path", GALLERY, ids=lambda path: path.stem)
def test_a_server_takes_every_file_of_the_gallery(path: Path) -> None:
    """As an owner sends it: through the reader and the maker of drafts."""
    merged = merge(Draft.new(3), Cards.none(), File(path.read_bytes(), path.name))
    assert isinstance(merged, Merged)
    made = compiled(merged.draft, merged.cards)
    assert isinstance(made, Compiled)
    sent, kept = parse(path.read_bytes(), path.name), made.banner
    assert kept.promises == () or len(kept.promises) == len(sent.promises)
    assert [rarity.rate for rarity in kept.rarities] == [rarity.rate for rarity in sent.rarities]
    assert (kept.limit, kept.sizes, kept.price_one) == (sent.limit, sent.sizes, sent.price_one)
