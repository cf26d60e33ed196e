"""Every refusal says in which line and column of the file the value stands."""

from __future__ import annotations

import tomllib
from datetime import date, time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commands import problems
from gacha import positions
from gacha.banner import parse
from gacha.errors import BannerError, Words
from gacha.making.problems import FILE, Place, of_file
from gacha.odds import __main__ as command_line
from tests.unit.test_banner_errors import BOXED, JUNK, SIMPLE, WHOLE, places

FILES = sorted((Path(__file__).parents[1] / "banners").glob("*.toml"))


def inside(tree: Any, path: positions.Path) -> Any:
    for part in path:
        tree = tree[part]
    return tree


def read_back(text: str, at: int, end: int) -> object:
    return tomllib.loads(f"v = {text[at:end]}\n")["v"]


WRITTEN = (
    r'''# a comment = "with a value"
"a b" = 'lit"eral' # and [[after]]
n.'o.p'."q" = """
first # no comment
"quoted" \"\"\" third"""""
when = 1979-05-27 07:32:00Z
[[t]]
x = [ 1, # one
  [ "]", '}' ],
  { k = 'v', "l m" = [ 2.5, inf ] },
]
[[t.u]]
y = '''
    + "'''"
    + r"""it''s
multi"""
    + "'''"
    + r"""
[t.u.w]
z = true
[[t]]
x = [[]]
[[t.u]]
[v."k.k"]
e = 0x1F
"""
)


@pytest.mark.parametrize("text", [WRITTEN, *(path.read_text("utf-8") for path in FILES)])
def test_every_value_is_found_where_it_stands(text: str) -> None:
    """What is cut out there is the value that Python's own reader has."""
    tree = tomllib.loads(text)
    found = positions.Positions(text)
    fields = set(places(tree))
    assert fields == found.values.keys() | found.keys.keys()
    for path, (at, end) in found.values.items():
        assert read_back(text, at, end) == inside(tree, path)
    for path, (at, end) in found.keys.items():
        name = [part for part in path if isinstance(part, str)][-1]
        assert name in text[at:end]


def shown(value: object) -> str:
    """As TOML writes it."""
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{shown(k)} = {shown(v)}" for k, v in value.items()) + " }"
    if isinstance(value, list):
        return "[\n" + ",  ".join(map(shown, value)) + " ]"
    if isinstance(value, str):
        signs = (
            sign if sign.isprintable() and sign not in '"\\' else f"\\U{ord(sign):08x}"
            for sign in value
        )
        return '"' + "".join(signs) + '"'
    if isinstance(value, bool):
        return str(value).lower()
    return value.isoformat() if isinstance(value, date | time) else str(value)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_a_refused_value_is_the_one_that_stands_there(data: st.DataObject) -> None:
    """Junk in any field of a file with all fields: at the place of the error is the value that the
    error names, or, of what is missing, the table that it is missing in."""
    whole = tomllib.loads(data.draw(st.sampled_from([WHOLE, BOXED])))
    path = data.draw(st.sampled_from(sorted(places(whole), key=str)))
    inner = inside(whole, path[:-1])
    if isinstance(inner, dict) and data.draw(st.integers(0, 3)) == 0:
        del inner[path[-1]]
    else:
        inner[path[-1]] = data.draw(JUNK)
    text = "".join(f"{shown(key)} =   {shown(value)}\n" for key, value in whole.items())
    try:
        parse(text.encode(), "hard.toml")
    except BannerError as error:
        refused = error
    else:
        return  # junk that happens to be right
    if refused.place is None:  # more digits than Python reads, or more bytes than a file may have
        assert refused.field == "file"
        return
    line, column = refused.place
    assert str(refused).startswith(f"hard.toml:{line}:{column}: {refused.field}")
    at = sum(len(each) + 1 for each in text.split("\n")[: line - 1]) + column - 1
    found = positions.Positions(text)
    spans = [span for span in (*found.values.values(), *found.keys.values()) if span.start == at]
    if not refused.field.rpartition(".")[0] and refused.value is None:
        assert refused.place == (1, 1)  # of the top of the file
        return
    assert spans
    if refused.value is not None and not isinstance(
        refused.value, str | list | tuple | dict | Words
    ):
        values = [read_back(text, *span) for span in spans if text[at] not in '"[']
        assert any(value == refused.value or value != value for value in values)


