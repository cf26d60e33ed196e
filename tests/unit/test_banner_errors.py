"""Every refusal of a banner file is one sentence for its author, without a name of Python's."""

from __future__ import annotations

import ast
import datetime
import json
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.hardest import NEVER, banner, promise, rarity
from gacha import banner as reader
from gacha import errors, fields, rates, simulate
from gacha.banner import MAX_FILE_BYTES, Banner, check_together, parse
from gacha.errors import BannerError
from gacha.odds import __main__ as command_line
from tests.unit.test_banner import BOX

ROOT = Path(__file__).parents[2]
STARLIT = ROOT / "layers/gacha/python/gacha/banners/starlit-atelier.toml"
WHOLE = banner(  # a file with a field of every sort
    [
        rarity(
            "0.01",
            ramp='{ from = 50, step = "0.1" }',
            ceiling=80,
            featured=NEVER,
            reset_by='["r1"]',
        ),
        rarity("0.09", table='[[9, "0.5"]]', ceiling=10),
        rarity("0.9"),
    ],
    promise(90, more='once = true\ncounts = "r0"\nat = "r0"')
    + '[exchange]\nprice = 200\nof = ["r0"]\n[ten]\nrepeat = "all"\n'
    + '[[ten.minimum]]\nof = ["r0", "r1"]\ncount = 1\nsteps = [1]\n'
    + '[[ten.slot]]\nnumber = 10\nrates = { r0 = "1/2", r1 = "1/2" }\nsteps = [2]\n',
    price="{ one = 160, ten = [800, 1600] }",
)
WHOLE = WHOLE.replace(
    "[[rarity]]",
    'carry_over = true\nraise_from = "all"\nstarts = 2026-01-01T00:00:00Z\n'
    "ends = 2027-01-01T00:00:00Z\n[[rarity]]",
    1,
).replace('kind = "hard"', 'kind = "standard"', 1)
BOXED = BOX.replace("[box]\n", '[box]\nrefill_after = ["gold"]\n')
KANA = re.compile("[ぁ-ん]")
PYTHON = re.compile(
    r"_|None|True|False|Fraction|datetime|object|class|Error|dict|tuple|\bint\b|\bstr\b|\bfloat\b"
    r"|Traceback|<|\{"
)


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where the file has a value, tables and lists included."""
    if path:
        yield path
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from places(inner, (*path, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from places(inner, (*path, index))


JUNK = st.one_of(
    st.booleans(),
    st.integers(),
    st.integers(2**62, 2**5000),
    st.sampled_from(
        [
            float("nan"),
            float("inf"),
            float("-inf"),
            0.1,
            datetime.datetime(2026, 1, 1, 12),
            datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC),
            datetime.date(2026, 1, 1),
            datetime.time(12, 30),
        ]
    ),
    st.text("ab\u3000\u200b\u202e\x00\n'\"/0.1", max_size=100),
    st.lists(st.integers(0, 3) | st.text("ab", max_size=3), max_size=4),
    st.dictionaries(st.sampled_from(["ja", "x"]), st.integers(), max_size=2),
    st.just(["a"] * 2000),
    st.just("x" * 100_000),
)


def in_japanese(error: BannerError) -> None:
    """What is allowed is said in a sentence, and what was found without Python's words."""
    assert KANA.search(error.allowed.ja) and error.allowed.ja.endswith("。"), error.allowed.ja
    found = errors.shown(error.value, "ja")
    if isinstance(error.value, errors.Words):
        assert KANA.search(found) and not found.endswith("。"), found


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_junk_in_any_field_is_refused_in_a_sentence(data: st.DataObject) -> None:
    """What TOML can hold, where the format wants something else."""
    whole = tomllib.loads(data.draw(st.sampled_from([WHOLE, BOXED])))
    path = data.draw(st.sampled_from(sorted(places(whole), key=str)))
    junk = data.draw(JUNK)
    inner = whole
    for key in path[:-1]:
        inner = inner[key]
    action = data.draw(st.sampled_from(["replace", "replace", "add", "remove"]))
    if action == "add" and isinstance(inner, dict):
        inner[data.draw(st.sampled_from(["x", "price", "colour", "card", "from"]))] = junk
    elif action == "remove" and isinstance(inner, dict):
        del inner[path[-1]]
    else:
        inner[path[-1]] = junk
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reader, "_load", lambda data, source: whole)
        try:
            parse(b"", "hard.toml")
        except BannerError as error:
            told, place = str(error), error.field
            in_japanese(error)
        else:
            return  # junk that happens to be right
    said = re.sub(r"^hard\.toml(:1:1)?: ", "", told).removeprefix(place)
    # Words of the file itself may hold anything: what is quoted, and the names of fields.
    said = re.sub(r'"(\\.|[^"\\])*("|…)', "", said)
    for name in {name for names in fields.HOMES.values() for name in names}:
        said = said.replace(name, "") if "_" in name else said
    assert not PYTHON.search(said.replace("<rarity>", "")), told
    assert told.isprintable() and len(told) < 700
    assert "is missing; allowed: " in told or " is not allowed; allowed: " in told


