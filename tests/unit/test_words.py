"""Documents name tools, options, codes and functions that exist, and use one word for a concept."""

from __future__ import annotations

import argparse
import importlib
import re
from collections.abc import Iterator
from pathlib import Path
from unittest import mock

import pytest

from scripts import stack
from tests.conftest import ROOT

TOOLS = [*sorted(path.stem for path in (ROOT / "scripts").glob("*.py")), "inspect"]
DOCUMENTS = [ROOT / "README.md", ROOT / "README.ja.md", *sorted((ROOT / "docs").glob("*.md"))]
DRIFTED = {"封緘": "封印", "予行": "リハーサル", "エポック": "期間", "領収": "記録"}
MENDED = (
    *(
        "始まったコードで終わ",
        "場所を取ったので",
        "引くことの費用",
        "入口で失敗",
        "抜け殻",
        "何が支配的",
    ),
    *("what Draw is to a pull", "whoever an alarm woke", "Give nothing back", "code they began on"),
    *("are answered to you alone", "whether anybody plays", "command that mends it"),
)


@pytest.mark.parametrize("path", [*DOCUMENTS, ROOT / "verify.html"], ids=lambda path: path.name)
def test_a_concept_has_one_word(path: Path) -> None:
    text = path.read_text("utf-8")
    for word, ours in DRIFTED.items():
        assert word not in text, f"{ours}, not {word}"
    for words in MENDED:
        assert words not in text


class Parsed(Exception):
    def __init__(self, parser: argparse.ArgumentParser) -> None:
        self.parser = parser


def parser_of(tool: str) -> argparse.ArgumentParser:
    """The real parser, caught at the moment when it would read the arguments."""
    module = importlib.import_module(
        "scripts.interaction" if tool == "inspect" else f"scripts.{tool}"
    )

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
