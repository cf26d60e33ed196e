"""What the mail of each alarm says: what is wrong and what to do first, in both languages, and
links that lead somewhere. CloudWatch takes at most 1,024 characters."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

import pytest

from tests.cloudformation import PHASES, Resolved, changed, resources, translated
from tests.conftest import ROOT

pytestmark = pytest.mark.once

MOST_CHARACTERS: Final = 1024
FORK: Final = "https://github.com/somebody-else/a-fork"
LONGEST_REPOSITORY: Final = f"https://github.com/{'o' * 39}/{'r' * 60}"
LONGEST_STACK: Final = "discord-gacha-" + "s" * 27  # 41 characters, as docs/deployment.md allows
JAPANESE: Final = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]")
URL: Final = re.compile(r"https://[^\s\u3000-\u9fff]+")

ALARMS: Final = tuple(resources("AWS::CloudWatch::Alarm"))


def physical(name: str) -> str:
    """The longest id that AWS gives a resource of the stack, as `!Ref` and in a text."""
    kind = translated()["Resources"][name]["Type"]
    if kind == "AWS::StepFunctions::StateMachine":
        return f"arn:aws:states:ap-northeast-1:123456789012:stateMachine:{name:x<80}"
    return f"{name:x<64}"


def said(text: str) -> str:
    """`text` with the ids of a deployed stack in place of references."""
    return re.sub(r"\$\{(\w+)\}", lambda found: physical(found[1]), text)


def linked(text: str, repository: str | None) -> str:
    """`text` as `make build` leaves it, where it knows the repository's address."""
    return text.replace(
        "docs/runbook", f"{repository}/blob/HEAD/docs/runbook" if repository else "docs/runbook"
    )


def mails(repository: str | None = None, **parameters: str) -> dict[str, str]:
    """The description of every alarm that a stack of these parameters has."""
    stack = Resolved(**parameters)
    return {
        name: linked(said(alarm["AlarmDescription"]), repository)
        for name, alarm in stack.resources("AWS::CloudWatch::Alarm").items()
    }


def mail(name: str, repository: str | None = None) -> str:
    """The description of one alarm, in the first phase that has it."""
    return next(
        found[name] for phase in PHASES if name in (found := mails(repository, Phase=phase))
    )


@cache
def anchors(name: str) -> set[str]:
    """The anchors that GitHub gives the headings of a file under docs/: letters of any language in
    lower case, digits, hyphens and underscores, spaces as hyphens; a number where one is taken."""
    found: set[str] = set()
    text = re.sub(r"(?ms)^```.*?^```$", "", (ROOT / "docs" / name).read_text())
    for heading in re.findall(r"(?m)^#{1,6} +(.+?) *#*$", text):
        words = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).replace("`", "").strip().lower()
        anchor = base = re.sub(r"[^\w\- ]", "", words).replace(" ", "-")
        number = 0
        while anchor in found:
            number += 1
            anchor = f"{base}-{number}"
        found.add(anchor)
    return found


@pytest.mark.parametrize("repository", [None, FORK, LONGEST_REPOSITORY])
@pytest.mark.parametrize("phase", PHASES)
def test_a_description_fits_in_every_phase(phase: str, repository: str | None) -> None:
    for name, text in mails(repository, Phase=phase).items():
        longer = text.replace("discord-gacha-service", f"{LONGEST_STACK}-service")
        assert 200 < len(longer) <= MOST_CHARACTERS, name


@pytest.mark.parametrize("name", ALARMS)
def test_both_languages_say_what_is_wrong_and_what_to_do_first(name: str) -> None:
    text = mail(name)
    wrong, wrong_ja, first, first_ja, console = text.split("\n")
    assert re.fullmatch(r"[A-Z].{15,}[.]", wrong) and not JAPANESE.search(wrong)
    assert wrong_ja.endswith("。") and JAPANESE.search(wrong_ja)
    assert first.startswith("First: ") and not JAPANESE.search(first)
    assert first_ja.startswith("まず：") and JAPANESE.search(first_ja)
    assert URL.fullmatch(console)


@pytest.mark.parametrize("name", ALARMS)
def test_the_links_are_clicked_into_the_section_in_both_languages(name: str) -> None:
    text = mail(name, FORK)
    english, japanese, console = URL.findall(text)
    for link, file in ((english, "runbook.md"), (japanese, "runbook.ja.md")):
        # HEAD is the branch that GitHub shows first, whatever a fork calls it.
        section = re.fullmatch(rf"{FORK}/blob/HEAD/docs/{re.escape(file)}#([a-z-]+)", link)
        assert section and section[1] in anchors(file)
        assert (ROOT / "docs" / file).exists()
    assert english.split("#")[1] == japanese.split("#")[1]
    assert console.startswith("https://ap-northeast-1.console.aws.amazon.com/")


