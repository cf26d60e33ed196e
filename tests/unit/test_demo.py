"""`make demo` speaks the terminal's language."""

from __future__ import annotations

import re

import pytest

from commands import registry
from local.demo import WORDS, terminal_language
from tests.unit.test_makefile import recipe


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({"LANG": "ja_JP.UTF-8"}, "ja"),
        ({"LANG": "ja"}, "ja"),
        ({"LANG": "en_US.UTF-8", "LC_ALL": "ja_JP.UTF-8"}, "ja"),
        ({"LANG": "ja_JP.UTF-8", "LC_MESSAGES": "C"}, "en-US"),
        ({"LANG": "ja_JP.UTF-8", "LC_ALL": ""}, "ja"),
        ({"LANG": "jam_JM"}, "en-US"),
        ({}, "en-US"),
    ],
)
def test_the_language_is_the_terminals(environment: dict[str, str], language: str) -> None:
    assert terminal_language(environment) == language


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


def test_steps_are_asked_for_by_a_variable() -> None:
    assert recipe("demo").splitlines()[-1].endswith("-m local.demo")
    assert recipe("demo", "STEPS=1").splitlines()[-1].endswith("-m local.demo --steps")