@pytest.mark.parametrize(
    ("before", "after", "place"),
    [
        ('rate = "0.1"', 'rate = "0.2"', 'id = "r0"'),  # the sum is of all: the first rarity
        ("number = 1", "number = 0", "number = 0"),
        ('ja = "off"', 'ja = ""', '""'),
        ('rate = "0.1"', 'rate = "0.1"\nceiling = 1', "1"),
        ('rate = "0.1"', 'rate = "0.1"\ntable = [[2, "0.3"], [2, "0.5"]]', '2, "0.3"'),
        ('rarity = "r0"', 'rarity = "r7"', '"r7"'),
    ],
)
def test_the_place_is_the_values_own(before: str, after: str, place: str) -> None:
    text = SIMPLE.replace(before, after, 1)
    with pytest.raises(BannerError) as refused:
        parse(text.encode(), "hard.toml")
    assert refused.value.place is not None
    line, column = refused.value.place
    rest = text.split("\n")[line - 1][column - 1 :]
    if place == 'id = "r0"':
        assert rest == "[[rarity]]"
    elif place.startswith("number"):
        assert rest == "0" and line > text[: text.index("number = 0")].count("\n") + 1
    else:
        assert rest.startswith(place)


@pytest.mark.parametrize(
    ("data", "place"),
    [
        (b'id = "a"\nkind = \n', (2, 8)),
        (b'id = "a"\n  id = "b"\n', (2, 11)),
        (b'id = "a"\nname = "no end', (2, 15)),
        ('id = "a"\nname = "日本'.encode() + b"\xff\n", (2, 11)),
        (b'id = "a"\n\nx = ' + b"[" * 9_999, (3, 5)),
        (b'id = "a"\n x = 1' + b"0" * 9_999, (2, 6)),
        (b"a = 1\nx." + b"y." * 40 + b"z = 3", (2, 1)),
    ],
    ids=["no value", "twice", "no end", "bytes", "deep", "digits", "keys"],
)
def test_a_file_that_is_no_toml_says_where(data: bytes, place: tuple[int, int]) -> None:
    with pytest.raises(BannerError) as refused:
        parse(data, "hard.toml")
    assert refused.value.place is not None
    line, column = refused.value.place
    assert line == place[0] and abs(column - place[1]) <= 1
    assert str(refused.value).startswith(f"hard.toml:{line}:{column}: file: ")
    assert str(refused.value).count(f"line {line}") == 0  # said once


def test_no_file_that_is_read_is_looked_at_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    def unread(*of: object) -> None:
        raise AssertionError("read")

    monkeypatch.setattr(positions, "place_of", unread)
    assert parse(SIMPLE.encode(), "hard.toml").id == "hard"


def test_the_command_says_where(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "x.toml"
    path.write_text(SIMPLE.replace("number = 1", 'number = "1"'), "utf-8")
    assert command_line.main([str(path)]) == 2
    line = SIMPLE[: SIMPLE.index("number = 1")].count("\n") + 1
    assert capsys.readouterr().err.startswith(f"gacha.odds: {path}:{line}:10: card[2].number: ")


def test_an_owner_reads_line_and_column_in_their_language() -> None:
    place = Place(FILE, "card[2].number", 12, "x.toml", 10).written()
    assert problems.place(place, "ja") == "x.toml・12 行目 10 文字目・`card[2].number`"
    assert problems.place(place, "en") == "x.toml, line 12, column 10, `card[2].number`"


@pytest.mark.parametrize(
    ("text", "japanese", "english"),
    [
        (
            SIMPLE.replace("number = 1", 'number = "1"'),
            '**x.toml・22 行目 10 文字目・`card[2].number`**：「"1"」は使えません。'
            "0〜9999 の整数にしてください。",
            '**x.toml, line 22, column 10, `card[2].number`**: “"1"” cannot be used. '
            "Allowed: an integer from 0 to 9999",
        ),
        (
            SIMPLE.replace("number = 1", f"number = {2**70}"),
            "**x.toml・22 行目 10 文字目・`card[2].number`**：「桁の多すぎる整数」は使えません。"
            "0〜9999 の整数にしてください。",
            "**x.toml, line 22, column 10, `card[2].number`**: “an integer of 71 bits” cannot be "
            "used. Allowed: an integer from 0 to 9999",
        ),
        (
            SIMPLE.replace("number = 1\n", ""),
            "**x.toml・20 行目 1 文字目・`card[2].number`**：書かれていません。"
            "0〜9999 の整数にしてください。",
            "**x.toml, line 20, column 1, `card[2].number`**: It is missing. "
            "Allowed: an integer from 0 to 9999",
        ),
        (
            'id = "x"\nname = {ja = "あ"',
            "**x.toml・2 行目 17 文字目**：「{」を閉じる「}」がないか、間の「,」がありません。"
            "その行と前の行を、サンプルのファイルと見比べて直してください。",
            "**x.toml, line 2, column 17**: Unclosed inline table: this cannot be used. "
            "Allowed: TOML 1.0",
        ),
    ],
)
def test_an_owner_reads_what_is_wrong_in_their_language(
    text: str, japanese: str, english: str
) -> None:
    with pytest.raises(BannerError) as refused:
        parse(text.encode(), "x.toml")
    error = refused.value
    line, column = error.place or (0, 0)
    said = of_file(error, Place(FILE, error.field, line, "x.toml", column)).written()
    assert problems.problem(said, "ja").replace("\\", "") == japanese
    assert problems.problem(said, "en").replace("\\", "") == english
