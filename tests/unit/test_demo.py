"""`make demo` speaks the terminal's language."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import unicodedata
from contextlib import nullcontext
from types import SimpleNamespace
from typing import Any

import pytest

from commands import registry
from commands.render import render
from local import demo
from local.client import Answer
from local.demo import WORDS
from local.players import Sent
from scripts.stack import Deployment
from tests.conftest import ROOT
from tests.unit.test_makefile import recipe
from tests.written_runs import Pulled, Recorded


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


class Played:
    """A world in which the ten-pull of an execution written by hand is all that happens."""

    def __init__(self, cloud: Recorded, deployment: Deployment, language: str) -> None:
        self._cloud, self._language = cloud, language
        outputs = {name: of.removesuffix(":live") for name, of in deployment.outputs.items()}
        self.stack = SimpleNamespace(outputs=outputs, client=deployment.client)
        self.standin = self

    def send(self, interaction: dict[str, Any]) -> Sent:
        return Sent(interaction, Answer(200, b'{"type": 5}', 1234.5))

    def read(self, _token: str, *, wait: float) -> dict[str, Any]:
        assert wait
        pulled = Pulled(since=80)  # a featured card is the longest message
        shown = ("pull", pulled.decision["message"], self._language, "1" * 19)
        return {"message": render(*shown)}  # type: ignore[arg-type]

    def execution(self, sent: Sent, *, wait: float = 0) -> str:
        self._cloud.add(sent.id, Pulled().history())
        return "SUCCEEDED"


@pytest.mark.parametrize(("locale", "client"), [("ja_JP.UTF-8", "ja"), ("de_DE.UTF-8", "en-US")])
def test_a_ten_pull_fits_one_screen(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], locale: str, client: str
) -> None:
    """24 lines of 80 columns, with the prompt that comes after."""
    monkeypatch.setenv("LC_ALL", locale)
    monkeypatch.setattr(demo, "stack", lambda *_: nullcontext(SimpleNamespace(standin_url="")))
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    cloud = Recorded()
    with cloud as deployment:
        played = Played(cloud, deployment, "ja" if client == "ja" else "en")
        monkeypatch.setattr(demo, "World", lambda *_: played)
        assert demo.main([]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) <= 23
    wide = [
        sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in line)
        for line in lines
    ]
    assert max(wide) <= 80, lines[wide.index(max(wide))]
    text = "\n".join(lines)
    assert WORDS[client]["command"] in lines[0] and "1234 ms" in lines[0]
    assert [line.split()[0] for line in lines[1:4]] == ["Draw", "Record", "Announce"]
    assert text.count("NEW") + text.count("new") >= 5 and "make demo STEPS=1" in lines[-1]