def test_all_that_is_said_of_a_file_is_there_in_both_languages() -> None:
    """Of every `Words(…)` that the reader writes, refused by a test or not."""
    said = 0
    for module in ("banner", "fields", "syntax"):
        path = ROOT / f"layers/gacha/python/gacha/{module}.py"
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not (isinstance(node, ast.Call) and ast.unparse(node.func) == "Words"):
                continue
            ja, en = (
                "".join(
                    each.value
                    for each in ast.walk(argument)
                    if isinstance(each, ast.Constant) and isinstance(each.value, str)
                )
                for argument in node.args
            )
            if en:  # not what tomllib says, of which another test has every sentence
                assert KANA.search(ja) and not KANA.search(en), ast.unparse(node)
                said += 1
    assert said > 90


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ('x = "a', (1, 7), "閉じる引用符"),
        ('x = "a\ny = 1', (1, 7), "引用符の中での改行"),
        ("x = 'a", (1, 7), "引用符"),
        ("x = 1 2", (1, 7), "余分な文字"),
        ("x 1", (1, 3), "「=」がありません"),
        ("[a\nx = 1", (1, 3), "「]」がありません"),
        ("[[a]\nx = 1", (1, 4), "「]]」がありません"),
        ("x = 1 # \x07", None, "制御文字"),
        ("[a]\n[a]", (2, 3), "同じ名前の [表]"),
        ("x = 1\nx = 2", (2, 6), "同じ名前の項目"),
        ("x = {a = 1, a = 2}", None, "同じ名前の項目"),
        ("x = {a = 1}\nx.b = 2", None, "あとから項目を足しています"),
        ("[a.b]\nx = 1\n[a]\nb.y = 1", None, "あとから項目を足しています"),
        ("名前 = 1", (1, 1), "行の書き出し"),
        ("x.名 = 1", (1, 3), "名前に使えない文字"),
        ("x = [1 2]", None, "リストを閉じる「]」"),
        ("x = {a = 1 b = 2}", None, "「}」がない"),
        ('x = "a\\q"', None, "「\\」"),
        ('x = "\\u12"', None, "文字番号"),
        ('x = "\\ud800"', None, "番号の文字はありません"),
        ('x = """a', None, "引用符"),
        ("x = 2026-02-30", None, "ない日付"),
        ("x = １", (1, 5), "半角"),
        ("x = 東京", (1, 5), '" で囲み'),
        ("= 1", (1, 1), "行の書き出し"),
    ],
)
def test_a_file_that_is_no_toml_is_refused_in_japanese_too(
    text: str, place: tuple[int, int] | None, words: str
) -> None:
    with pytest.raises(BannerError) as refused:
        parse(text.encode(), "sample.toml")
    error = refused.value
    in_japanese(error)
    assert isinstance(error.value, errors.Words) and words in error.value.ja, error.value
    assert place is None or error.place == place


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "nothing"),
        (True, "true"),
        (float("nan"), "nan"),
        (datetime.datetime(2026, 1, 2, 3, tzinfo=datetime.UTC), "2026-01-02T03:00:00+00:00"),
        (datetime.date(2026, 1, 2), "2026-01-02"),
        (datetime.time(1, 2), "01:02:00"),
        ({"a": 1}, "a table"),
        (["a", 1, True], '["a", 1, true]'),
        ('say "yes"', r'"say \"yes\""'),
        ("\u202e\n", r'"\u202e\n"'),
        (2**70, "an integer of 71 bits"),
    ],
)
def test_values_are_shown_as_their_author_wrote_them(value: object, words: str) -> None:
    assert errors.shown(value) == words


