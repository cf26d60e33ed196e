"""Japanese has full-width colons and brackets of its own; a half-width one after a Japanese letter
is an English sentence's, left behind. Held over all that a person may read."""

from __future__ import annotations

import ast
import re
import subprocess
from pathlib import Path
from typing import Final

import pytest

from tests.conftest import ROOT
from tests.over import over
from tests.sentences import SENTENCES

LETTER: Final = "[ぁ-んァ-ヶー一-龠々〆）」』】％]"
JAPANESE: Final = re.compile("[ぁ-んァ-ヶー一-龠]")
HALF: Final = re.compile(
    rf"(?:{LETTER}|\}}) ?:(?=\s|$|[「『（]|{LETTER})|{LETTER} ?\(|\({LETTER}|{LETTER}\)"
)
"""A colon after a letter or a blank that is filled, or a bracket at a letter."""
READ: Final = {
    ROOT / "layers/gacha/python/gacha/making" / each for each in ("sheets.py", "times.py")
}
"""What owners may write, in whatever signs, stands in these; nothing that they read."""
OPTION: Final = re.compile(r"/ガチャ[^:]*回数: \d+")
"""A command with its option, as Discord itself writes it."""

LINKED: Final = re.compile(r"\]\([^)]*\)")
"""Where a link of Markdown leads."""


def wrong(text: str) -> list[str]:
    """What stands around each half-width sign of a text that is Japanese."""
    text = OPTION.sub("", text)
    if not JAPANESE.search(text):
        return []
    return [text[max(0, m.start() - 20) : m.end() + 20] for m in HALF.finditer(text)]


def tracked(*patterns: str) -> list[Path]:
    listed = subprocess.check_output(["git", "ls-files", *patterns], cwd=ROOT, text=True)
    return [ROOT / each for each in listed.split() if not each.startswith("tests/")]


@over("key", SENTENCES)
def test_the_bots_sentences(key: str) -> None:
    assert wrong(SENTENCES[key].both[0]) == []


@over("path", [each for each in tracked("*.py") if each not in READ])
def test_what_programs_say(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            assert wrong(LINKED.sub("", node.value)) == [], node.lineno


@over("path", tracked("*.html", "*.js"))
def test_what_pages_say(path: Path) -> None:
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        for text in re.findall(r'"(?:[^"\\]|\\.)*"', line):
            assert wrong(text) == [], number
        # Between what is filled in, a template has no sign of either language.
        assert not re.search(r"\}\}: ", line), number


@over("path", tracked("*.ja.md"))
def test_the_documents(path: Path) -> None:
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        text = LINKED.sub("", re.sub("`[^`]*`", "", line))
        assert wrong(text) == [], number


@pytest.mark.parametrize(
    "text", ["前回からの抽選数: 3", "{name}: 成功", "理由（例: x）", "結果(3)", "結果:"]
)
def test_a_half_width_sign_would_be_noticed(text: str) -> None:
    assert wrong(text)
    assert not wrong("https://例 結果：3（12:30） `a: b` /ガチャ 引く 回数: 10")
