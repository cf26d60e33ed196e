"""What is kept and how long is one truth: the document for players, `/gacha privacy show` and the
privacy policy say the same, in both languages, and the template does it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

import pytest

from adapters import kept
from commands.privacy_show import show
from gacha import wishes
from scripts import ROOT, legal
from scripts.template import Template
from tests.cloudformation import Resolved
from tests.over import over
from tests.unit import personal_messages
from tests.unit.test_legal import OWNER, SEOUL

LANGUAGES: Final = {"ja": "docs/players-data.ja.md", "en": "docs/players-data.md"}
PHASES: Final = ("initial", "growth", "expansion", "large")


def until(lang: str, where: str, *, nth: int = 0) -> list[int]:
    """The figures of the column "until", of the row of what lies there."""
    lines = (ROOT / LANGUAGES[lang]).read_text("utf-8").splitlines()
    rows = [re.split(r" \| ", line) for line in lines if line.startswith("| ")]
    found = [row for row in rows if len(row) >= 4 and where in row[1]]
    return [int(each) for each in re.findall(r"\d+", found[nth][2])]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_documents_days_are_the_templates(lang: str) -> None:
    days = []
    for phase in PHASES:
        stack = Resolved(Phase=phase, BackupCopyRegion=SEOUL, Analytics="DAILY")
        [retention] = {
            int(each["RetentionInDays"]) for each in stack.resources("AWS::Logs::LogGroup").values()
        }
        days.append(retention)
        for access in stack.resources("AWS::ApiGatewayV2::Stage").values():
            assert "sourceIp" in access["AccessLogSettings"]["Format"]
        [plan] = stack.resources("AWS::Backup::BackupPlan").values()
        [rule] = plan["BackupPlan"]["BackupPlanRule"]
        lives = [rule["Lifecycle"], *(each["Lifecycle"] for each in rule["CopyActions"])]
        assert [[each["DeleteAfterDays"]] for each in lives] == 2 * [until(lang, "AWS Backup")]
        for table in stack.resources("AWS::DynamoDB::Table").values():
            recovery = table["PointInTimeRecoverySpecification"]["RecoveryPeriodInDays"]
            assert [recovery] == until(lang, "DynamoDB")
        rules = stack.properties("AnalyticsBucket")["LifecycleConfiguration"]["Rules"]
        ends = {each["Id"]: each.get("ExpirationInDays") for each in rules}
        exports = "分析" if lang == "ja" else "statistics"
        text = (ROOT / LANGUAGES[lang]).read_text("utf-8")
        [row] = [line for line in text.splitlines() if re.match(rf"\| [^|]*{exports}", line)]
        assert [int(each) for each in re.findall(r"\d+", row)] == [ends["raw"], ends["derived"]]
    first, second, *others = days
    assert first == second
    assert [first, *others] == until(lang, "CloudWatch Logs")
    assert until(lang, "X-Ray") == [kept.TRACE_DAYS]
    assert until(lang, "Step Functions") == [kept.EXECUTION_DAYS]
    assert until(lang, "wishers#") == [wishes.LISTED_MS // legal.DAY_MS]


SAID: Final[Mapping[str, Mapping[str, str]]] = {
    "ja": {
        "the code can be traced": "符号.*(?:調べられ|総当たり)",
        "traces": "処理時間",
        "addresses": "IP アドレス.*(?:ブラウザーで直接|アクセスログ)",
        "where": r"ap-northeast-1",
        "copies": "控え.*ap-northeast-2",
    },
    "en": {
        "the code can be traced": "a (?:short )?code in place of your id.*(?:trace|find)",
        "traces": "how long (?:each command|commands) took",
        "addresses": "IP address.*browser",
        "where": r"ap-northeast-1",
        "copies": r"copies of.*ap-northeast-2",
    },
}
"""What all three tell of, beside figures."""


def told(phase: str, lang: str, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """The three texts, of a stack that copies and exports."""
    monkeypatch.setenv("PHASE", phase)
    monkeypatch.setenv("WORKFLOW_TYPE", "STANDARD")
    monkeypatch.setenv("AWS_REGION", "ap-northeast-1")
    monkeypatch.setenv("COPIED_TO", SEOUL)
    monkeypatch.setenv("ANALYTICS_BUCKET", "a-bucket")
    of: Any = {**personal_messages.MESSAGES["what is kept"], "kept": kept.facts()}
    parameters = {"Phase": phase, "BackupCopyRegion": SEOUL, "Analytics": "DAILY"}
    policy = legal.privacy(OWNER, legal.Kept.of(Template(parameters), "ap-northeast-1"))
    return {
        "show": show.show(of, lang, "1")["embeds"][0]["fields"][0]["value"],
        "policy": legal.markdown(policy, lang),
        "document": (ROOT / LANGUAGES[lang]).read_text("utf-8"),
    }


@over("phase", PHASES)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_all_three_tell_of_the_same(phase: str, lang: str, monkeypatch: pytest.MonkeyPatch) -> None:
    texts = told(phase, lang, monkeypatch)
    for name, text in texts.items():
        for what, pattern in SAID[lang].items():
            assert re.search(pattern, text, re.I), f"{name} says nothing of: {what}"
    logs = str(kept.LOG_DAYS[phase])
    for name in ("show", "policy"):
        days = re.findall(r"(\d+) (?:日|days?)", texts[name])
        assert days.count(logs) >= 2, f"{name}: the log of each command, and that of addresses"
        assert str(kept.TRACE_DAYS) in days


@pytest.mark.parametrize(("lang", "words"), [("ja", "すべて エラーのみ"), ("en", "all errors")])
def test_the_roadmap_says_what_is_logged_of_looks(lang: str, words: str) -> None:
    name = {"ja": "読むだけのコマンドのログ", "en": "logs of read-only commands"}[lang]
    text = (ROOT / f"docs/roadmap{'.ja' if lang == 'ja' else ''}.md").read_text("utf-8")
    [row] = re.findall(rf"(?m)^\| {name} \| (.*) \|$", text)
    levels = dict(zip(("ALL", "ERROR"), words.split(), strict=True))
    logged = [
        Resolved(Phase=phase).properties("ReplyStateMachine")["LoggingConfiguration"]["Level"]
        for phase in PHASES
    ]
    assert row.split(" | ") == [levels[each] for each in logged]
