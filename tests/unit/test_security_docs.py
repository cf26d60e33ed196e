"""docs/security.md names tests that exist, in both languages the same ones."""

from __future__ import annotations

import re
from typing import Final

import pytest

from tests.conftest import ROOT

pytestmark = pytest.mark.once

NAMES: Final = re.compile(r"`(test_\w+)`")
LINKS: Final = re.compile(r"\]\(([^)#]+)")


def text(language: str) -> str:
    return (ROOT / f"docs/security{language}.md").read_text()


def named(language: str) -> list[str]:
    return NAMES.findall(text(language))


def test_every_test_that_is_named_exists() -> None:
    tests = "\n".join(file.read_text() for file in (ROOT / "tests").rglob("test_*.py"))
    missing = [name for name in named("") if f"def {name}(" not in tests]
    assert missing == []
    assert len(named("")) > 50


def test_both_languages_say_the_same() -> None:
    english, japanese = text(""), text(".ja")
    assert named("") == named(".ja")
    for mark in ("\n| ", "\n## ", "\n### ", "\n- ", "\n1. "):
        assert english.count(mark) == japanese.count(mark), mark


@pytest.mark.parametrize("language", ["", ".ja"])
def test_links_lead_somewhere(language: str) -> None:
    for link in LINKS.findall(text(language)):
        assert (ROOT / "docs" / link).exists(), link