def test_without_a_repository_the_console_is_the_link_and_the_section_is_named() -> None:
    for text in mails().values():
        [console] = URL.findall(text)
        assert ".console.aws.amazon.com/" in console
        assert "docs/runbook.md#" in text and "docs/runbook.ja.md#" in text


def test_the_console_shows_what_the_alarm_watches() -> None:
    """The one resource that an alarm's dimensions name is in its link; else the dashboard is."""
    for name, alarm in Resolved(Phase="growth").resources("AWS::CloudWatch::Alarm").items():
        link = URL.findall(said(alarm["AlarmDescription"]))[-1]
        metrics = [
            each.get("MetricStat", {}).get("Metric", {}) for each in alarm.get("Metrics", [])
        ]
        dimensions = [each for part in (alarm, *metrics) for each in part.get("Dimensions", [])]
        watched = {
            str(each["Value"]["Ref"])
            for each in dimensions
            if isinstance(each["Value"], dict) and "Ref" in each["Value"]
        }
        if watched & {*resources("AWS::Lambda::Function")}:
            assert physical(watched.pop()) in link, name
        elif name.startswith("Brake"):  # it watches all of them, and the dashboard shows which
            assert link.endswith("#dashboards/dashboard/discord-gacha-service")
        elif watched & {*resources("AWS::StepFunctions::StateMachine")}:
            assert link.endswith(physical(watched.pop())), name
        elif "table-throttled" in alarm["AlarmDescription"]:
            [table] = watched
            assert f"#table?name={physical(table)}&" in link, name
        elif name == "StartsFailedAlarm":
            assert physical("InteractionsFunction") in link
        else:
            assert link.endswith("#dashboards/dashboard/discord-gacha-service"), name


def test_the_mail_of_a_failed_backup_says_the_same() -> None:
    for repository, base in ((None, "docs/runbook"), (FORK, f"{FORK}/blob/HEAD/docs/runbook")):
        [target] = Resolved().properties("BackupFailedRule")["Targets"]
        text = linked(target["InputTransformer"]["InputTemplate"], repository)
        assert text.startswith('"') and text.endswith('"') and text.count('"') == 2
        assert "\n" not in text
        for file in ("runbook.md", "runbook.ja.md"):
            assert f" {base.removesuffix('runbook')}{file}#backup-failed " in text
            assert "backup-failed" in anchors(file)
        assert "First: " in text and "まず：" in text
        assert ".console.aws.amazon.com/backup/" in text


@pytest.mark.parametrize(
    ("rule", "section", "said"),
    [
        ("PictureReportedRule", "picture-reported", {"receipt": "$.detail.name"}),
        (
            "WorkshopFailedRule",
            "workshop-failed",
            {"receipt": "$.detail.name", "status": "$.detail.status"},
        ),
        ("EraseFailedRule", "erase-failed", {"name": "$.detail.name", "status": "$.detail.status"}),
        (
            "ExportFailedRule",
            "export-failed",
            {"run": "$.detail.name", "status": "$.detail.status"},
        ),
    ],
)
def test_a_mail_of_a_rule_names_no_member(rule: str, section: str, said: dict[str, str]) -> None:
    [target] = Resolved(Analytics="DAILY").properties(rule)["Targets"]
    transformer = target["InputTransformer"]
    text = linked(transformer["InputTemplate"], None)
    assert text.startswith('"') and text.endswith('"') and text.count('"') == 2 and "\n" not in text
    assert "First: " in text and "まず：" in text
    for file in ("runbook.md", "runbook.ja.md"):
        assert f"{file}#{section} " in text and section in anchors(file)
    # The execution's input has who it was, a sealed token, and where the file lies.
    assert transformer["InputPathsMap"] == said
    assert set(re.findall(r"<([a-z]+)>", text)) == set(said)


def test_a_description_that_is_too_long_is_found() -> None:
    with (
        changed("Resources/ThrottlesAlarm/Properties/AlarmDescription/Fn::Sub", "x" * 1100),
        pytest.raises(AssertionError),
    ):
        test_a_description_fits_in_every_phase("growth", FORK)


def test_anchors_are_githubs() -> None:
    found = anchors("deployment.md")
    assert {"6-go-back", "a-network-of-your-own"} <= found
    assert "6-戻す" in anchors("deployment.ja.md")
