"""Documents name tools, options, codes and functions that exist, and use one word for a concept."""

from __future__ import annotations

import argparse
import importlib
import re
from collections.abc import Iterator
from pathlib import Path
from unittest import mock

import pytest

from commands import registry, sentences
from scripts import stack
from tests.conftest import ROOT

TOOLS = [*sorted(path.stem for path in (ROOT / "scripts").glob("*.py")), "analytics", "inspect"]
DOCUMENTS = sorted(
    [*ROOT.glob("README*.md"), *ROOT.glob("CONTRIBUTING*.md"), *ROOT.glob("docs/*.md")]
)
JAPANESE = [path for path in DOCUMENTS if path.name.endswith(".ja.md")]
KANA_OR_KANJI = "[\u3041-\u30ff\u3400-\u9fff\u3001\u3002]"
DRIFTED = {
    "封緘": "封印",
    "予行": "リハーサル",
    "エポック": "期間",
    "領収": "記録",
    "レシート": "記録",
    '(?<![「"])10連': "10 連",
    "ノンス": "ナンス",
    "ローカルクラウド|ローカルの AWS": "手元の AWS",
    "道具": "ツール",
    "「もう一度」ボタン": "「1連」「10連」ボタン",
    r"(?<![\w/.-])bot(?![\w.-])": "ボット",
    r"(?<!関数 )(?<!function )(?<![\w/*&-])sweeper(?![\w-])": "スイーパー",
    r"(?<![\w/\"-])void(?![\w-])": "無効",
    "フラッド": "大量アクセス",
    "スロットル(?!リング)": "スロットリング",
    "つねに無料": "常時無料枠",
    "排出率": "提供割合",
    # What heads a sheet's column may be called so: what others write is read.
    'レア度(?!", "ランク)': "レアリティ",
}
"""Patterns of what nobody writes in Japanese prose any more, and the glossary's word."""
MENDED = """
プレイヤーのほかの変更
始まったコードで終わ
場所を取ったので
引くことの費用
続いて、次のことを
テーブルに届かなかった
続くと、次は必ず
入口で
誰がしたか分かった
一括付与
最初の返事が
見比べるのではなく
抜け殻
手を貸さない
気前
何が支配的
続きは part
in a row that is not featured
certain within
counted from the last one
This takes the permission
answered to you alone
whether anybody plays
what Draw is to
Who deploys
who deploys one
need the file changed
code they began on
Nothing outlives it
command that mends it
the stack's shell
whoever an alarm woke
Give nothing back
a free pull
takes all of it itself
if it stays at that
without the events whose
Whether nothing may come
mass grant
What is paid for
What saves is
promised seed
the promise only
What a player could notice
makes the right to deploy
which fail by name
遊びを止め
その財布
おかしな入力
見せられていない版
高々一つ
名前を出して失敗
遊ばずに
""".strip().splitlines()
"""What wording reviews found: words that nobody is to read again, in a document or in the code."""
KNOTS = {
    r"\bacting\.|[/`]act`|StackName}-act\b|\b(ActState|ACT_STATE)": "change",
    r"\bledger_table\b|gacha\.ledger\b": "ledger (the table), kinds (of events)",
    r"\bis_marked\b|[\"']marked[\"']": "undelivered",
    r"\b_?receipt: str\b|\{receipt\}|'receipt': '\{%|\"receipt\": \"\{%": "receipt_number",
    r"\bread_receipt\b": "receipt_number",
    r"\b(player|current|before|after|of)\.user_id\b|\basked\.player\b": "player_key, Player.key",
    r"\bpulling\.place|\bplace_after\b|[\"']place[\"']: pulling": "next_draw",
}
"""Names that one concept had beside its own (docs/glossary.md), as the code wrote them."""


def written() -> Iterator[Path]:
    """Whatever a person reads, but for the tests."""
    yield from DOCUMENTS
    yield from (ROOT / "docs" / "decisions").glob("*.md")
    for name in ("CHANGELOG.md", "SECURITY.md", "Makefile", "samconfig.toml", "verify.html"):
        yield ROOT / name
    for pattern in ("*.yaml", "*.py", "iam/*.yaml", "statemachines/*"):
        yield from ROOT.glob(pattern)
    for folder in ("functions", "layers/gacha/python", "local", "scripts", "benchmarks"):
        yield from (ROOT / folder).rglob("*.py")


def japanese_prose(path: Path) -> Iterator[str]:
    """A file's Japanese lines. Of a document without code, links' addresses and what is shown as a
    terminal shows it, each of which leaves a sign where it stood."""
    text = path.read_text("utf-8")
    if path.suffix == ".md":
        text = re.sub(r"^```.*?^```|^    .*?$", "", text, flags=re.MULTILINE | re.DOTALL)
        text = re.sub(r"\]\([^)\n]*\)", "]", re.sub(r"`[^`\n]*`", "x", text))
    return (line for line in text.splitlines() if re.search(KANA_OR_KANJI, line))