# --- where a field belongs -----------------------------------------------------------------------

SIMPLE = banner([rarity("0.1"), rarity("0.9")])


@pytest.mark.parametrize(
    ("tables", "words"),
    [
        (
            '[exchange]\nprice = 3\nof = ["r0"]\nraise_from = "all"',
            "raise_from belongs to the top of the file, above the first [table]",
        ),
        ("[ten]\ncarry_over = true", "carry_over belongs to the top of the file"),
        (
            '[ten]\nof = ["r0"]',
            "of belongs to [[promise]] or [[ten.minimum]] or [[multi.minimum]] or [exchange]",
        ),
        (promise(9, of="r0", more="share = 1"), "share belongs to featured"),
        (promise(9, of="r0", more="rate = 1"), "rate belongs to [[rarity]]"),
    ],
)
def test_a_field_of_another_table_is_told_where_it_belongs(tables: str, words: str) -> None:
    with pytest.raises(BannerError, match="only the fields") as refused:
        parse((SIMPLE + tables).encode(), "hard.toml")
    assert words in str(refused.value)


@pytest.mark.parametrize("line", ['kind = "x"', "price = { one = 1, ten = 1 }"])
def test_a_field_that_slid_below_a_table_is_found_there(line: str) -> None:
    name = line.partition(" ")[0]
    start, rest = SIMPLE[: SIMPLE.index(f"\n{name} ")], SIMPLE[SIMPLE.index(f"\n{name} ") + 1 :]
    text = start + "\n" + rest.partition("\n")[2] + f'[exchange]\nof = ["r0"]\n{line}\n'
    with pytest.raises(BannerError, match=f"^hard.toml:1:1: {name} is missing") as refused:
        parse(text.encode(), "hard.toml")
    assert "above the first [table], and the file has one below [exchange]" in str(refused.value)


def test_every_field_of_the_document_has_a_home() -> None:
    """The hints know what docs/banner-format.md lists, and nothing else."""
    text = (ROOT / "docs/banner-format.md").read_text("utf-8")
    text = text[text.index("## Fields") : text.index("## How one word")]
    listed: set[str] = set()
    for line in re.findall(r"^\| (.+?) \|", text, re.MULTILINE):
        for name in re.findall(r"`([^`]+)`", line):
            listed.update(re.split(r"\W+", name))
    known = {name for names in fields.HOMES.values() for name in names} | {"ten", "price"}
    shorthands = {"ja", "en", "from", "step", "id", "name"}  # in the words above and in a column
    assert listed - {""} - known == set()
    assert known - listed - shorthands == set()


def test_no_banner_has_the_id_of_the_kind_that_it_carries_over() -> None:
    with pytest.raises(BannerError, match='kind: "hard" is not allowed'):
        parse(f"carry_over = true\n{SIMPLE}".encode(), "hard.toml")
    assert parse(SIMPLE.encode(), "hard.toml").kind == "hard"


# --- files side by side --------------------------------------------------------------------------


def of(text: str) -> Banner:
    return parse(text.encode(), "any.toml")


OTHER = SIMPLE.replace('id = "hard"\n', 'id = "other"\n', 1)


