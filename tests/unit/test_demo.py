"""`make demo` speaks the terminal's language."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from typing import Any

import pytest

from commands import registry
from local import demo
from local.demo import WORDS
from tests.conftest import ROOT
from tests.unit.test_makefile import recipe


@pytest.mark.parametrize(("locale", "client"), [("ja_JP.UTF-8", "ja"), ("de_DE.UTF-8", "en-US")])
def test_what_interrupts_it_is_said_in_its_own_language(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], locale: str, client: str
) -> None:
    def interrupted(*_: Any) -> Any:
        raise KeyboardInterrupt

    monkeypatch.setenv("LC_ALL", locale)
    monkeypatch.setattr(demo, "stack", interrupted)
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    assert demo.main([]) == 130
    assert capsys.readouterr().out == f"\n✗ {WORDS[client]['interrupted']}\n"


def test_both_languages_say_the_same() -> None:
    english, japanese = WORDS["en-US"], WORDS["ja"]
    assert list(english) == list(japanese)
    for key, text in english.items():
        blanks = re.findall(r"\{\w+\}", text)
        assert re.findall(r"\{\w+\}", japanese[key]) == blanks, key


def test_the_command_is_the_one_that_clients_show() -> None:
    [gacha] = [each for each in registry.discord() if each["name"] == "gacha"]
    [pull] = [each for each in gacha["options"] if each["name"] == "pull"]
    [count] = [each for each in pull["options"] if each["name"] == "count"]
    assert WORDS["en-US"]["command"] == "/gacha pull count: 10"
    names = [each["name_localizations"]["ja"] for each in (gacha, pull, count)]
    assert WORDS["ja"]["command"] == "/{} {} {}: 10".format(*names)


@pytest.mark.parametrize("module", ["demo", "run", "send", "sign_event"])
def test_what_make_starts_finds_the_domain_by_itself(module: str) -> None:
    """As make does, and not as pytest, whose settings know where the domain lies."""
    ran = subprocess.run(
        [sys.executable, "-c", f"import local.{module}"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ran.returncode, ran.stderr) == (0, "")


def test_steps_are_asked_for_by_a_variable() -> None:
    assert recipe("demo").splitlines()[-1].endswith("-m local.demo")
    assert recipe("demo", "STEPS=1").splitlines()[-1].endswith("-m local.demo --steps")