def test_no_sentence_that_was_mended_comes_back() -> None:
    found = [
        f"{path.relative_to(ROOT)}: {words}"
        for path in written()
        for words in MENDED
        if words in path.read_text("utf-8")
    ]
    assert not found


def test_a_concept_has_one_word() -> None:
    found = [
        f"{path.relative_to(ROOT)}: {ours}, not {drifted}: {line}"
        for path in written()
        if path.name != "glossary.md"
        for line in japanese_prose(path)
        for drifted, ours in DRIFTED.items()
        if re.search(drifted, line)
    ]
    assert not found


def coded() -> Iterator[Path]:
    """What runs on AWS, and the samples of its hand-overs."""
    yield ROOT / "template.yaml"
    for folder in ("functions", "layers/gacha/python", "statemachines", "events"):
        for suffix in ("py", "json"):
            yield from (ROOT / folder).rglob(f"*.{suffix}")


def test_a_concept_has_one_name_in_code() -> None:
    found = [
        f"{path.relative_to(ROOT)}: {ours}, not {name[0]!r}"
        for path in coded()
        for knot, ours in KNOTS.items()
        for name in re.finditer(knot, path.read_text("utf-8"))
    ]
    assert not found


def test_the_glossarys_words_are_the_bots() -> None:
    """In what players and operators read in Japanese, each of its words occurs."""
    rows = (ROOT / "docs" / "glossary.md").read_text("utf-8").splitlines()
    words = [row.split("|")[3].strip() for row in rows if row.startswith("| ")][2:]
    said = (ROOT / "layers/gacha/python/commands").rglob("*.py")
    read = [*JAPANESE, ROOT / "verify.html", *said]
    text = "".join(path.read_text("utf-8") for path in read)
    assert len(words) > 20
    assert [word for word in words if word not in text] == []


EXPLAINED = {  # in English, in Japanese: as a document's prose has it
    "Unit": (r"\bunits?\b(?! tests?)", "ユニット"),
    "Throttle": (r"\bthrottl", "スロットリング"),
    "Standard and Express": (r"\bStandard\b|\bExpress\b", r"\bStandard\b|\bExpress\b"),
    "Permissions boundary": (r"permissions boundary", "アクセス許可の境界"),
    "Point-in-time recovery (PITR)": ("point-in-time|PITR", "ポイントインタイム|PITR"),
    "Epoch": (r"\bepochs?\b", "期間"),
    "Client seed": ("client seed", "クライアントシード"),
}
"""The field's words and AWS's that no reader of ours has to bring along."""


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_a_word_of_the_field_is_explained_before_it_is_used(path: Path) -> None:
    """Above the first of them is the link to the list that explains them."""
    at = 1 if path in JAPANESE else 0
    link = ("glossary.md#explained", "glossary.md#説明")[at]
    if path.name in ("glossary.md", "receipt-format.md") or path == ROOT / "docs/README.md":
        pytest.skip("the list itself, the list of documents, and a format that defines its words")
    lines = path.read_text("utf-8").splitlines()
    used = [
        number
        for number, line in enumerate(lines)
        if any(re.search(each[at], line, re.IGNORECASE) for each in EXPLAINED.values())
    ]
    linked = [number for number, line in enumerate(lines) if link in line]
    assert not used or (linked and linked[0] <= used[0])


def test_each_of_them_is_in_the_list_in_both_languages() -> None:
    text = (ROOT / "docs" / "glossary.md").read_text("utf-8")
    english, japanese = text.split("\n## Explained\n")[1].split("\n## 説明\n")
    heads = re.findall(r"^- \*\*([^*]+)\*\*: ", english, re.MULTILINE)
    assert heads == list(EXPLAINED)
    heads = re.findall(r"^- \*\*([^*]+)\*\*：", japanese, re.MULTILINE)
    for head, (_, pattern) in zip(heads, EXPLAINED.values(), strict=True):
        assert re.search(pattern, head), head


def test_a_promise_is_a_rule_of_a_banner() -> None:
    """What is shown before the draws is the commitment."""
    found = [
        f"{path.relative_to(ROOT)}: {line}"
        for path in written()
        if path.name not in ("glossary.md", "banner-format.ja.md")
        for line in japanese_prose(path)
        if re.search("(?<!確定と)(?<!確定、)約束", line)
    ]
    assert not found


@pytest.mark.parametrize("path", JAPANESE, ids=lambda path: path.name)
def test_brackets_and_colons_in_japanese_are_full_width(path: Path) -> None:
    found = [
        line
        for line in japanese_prose(path)
        if re.search(rf"{KANA_OR_KANJI}[*`]* ?[(:]|[(:][*`]* ?{KANA_OR_KANJI}", line)
        or re.search(rf"{KANA_OR_KANJI}[*`]*\)|\)[*`]* ?{KANA_OR_KANJI}", line)
    ]
    assert not found


