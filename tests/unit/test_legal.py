"""No sentence of the terms and the policy is false, whatever a stack's settings are: numbers, and
what is told of at all, are held against the translated template, not the tool's own reading."""

from __future__ import annotations

import datetime
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from adapters import kept
from gacha import player, wishes
from scripts import legal, stack
from scripts.stack import Deployment
from scripts.template import Template
from tests.cloudformation import Resolved, translated
from tests.over import over

OWNER = legal.Owner("星空ガチャ", "山田商店", "privacy@example.jp", datetime.date(2026, 11, 29))
SEOUL = "ap-northeast-2"
SETTINGS: list[dict[str, str]] = [
    {"Phase": phase, "BackupCopyRegion": copies, "WorkflowType": workflow, "Analytics": analytics}
    for phase, copies, workflow, analytics in (
        ("initial", "none", "STANDARD", "PHASE"),
        ("initial", SEOUL, "STANDARD", "DAILY"),
        ("growth", SEOUL, "STANDARD", "PHASE"),
        ("growth", "none", "EXPRESS", "DAILY"),
        ("expansion", SEOUL, "STANDARD", "PHASE"),
        ("expansion", "none", "EXPRESS", "none"),
        ("large", SEOUL, "EXPRESS", "PHASE"),
        ("large", SEOUL, "STANDARD", "none"),
    )
]


def texts(**parameters: str) -> dict[str, str]:
    """Both documents in both languages, by `terms.ja` and so on."""
    kept = legal.Kept.of(Template(parameters), "ap-northeast-1")
    documents = (legal.terms(OWNER, kept), legal.privacy(OWNER, kept))
    return {
        f"{of.name}.{lang}": legal.markdown(of, lang) for of in documents for lang in ("ja", "en")
    }


class Facts:
    """What CloudFormation would make of the translated template."""

    def __init__(self, **parameters: str) -> None:
        resolved = Resolved(**parameters)
        made = resolved.types()
        self.properties = {
            name: resolved.value(translated()["Resources"][name].get("Properties", {}))
            for name in made
        }
        of_type: dict[str, list[dict[str, Any]]] = {}
        for name, kind in made.items():
            of_type.setdefault(kind, []).append(self.properties[name])
        self.of_type = of_type

    @property
    def logs(self) -> int:
        [days] = {int(each["RetentionInDays"]) for each in self.of_type["AWS::Logs::LogGroup"]}
        return days

    @property
    def rule(self) -> dict[str, Any]:
        [plan] = self.of_type["AWS::Backup::BackupPlan"]
        [rule] = plan["BackupPlan"]["BackupPlanRule"]
        found: dict[str, Any] = rule
        return found

    @property
    def recovery(self) -> int:
        [days] = {
            int(each["PointInTimeRecoverySpecification"]["RecoveryPeriodInDays"])
            for each in self.of_type["AWS::DynamoDB::Table"]
        }
        return days

    def level(self, workflow: str) -> str:
        return str(self.properties[f"{workflow}StateMachine"]["LoggingConfiguration"]["Level"])

    @property
    def lifecycle(self) -> dict[str, dict[str, Any]]:
        bucket = self.properties.get("AnalyticsBucket")
        return (
            {each["Id"]: each for each in bucket["LifecycleConfiguration"]["Rules"]}
            if bucket
            else {}
        )

    @property
    def has_cross_copies(self) -> bool:
        return bool(self.rule.get("CopyActions"))


DAYS = {"ja": r"(\d+) 日(?:間|後|分|の|$|。|、|で|（)?", "en": r"(\d+) days?"}


@over("parameters", SETTINGS)
def test_every_number_and_all_that_is_told_of_is_the_templates(parameters: dict[str, str]) -> None:
    facts, made = Facts(**parameters), texts(**parameters)
    raw, derived = (facts.lifecycle.get(name, {}) for name in ("raw", "derived"))
    lost = 0 if not facts.has_cross_copies else 1 if raw else 7
    expected = {
        facts.logs,
        facts.recovery,
        int(facts.rule["Lifecycle"]["DeleteAfterDays"]),
        player.LEAVING_MS // 86_400_000,
        wishes.LISTED_MS // 86_400_000,
        kept.TRACE_DAYS,
        1,  # uploads
        *([90] if parameters["WorkflowType"] == "STANDARD" else []),
        *([raw["ExpirationInDays"], derived["ExpirationInDays"]] if raw else []),
    }
    for lang in ("ja", "en"):
        text = made[f"privacy.{lang}"]
        said = {int(each) for each in re.findall(DAYS[lang], text)}
        assert said - {29} == expected, lang
        dated = made[f"terms.{lang}"]
        told = {int(each) for each in re.findall(DAYS[lang], dated)} - {29}
        assert told == ({lost} if lost else set()), lang
    is_copied, is_exported = facts.has_cross_copies, bool(facts.lifecycle)
    for lang, seoul, figures, records in (
        ("ja", "ソウル", "統計", "コマンドの記録：90 日"),
        ("en", "Seoul", "statistics", "records of commands: 90 days"),
    ):
        text = made[f"privacy.{lang}"]
        assert (seoul in text) is is_copied
        assert (figures in text) is is_exported
        assert (records in text) is (parameters["WorkflowType"] == "STANDARD")
    of_all = facts.level("Pull") == "ALL"
    of_reads = facts.level("Reply") == "ALL"
    english = made["privacy.en"]
    assert ("they also have each command" in english) is of_all
    assert ("only show something, and of those that failed" in english) is (of_reads and not of_all)
    assert ("of commands that failed they also" in english) is not (of_reads or of_all)
    assert ("all of it may be" in made["terms.en"]) is not is_copied


