"""Documents lead where they say, and say as much in Japanese as in English."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import Final

import pytest

from tests.conftest import ROOT

LINK: Final = re.compile(r"\]\(([^)#\s]*)(?:#([^)\s]*))?\)")
HEADING: Final = re.compile(r"^(#+) (.*)$", re.MULTILINE)
CODE: Final = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
TRACKED: Final = subprocess.run(
    ["git", "ls-files", "-co", "--exclude-standard", "*.md"],
    cwd=ROOT,
    capture_output=True,
    text=True,
    check=True,
).stdout.split()
DOCUMENTS: Final = [ROOT / name for name in TRACKED if (ROOT / name).exists()]
JAPANESE: Final = [path for path in DOCUMENTS if path.name.endswith(".ja.md")]


def prose(path: Path) -> str:
    return CODE.sub("", path.read_text("utf-8"))


def anchors(path: Path) -> set[str]:
    """The anchors of a document's headings, as GitHub makes them."""
    found = set()
    for _, title in HEADING.findall(prose(path)):
        words = re.sub(r"[^\w\- ]", "", title.replace("`", "").lower())
        found.add(words.strip().replace(" ", "-"))
    return found


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(path: Path) -> None:
    for target, anchor in LINK.findall(prose(path)):
        if ":" in target:
            continue
        file = (path.parent / target).resolve() if target else path
        assert file.exists(), f"{target} does not exist"
        if anchor and file.suffix == ".md":
            assert anchor in anchors(file), f"{target or path.name} has no #{anchor}"


@pytest.mark.parametrize("path", JAPANESE, ids=lambda path: str(path.relative_to(ROOT)))
def test_both_languages_have_the_same_parts(path: Path) -> None:
    english = path.with_name(path.name.replace(".ja.md", ".md"))
    levels = [[level for level, _ in HEADING.findall(prose(each))] for each in (path, english)]
    assert levels[0] == levels[1]
    tables = [len(re.findall(r"^\|", prose(each), re.MULTILINE)) for each in (path, english)]
    assert tables[0] == tables[1], "rows of tables"


def test_every_document_is_in_the_index() -> None:
    index = (ROOT / "docs/README.md").read_text("utf-8")
    linked = {(ROOT / "docs" / target).resolve() for target, _ in LINK.findall(index)}
    documents = {path for path in DOCUMENTS if path.is_relative_to(ROOT / "docs")}
    assert documents - linked == {ROOT / "docs/README.md"}