def typed(lang: str) -> dict[tuple[str, ...], str]:
    """Every subcommand as a client in `lang` shows it, by the words of the English one."""
    return {
        (registry.root(room).name[1], *registry.root(room).words(room)): sentences.word(
            registry.typed(room), lang
        )
        for room in registry.rooms()
    }


@pytest.mark.parametrize("path", JAPANESE, ids=lambda path: path.name)
def test_a_command_is_named_as_japanese_clients_show_it(path: Path) -> None:
    """Its English name stands beside the Japanese one in a table, or in a sample of code."""
    text = re.sub(r"^```.*?^```", "", path.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)
    for way, japanese in typed("ja").items():
        english = "/" + " ".join(way)
        for line in text.splitlines():
            if re.search(rf"{english}(?![\w-])", line):
                assert line.startswith("|") and f"`{japanese}`" in line, line


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_a_named_command_is_defined(path: Path) -> None:
    text = re.sub(r"^```.*?^```", "", path.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)
    whole = {*typed("en").values(), *typed("ja").values()}
    begun = {name.rsplit(" ", length)[0] for name in whole for length in (1, 2)}
    for name in re.findall(r"`(/(?:gacha|ガチャ)(?:[-管][^ `/]*)?(?: [^`]+)?)`", text):
        assert name in begun or any(f"{name} ".startswith(f"{each} ") for each in whole), name


class Parsed(Exception):
    def __init__(self, parser: argparse.ArgumentParser) -> None:
        self.parser = parser


def parser_of(tool: str) -> argparse.ArgumentParser:
    """The real parser, caught at the moment when it would read the arguments."""
    is_package = (ROOT / f"scripts/{tool}/__init__.py").exists()
    name = "interaction" if tool == "inspect" else f"{tool}.__main__" if is_package else tool
    module = importlib.import_module(f"scripts.{name}")

    def caught(self: argparse.ArgumentParser, *_: object) -> None:
        raise Parsed(self)

    with mock.patch.object(argparse.ArgumentParser, "parse_args", caught):
        try:
            module.main([])
        except Parsed as found:
            return found.parser
    raise AssertionError(f"{tool} has no parser")


def options_of(parser: argparse.ArgumentParser) -> Iterator[str]:
    for action in parser._actions:
        yield from action.option_strings
        if isinstance(action, argparse._SubParsersAction):
            for each in action.choices.values():
                yield from options_of(each)


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_a_documented_command_has_the_options_it_is_given(path: Path) -> None:
    text = path.read_text("utf-8").replace("\\\n", " ")
    for tool, rest in re.findall(r"scripts\.([a-z_]+)((?: [^`\n#|]*)?)", text):
        assert tool in TOOLS or tool in ("toml", "stack", "py"), tool
        given = re.findall(r"(?<!\S)--[a-z-]+", rest)
        if given:
            known = set(options_of(parser_of(tool)))
            assert set(given) <= known, f"scripts.{tool}: {set(given) - known}"


@pytest.mark.parametrize("name", ["tools.md", "tools.ja.md"])
def test_sections_name_options_that_their_tool_has(name: str) -> None:
    text = (ROOT / "docs" / name).read_text("utf-8")
    for tool, body in re.findall(r"^## (\w+)\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL):
        known = set(options_of(parser_of(tool)))
        written = set(re.findall(r"`(--[a-z-]+)", body))
        assert written <= known, f"{tool}: {written - known}"


@pytest.mark.parametrize("name", ["tools.md", "tools.ja.md"])
def test_the_exit_codes_are_those_of_the_tools(name: str) -> None:
    text = (ROOT / "docs" / name).read_text("utf-8")
    [line] = [each for each in text.splitlines() if "`| head`" in each]
    for code in (stack.FOUND, stack.NOT_SO, stack.WRONG_QUESTION, stack.UNREADABLE, 130, 141):
        assert re.search(rf"\b{code}\b", line)


@pytest.mark.parametrize("name", ["runbook.md", "runbook.ja.md"])
def test_the_runbook_names_functions_that_exist(name: str) -> None:
    text = (ROOT / "docs" / name).read_text("utf-8")
    functions = {path.name for path in (ROOT / "functions").iterdir() if path.is_dir()}
    named = set(re.findall(r"`([a-z]+)-(?:duration|error-rate|errors)`", text))
    named -= {"functions", "api", "workflow", "workflows"}
    assert len(named) > 5
    assert named <= functions, named - functions
    assert not re.search(r"functions?:? remove|関数:? ?remove|`remove`", text)