@pytest.mark.parametrize(
    ("text", "field", "words"),
    [
        (SIMPLE, "id", "a.toml has it, too"),
        (OTHER.replace('"r0-off"', '"new-off"'), "card[1].number", "that of r0-off in a.toml"),
        (OTHER.replace("number = 0", "number = 7"), "card[1].number", "0, which r0-off has in a"),
        (
            OTHER.replace('ja = "off"', 'ja = "違"', 1),
            "card[1].name.ja",
            "as r0-off is called in a",
        ),
        (
            "carry_over = true\n"
            + OTHER.replace('id = "other"', 'id = "hard"', 1).replace(
                'kind = "hard"', 'kind = "third"', 1
            ),
            "id",
            "a.toml has it, too",
        ),
    ],
)
def test_files_that_give_a_card_two_meanings_are_refused(text: str, field: str, words: str) -> None:
    with pytest.raises(BannerError) as refused:
        check_together({"a.toml": of(SIMPLE), "b.toml": of(text)})
    assert refused.value.field == field and words in str(refused.value)
    assert str(refused.value).startswith("b.toml: ")


def test_files_that_share_a_card_are_fine() -> None:
    check_together({"a.toml": of(SIMPLE), "b.toml": of(OTHER)})


def test_no_banner_has_the_id_of_another_ones_carried_kind() -> None:
    carried = "carry_over = true\n" + OTHER
    with pytest.raises(BannerError, match="the kind of a banner with carry_over, as in b"):
        check_together({"a.toml": of(SIMPLE), "b.toml": of(carried)})


def test_the_build_refuses_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.toml").write_text(SIMPLE, "utf-8")
    (tmp_path / "b.toml").write_text(OTHER.replace('"r0-off"', '"new-off"'), "utf-8")
    monkeypatch.setattr(sys, "argv", ["gacha.rates", str(tmp_path)])
    assert rates.main() == 1
    assert ": card[1].number: 0 is not allowed" in (told := capsys.readouterr().err)
    assert re.match(r"b\.toml:[0-9]+:[0-9]+: ", told)
    (tmp_path / "b.toml").write_text(OTHER, "utf-8")
    assert rates.main() == 0
    assert {path.name for path in tmp_path.glob("*.json")} == {
        "hard.rates.json",
        "other.rates.json",
    }


# --- the file itself -----------------------------------------------------------------------------


def test_a_byte_order_mark_is_passed_over() -> None:
    marked = parse(b"\xef\xbb\xbf" + SIMPLE.encode(), "hard.toml")
    assert marked.id == "hard" and marked.hash != of(SIMPLE).hash  # a version is its bytes


@pytest.mark.parametrize(
    "key",
    [
        ".".join("a" * 20_000),
        ".".join(['"a"'] * 20_000),
        ". ".join(["'a#'"] * 20_000),
        "x = { " + ".".join("a" * 20_000),
        "[" + ".".join("a" * 20_000) + "]\nx",
        "name = 'it''s'." + ".".join("a" * 20_000),
    ],
    ids=["bare", "quoted", "spaced", "inline", "header", "after a string"],
)
def test_deep_keys_are_refused_before_they_are_read(
    key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unread(text: str) -> dict[str, object]:
        raise AssertionError("read")

    monkeypatch.setattr(tomllib, "loads", unread)
    with pytest.raises(BannerError, match=r"a key of [0-9]+ parts is not allowed"):
        parse(f"{key} = 1\n".encode(), "hard.toml")


def test_dots_in_names_and_comments_are_no_deep_keys() -> None:
    dots = ".".join("a" * 40)
    text = f"# {'.'.join('a' * 999)}\n" + SIMPLE.replace('en = "Hard"', f'en = "{dots}"')
    assert of(text).name["en"] == dots
    many = "card = [" + ", ".join(
        f'{{ name.ja = "a", name.en = "b", id = "c{n}", number = {n}, rarity = "r" }}'
        for n in range(900)
    )
    assert reader._longest_key(many) == 2


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"x = " + b"[" * 100_000, "few levels deep"),
        (b"x = " + b"{a=" * 80_000, "few levels deep"),
        (b"x = " + b"9" * 200_000, "an integer of thousands of digits"),
        (b'x = "' + rb"\"" * 120_000, "TOML 1.0"),
        (b"x = '" * 50_000, "TOML 1.0"),
        ("x = '日本'".encode("euc_jp"), "byte 6 is not allowed; allowed: UTF-8 text"),
        (b" " * (MAX_FILE_BYTES + 1), "bytes is not allowed"),
    ],
    ids=["brackets", "braces", "digits", "escapes", "quotes", "EUC-JP", "long"],
)
def test_hostile_files_are_refused_in_a_sentence(data: bytes, words: str) -> None:
    with pytest.raises(BannerError) as refused:
        parse(data, "hard.toml")
    assert words in str(refused.value) and len(str(refused.value)) < 300
    in_japanese(refused.value)