def test_what_it_says_is_not_kept_is_nowhere_in_what_is_written() -> None:
    """Names, mail addresses and pictures of people: no field of any of them is read off an
    interaction. What is taken over is `commands.asked.Asked`."""
    from commands.asked import Asked

    assert set(Asked._fields) == {
        "interaction_id",
        "application_id",
        "sealed_token",
        "guild_id",
        "user_id",
        "language",
        "command",
        "options",
        "received_at",
        "admin_id",
        "sweep",
        "roles",
        "joined_at",
    }


def test_commands_are_named_as_discord_shows_them() -> None:
    made = texts(Phase="initial")
    assert "`" not in made["privacy.ja"]
    assert "/gacha privacy show" in made["privacy.en"] and "/ガチャ" in made["privacy.ja"]
    assert not [name for name, text in made.items() if "{" in text or "}" in text]


class Shape(HTMLParser):
    """The tags in order, and the text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags, self.said = list[str](), list[str]()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        self.said.append(data)


def test_the_page_says_what_the_markdown_says_and_looks_elsewhere_for_nothing() -> None:
    kept = legal.Kept.of(Template({"Phase": "large"}), "ap-northeast-1")
    owner = legal.Owner("A & B <bot>", "<script>", "a@b.example", OWNER.day)
    for of in (legal.terms(owner, kept), legal.privacy(owner, kept)):
        for lang in ("ja", "en"):
            shape, text = Shape(legal.page(of, lang)), legal.markdown(of, lang)
            assert not {"script", "img", "link", "a", "iframe"} & set(shape.tags)
            assert shape.tags.count("h2") == text.count("\n## ") == len(of.sections)
            assert shape.tags.count("li") == text.count("\n- ")
            plain = "".join(shape.said)
            for line in text.splitlines():
                assert re.sub(r"^(#+|-) ", "", line) in plain


def test_both_languages_have_the_same_sections_and_lines() -> None:
    for made in (texts(Phase="initial"), texts(Phase="large", BackupCopyRegion="ap-northeast-2")):
        for name in ("terms", "privacy"):
            ja, en = (made[f"{name}.{lang}"].splitlines() for lang in ("ja", "en"))
            assert [line[:2] for line in ja if line[:1] in "#-"] == [
                line[:2] for line in en if line[:1] in "#-"
            ]


def test_a_stacks_own_parameters_fill_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    here = Deployment("discord-gacha", "ap-northeast-2", {})
    here.__dict__["parameters"] = {
        "Phase": "large",
        "DiscordBotToken": "****",
        "WorkflowType": "EXPRESS",
        "Gone": "of an older template",
    }
    monkeypatch.setattr(stack, "on_aws", lambda name, region: here)
    given = ["--operator", "山田商店", "--contact", "a@b.example", "--out", str(tmp_path / "new")]
    assert legal.main(["stack", "discord-gacha", *given]) == stack.FOUND
    names = {path.name for path in (tmp_path / "new").iterdir()}
    assert names == {
        f"{name}.{lang}.{suffix}"
        for name in ("terms", "privacy")
        for lang in ("ja", "en")
        for suffix in ("md", "html")
    }
    text = (tmp_path / "new/privacy.ja.md").read_text("utf-8")
    assert "大韓民国" in text and "動作ログ：90 日" in text and "a@b.example" in text
    assert "no legal advice" in capsys.readouterr().err


def test_a_file_is_no_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("mine")
    given = ["--operator", "x", "--contact", "a@b.c", "--out", str(tmp_path / "file")]
    with pytest.raises(SystemExit) as ended:
        legal.main(["stack", "x", *given])
    assert ended.value.code == stack.WRONG_QUESTION
    assert "is no folder" in capsys.readouterr().err


@pytest.mark.parametrize(
    "given",
    [
        ["--contact", "nobody", "--operator", "x"],
        ["--contact", "a@b.c", "--operator", "{x}"],
        ["--contact", "a@b.c", "--operator", " "],
        ["--contact", "a@b.c", "--operator", "two\nlines"],
        ["--operator", "x"],
    ],
)
def test_bad_questions_end_in_two(given: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        legal.main(["stack", "x", "--out", "/tmp/nowhere", *given])
    assert ended.value.code == stack.WRONG_QUESTION
