"""The runbook and the alarms keep in step, in both languages."""

from __future__ import annotations

import re
from functools import cache
from typing import Any, Final

import pytest

from tests.cloudformation import resources, translated
from tests.conftest import ROOT
from tests.insights import Query, parse
from tests.log_lines import Lines, check, story
from tests.unit.test_alarms import ALARMS, BRAKES, slug
from tests.unit.test_template import FUNCTIONS

LANGUAGES: Final = ("runbook.md", "runbook.ja.md")
LABELS: Final = {
    "runbook.md": ("Players", "Look", "Do", "Stop when"),
    "runbook.ja.md": ("プレイヤー", "見る", "する", "完了の目安"),
}
NO_ALARM: Final = {
    *("backup-failed", "erase-failed", "export-failed", "over-budget", "picture-reported"),
    "workshop-failed",
}
"""Sections whose mail comes from a rule or a budget."""


@cache
def text(name: str) -> str:
    return (ROOT / "docs" / name).read_text()


def sections(name: str) -> dict[str, str]:
    """The sections that alarms name: their headings are their anchors in every language."""
    found = re.findall(r"^## ([a-z][a-z-]+)\n(.*?)(?=^## |\Z)", text(name), re.S | re.M)
    return dict(found)


@pytest.mark.parametrize("name", LANGUAGES)
def test_every_section_that_a_mail_names_is_there_and_no_other(name: str) -> None:
    alarms = resources("AWS::CloudWatch::Alarm").values()
    told = {str(alarm["AlarmDescription"]) for alarm in alarms}
    for name_of_rule in (
        "BackupFailedRule",
        "EraseFailedRule",
        "ExportFailedRule",
        "PictureReportedRule",
        "WorkshopFailedRule",
    ):
        rule = resources("AWS::Events::Rule")[name_of_rule]
        told |= {rule["Description"], *(str(target) for target in rule["Targets"])}
    named = {re.findall(r"(?:runbook|Runbook\})(?:\.ja)?\.md#([a-z-]+)", each)[0] for each in told}
    assert "MonthlyBudget" in translated()["Resources"]
    assert set(sections(name)) == named | {"over-budget"}


@pytest.mark.parametrize("name", LANGUAGES)
def test_a_section_names_its_alarms_and_each_alarm_has_one(name: str) -> None:
    for section, body in sections(name).items():
        listed = next(
            (line for line in body.splitlines() if line.startswith(("Alarms:", "アラーム："))), ""
        )
        sections_of = {name: line.section for name, line in ALARMS.items()}
        sections_of |= dict.fromkeys(BRAKES, "brake")
        assert sorted(re.findall(r"`([a-z-]+)`", listed)) == sorted(
            slug(alarm) for alarm, its in sections_of.items() if its == section
        )
        assert bool(listed) is (section not in NO_ALARM)


@pytest.mark.parametrize("name", LANGUAGES)
def test_a_section_says_who_is_hit_what_to_look_at_what_to_do_and_when_to_stop(name: str) -> None:
    for body in sections(name).values():
        at = [body.find(f"**{label}**") for label in LABELS[name]]
        assert -1 not in at and at == sorted(at)


@pytest.mark.parametrize("name", LANGUAGES)
def test_a_section_is_read_in_a_minute(name: str) -> None:
    for section, body in sections(name).items():
        words = len(body) if name.endswith(".ja.md") else len(body.split())
        assert words < (900 if name.endswith(".ja.md") else 200), section


def test_both_languages_have_the_same_sections_queries_and_commands() -> None:
    english, japanese = (text(name) for name in LANGUAGES)
    assert list(sections("runbook.md")) == list(sections("runbook.ja.md"))
    for pattern in (r"```logs\n.*?```", r"`\.venv/bin/[^`]+`", r"\]\((#(?!stop-the-bot)[a-z-]+)\)"):
        found = [re.findall(pattern, each, re.S) for each in (english, japanese)]
        # What a person puts in has a name in each language.
        found[1] = [each.replace(" 受付番号 ", " RECEIPT_NUMBER ") for each in found[1]]
        assert found[0] and found[0] == found[1]
    assert english.count("\n## ") == japanese.count("\n## ")


@pytest.mark.parametrize("name", LANGUAGES)
def test_links_and_tools_exist(name: str) -> None:
    for target in re.findall(r"\]\((?!https://)([^)#]*)(?:#[^)]*)?\)", text(name)):
        assert not target or (ROOT / "docs" / target).exists()
    labels = set(re.findall(r"^\[(\w+)\]: https://\S+$", text(name), re.M))
    assert labels and labels == set(re.findall(r"\]\[(\w+)\]", text(name)))
    for tool in re.findall(r"scripts\.(\w+)", text(name)):
        found = [ROOT / "scripts" / tool, ROOT / "scripts" / f"{tool}.py"]
        assert any(path.exists() for path in found), f"no such tool: {tool}"


# --- queries --------------------------------------------------------------------------------------


def queries(name: str) -> list[tuple[str, Query]]:
    """The function whose log is read, from a block's first line, and the query."""
    found = []
    for block in re.findall(r"```logs\n(.*?)```", text(name), re.S):
        first, *rest = block.strip().splitlines()
        function = re.fullmatch(r"# /aws/lambda/discord-gacha/(\w+)", first)
        assert function, f"no log group: {first}"
        found.append((function[1], parse(" ".join(rest))))
    return found


@pytest.fixture
def lines(tables: Any, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Lines:
    return story(tables, monkeypatch, capfd)


def test_every_query_reads_what_the_handlers_print(lines: Lines) -> None:
    found = [each for name in LANGUAGES for each in queries(name)]
    assert len(found) == 16
    for function, query in found:
        assert function.title() in FUNCTIONS
        check(query, lines[function])


def test_what_the_runbook_says_of_starts_is_what_interactions_prints(lines: Lines) -> None:
    printed = {line["message"] for line in lines["interactions"]}
    assert {"workflow accepted", "workflow refused", "workflow ambiguous"} == printed
    for name in LANGUAGES:
        said = set(re.findall(r"`(workflow \w+)`", text(name)))
        assert said == {"workflow refused", "workflow ambiguous"}