# --- the commands --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ('{"since": {"srr": 5}}', 'since."srr" is not counted by starlit-atelier; allowed: ssr'),
        ('{"lost": {"n": 5}}', 'lost."n" is not counted'),
        ('{"since": {"ssr": null}}', "since.ssr: nothing is no integer"),
        ('{"since": {"ssr": 1.5}}', "since.ssr: 1.5 is no integer"),
        ('{"since": [1]}', "since: [1] is no table of counts"),
        ("[" * 100_000, "--state is no JSON"),
        ('{"points": ' + "9" * 5000 + "}", "--state is no JSON"),
        ('{"points": NaN}', "points: nan is no integer"),
    ],
)
def test_a_state_that_means_nothing_is_refused_by_name(
    capsys: pytest.CaptureFixture[str], state: str, words: str
) -> None:
    assert command_line.main([str(STARLIT), "--state", state]) == 2
    told = capsys.readouterr().err
    assert words in told and told.count("\n") == 1 and len(told) < 300


@pytest.mark.parametrize("command", [command_line, simulate], ids=["odds", "simulate"])
def test_files_that_cannot_be_read(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, command: Any
) -> None:
    for path, words in ((tmp_path / "none.toml", "no such file"), (tmp_path, "is a directory")):
        assert command.main([str(path)]) == 2
        told = capsys.readouterr().err
        assert words in told and "Errno" not in told and told.count("\n") == 1


@pytest.mark.parametrize("value", ["many", "-3", "1e9", "9" * 5000, ""])
def test_options_are_refused_in_words(capsys: pytest.CaptureFixture[str], value: str) -> None:
    with pytest.raises(SystemExit) as ended:
        simulate.main([str(STARLIT), f"--pulls={value}"])
    told = capsys.readouterr().err.splitlines()[-1]
    assert ended.value.code == 2
    assert "is no whole number" in told and "int value" not in told and len(told) < 250


def ran(*arguments: str, encoding: str = "utf-8") -> tuple[int, str]:
    """Exit status and stderr of a module whose reader has gone."""
    read, write = os.pipe()
    os.close(read)
    done = subprocess.run(
        [sys.executable, "-m", *arguments],
        stdout=write,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT / "layers/gacha/python")},
        encoding=encoding,
        check=False,
    )
    os.close(write)
    return done.returncode, done.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ("gacha.odds", str(STARLIT)),
        ("gacha.odds", str(STARLIT), "--json"),
        ("gacha.simulate", str(STARLIT), "--pulls", "10000", "--seed", "1"),
    ],
)
def test_nobody_reading_on_is_no_error(arguments: tuple[str, ...]) -> None:
    status, told = ran(*arguments)
    assert status == 141
    assert "Traceback" not in told and "Broken" not in told and "Exception" not in told


def test_json_is_whole_with_a_state(capsys: pytest.CaptureFixture[str]) -> None:
    assert command_line.main([str(STARLIT), "--json", "--state", '{"since": {"ssr": 3}}']) == 0
    assert json.loads(capsys.readouterr().out)["state"]["since"]["ssr"] == 3
