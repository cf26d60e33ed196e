"""Whatever a document tells somebody to run on AWS says in one sentence that a login is lacking."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from scripts import stack
from tests.conftest import ROOT
from tests.unit.test_makefile import recipe

TOOLS: Final = {
    "adopt": [
        "--stack",
        "s",
        "--from-table",
        "t",
        "--balance-attribute",
        "b",
        "--guild",
        "1290000000000000002",
    ],
    "audit": ["stack", "s"],
    "brake": ["status", "--stack", "s"],
    "inspect": ["1574633113697286472", "--stack", "s"],
    "pictures": ["s", "reported"],
    "preflight": [],
    "erase": ["stack", "s", "--list"],
    "legal": ["stack", "s", "--operator", "O", "--contact", "a@example.com", "--out", "unused"],
    "move": ["--stack", "s", "--dry-run"],
    "rehearse": ["--stack", "s", "--dry-run"],
    "report": ["--regular", "--stack", "s"],
    "restore": ["--stack", "s", "--rehearse"],
}
ASK_NO_AWS: Final = {
    *(
        "alternatives",
        "analytics",
        "capacity",
        "cost",
        "sizes",
        "packages",
        "register_commands",
        "install",
        "lock",
    ),
}
LOCALES: Final = {"C.UTF-8": "en", "ja_JP.UTF-8": "ja"}


def bare(home: Path, locale: str) -> dict[str, str]:
    """An environment in which botocore itself finds no credentials."""
    return {
        "HOME": str(home),
        "PATH": os.environ["PATH"],
        "LANG": locale,
        "AWS_EC2_METADATA_DISABLED": "true",
    }


def test_every_tool_that_a_document_names_is_tried_here() -> None:
    documents = [*ROOT.glob("README*.md"), *(ROOT / "docs").glob("*.md")]
    named = {
        name
        for each in documents
        for name in re.findall(r"python -m scripts\.([a-z_]+)", each.read_text())
    }
    assert named - ASK_NO_AWS == set(TOOLS)


@pytest.mark.parametrize(("tool", "locale"), [*zip(TOOLS, [*LOCALES] * len(TOOLS), strict=False)])
def test_a_tool_says_it_in_the_language_of_the_terminal(
    tmp_path: Path, tool: str, locale: str
) -> None:
    ran = subprocess.run(
        [sys.executable, "-m", f"scripts.{tool}", *TOOLS[tool]],
        cwd=ROOT,
        env=bare(tmp_path, locale),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ran.returncode, ran.stdout) == (stack.WRONG_QUESTION, "")
    assert ran.stderr == stack.NO_LOGIN[LOCALES[locale]] + "\n"


@pytest.mark.parametrize("lang", LOCALES.values())
@pytest.mark.parametrize("tool", ["inspect", "report"])
def test_a_language_that_is_asked_for_goes_first(tmp_path: Path, tool: str, lang: str) -> None:
    ran = subprocess.run(
        [sys.executable, "-m", f"scripts.{tool}", *TOOLS[tool], "--lang", lang],
        cwd=ROOT,
        env=bare(tmp_path, "ja_JP.UTF-8"),
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.stderr == stack.NO_LOGIN[lang] + "\n"


def make_targets() -> list[str]:
    """The targets whose recipes deploy with the developer's own login."""
    text = (ROOT / "Makefile").read_text()
    rules = re.findall(r"^([a-z-]+):.*\n((?:\t.*\n)+)", text, re.MULTILINE)
    return [name for name, lines in rules if "sam deploy" in lines]


def test_the_targets_are_found() -> None:
    assert make_targets() == ["deploy", "backup-region"]


@pytest.mark.parametrize("target", make_targets())
@pytest.mark.parametrize("locale", LOCALES)
def test_a_target_of_make_says_it_before_sam_is_started(
    tmp_path: Path, target: str, locale: str
) -> None:
    """The recipe's lines, on a terminal, with a `sam` that tells whether it was reached."""
    (tmp_path / "bin").mkdir()
    reached = tmp_path / "bin/sam"
    reached.write_text("#!/bin/sh\necho reached sam\n")
    reached.chmod(0o755)
    environment = bare(tmp_path, locale)
    environment["PATH"] = os.pathsep.join(
        [str(reached.parent), str(Path(sys.executable).parent), environment["PATH"]]
    )
    lines = [
        line for line in recipe(target).splitlines() if re.match(r"(python -m scripts|sam )", line)
    ]
    ours, theirs = pty.openpty()
    try:
        ran = subprocess.run(
            ["bash", "-euc", "\n".join(lines)],
            cwd=ROOT,
            env=environment,
            stdin=theirs,
            capture_output=True,
            text=True,
            check=False,
        )
    finally:
        os.close(ours)
        os.close(theirs)
    assert ran.returncode == stack.WRONG_QUESTION
    assert "reached sam" not in ran.stdout
    assert ran.stderr.splitlines()[-1] == stack.NO_LOGIN[LOCALES[locale]]
    assert "Traceback" not in ran.stderr
