"""`make deploy` says what is wrong before it builds and asks."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Any

import pytest
from botocore.exceptions import NoCredentialsError

from scripts import deploy, preflight, stack
from tests.conftest import ROOT
from tests.unit.test_makefile import recipe


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)


def answering(monkeypatch: pytest.MonkeyPatch, code: int, said: str = "") -> list[str]:
    """Let preflight find `code` and a person say `said`; gets the questions."""
    asked: list[str] = []

    def ask(question: str) -> str:
        asked.append(question)
        return said

    monkeypatch.setattr(preflight, "run", lambda _: code)
    monkeypatch.setattr("builtins.input", ask)
    return asked


def test_it_comes_before_the_build() -> None:
    lines = recipe("deploy").splitlines()
    [first] = [n for n, line in enumerate(lines) if "-m scripts.deploy" in line]
    building = [n for n, line in enumerate(lines) if "sam build" in line or "sam deploy" in line]
    assert len(building) == 2 and first < min(building)


def test_no_login_is_a_sentence(
    terminal: None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def run(_: Any) -> int:
        raise NoCredentialsError

    monkeypatch.setattr(preflight, "run", run)
    assert deploy.main([]) == stack.WRONG_QUESTION
    assert capsys.readouterr().err.splitlines()[-1] == stack.NO_LOGIN["en"]


@pytest.mark.parametrize(
    ("code", "said", "expected", "questions"),
    [(0, "", 0, 0), (1, "y", 0, 1), (1, "", 1, 1), (1, "n", 1, 1), (2, "y", 2, 0), (3, "y", 3, 0)],
)
def test_what_preflight_finds_decides(
    terminal: None,
    monkeypatch: pytest.MonkeyPatch,
    code: int,
    said: str,
    expected: int,
    questions: int,
) -> None:
    asked = answering(monkeypatch, code, said)
    assert deploy.main([]) == expected
    assert len(asked) == questions


def test_the_place_is_the_one_that_sam_will_propose() -> None:
    assert deploy.place(deploy.DEPLOY) == ("discord-gacha", "ap-northeast-1")
    assert deploy.place(deploy.BACKUP_REGION) == ("discord-gacha-backup", "ap-northeast-2")


def test_without_a_terminal_it_is_a_sentence() -> None:
    """As make runs it, in a process of its own."""
    ran = subprocess.run(
        [sys.executable, "-m", "scripts.deploy"],
        cwd=ROOT,
        env={**os.environ},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ran.returncode, ran.stdout) == (2, "")
    assert ran.stderr.count("\n") == 1 and "no terminal" in ran.stderr
