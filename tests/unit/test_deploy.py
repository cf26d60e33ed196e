"""`make deploy` says what is wrong before it builds and asks."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import boto3
import pytest
from botocore.exceptions import NoCredentialsError
from botocore.stub import Stubber
from samcli.yamlhelper import yaml_parse

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
    first = lines.index("python -m scripts.deploy")
    building = [
        n for n, line in enumerate(lines) if "scripts.build" in line or "sam deploy" in line
    ]
    assert len(building) == 2 and first < min(building)


def test_no_login_is_a_sentence(
    terminal: None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def run(_: Any) -> int:
        raise NoCredentialsError

    monkeypatch.setattr(preflight, "run", run)
    assert stack.ending(lambda: deploy.main([])) == stack.WRONG_QUESTION
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


CONFIG = """version = 0.1
[default.global.parameters]
stack_name = "s"
{}[default.deploy.parameters]
{}"""
LOOPS = "language_extensions = true\n"


@pytest.mark.parametrize(
    ("everywhere", "deploying", "is_said"),
    [
        (LOOPS, "", True),
        ("", "", False),
        ("", LOOPS, False),  # and building ends in the traceback
        ("language_extensions = false\n", "", False),
        (
            "",
            "language_extensions = true\n[default.build.parameters]\nlanguage_extensions = true\n",
            True,
        ),
    ],
)
def test_a_samconfig_of_ones_own_that_knows_no_loops_is_a_sentence(
    terminal: None,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    everywhere: str,
    deploying: str,
    is_said: bool,
) -> None:
    file = tmp_path / "samconfig.toml"
    file.write_text(CONFIG.format(everywhere, deploying))
    assert deploy.writes_loops_out(file) is is_said
    answering(monkeypatch, 0)
    monkeypatch.setattr(deploy, "writes_loops_out", lambda: is_said)
    code = stack.ending(lambda: deploy.main([]))
    assert code == (0 if is_said else stack.WRONG_QUESTION)
    assert (deploy.NO_LOOPS in capsys.readouterr().err) is not is_said


def test_our_samconfig_knows_the_loops() -> None:
    assert deploy.writes_loops_out()


def test_an_update_asks_nothing_that_was_answered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """SAM keeps all answers but the token, which stays in the stack as it is."""
    file = tmp_path / "samconfig.toml"
    file.write_text(CONFIG.format("", 'parameter_overrides = "Phase=initial"\n'))
    assert not deploy.knows_the_answers(file)
    kept = 'parameter_overrides = "DiscordPublicKey=\\"ab\\" Phase=\\"growth\\""\n'
    file.write_text(CONFIG.format("", kept))
    assert deploy.knows_the_answers(file)
    for known, is_kept, arguments, printed in (
        (False, True, [], "--guided"),
        (True, True, [], ""),
        (True, False, [], "--guided"),
        (True, True, ["again"], "--guided"),
    ):
        monkeypatch.setattr(deploy, "knows_the_answers", lambda known=known: known)
        monkeypatch.setattr(deploy, "keeps_the_token", lambda is_kept=is_kept: is_kept)
        assert deploy.main(["--questions", *arguments]) == 0
        assert capsys.readouterr().out.strip() == printed


CLOUDFORMATION: Final = boto3.client("cloudformation", region_name="ap-northeast-1")
STATUSES: Final = CLOUDFORMATION.meta.service_model.shape_for("StackStatus").metadata["enum"]
EMPTY: Final = "REVIEW_IN_PROGRESS"
"""Of a stack that has a first change set, and nothing in it."""


@pytest.mark.parametrize("status", [*STATUSES, None])
def test_a_session_that_ended_before_the_deployment_is_asked_for_the_token_again(
    monkeypatch: pytest.MonkeyPatch, status: str | None
) -> None:
    """SAM had kept all other answers by then."""
    assert EMPTY in STATUSES
    with Stubber(CLOUDFORMATION) as stubber:
        name, _ = deploy.place(deploy.DEPLOY)
        if status is None:
            missing = f"Stack with id {name} does not exist"
            stubber.add_client_error("describe_stacks", "ValidationError", missing)
        else:
            made = {"StackName": name, "CreationTime": datetime.now(UTC), "StackStatus": status}
            stubber.add_response("describe_stacks", {"Stacks": [made]}, {"StackName": name})
        monkeypatch.setattr(stack.Deployment, "client", lambda *_: CLOUDFORMATION)
        assert deploy.keeps_the_token() is (status not in (EMPTY, None))


# --- the deployment by GitHub ---------------------------------------------------------------------

PYTHON: Final = """#!/bin/sh
echo "$@" >> seen
if [ "$1 $2" = "-m scripts.brake" ]; then
    shift 4
    exec "$@"
fi
exec {python} "$@"
"""
SAM: Final = """#!{python}
import json, os, sys
from samcli.cli.types import CfnParameterOverridesType
with open("seen", "a") as seen:
    print(sys.argv, dict(os.environ), file=seen)
given = sys.argv[sys.argv.index("--parameter-overrides") + 1 :]
json.dump(CfnParameterOverridesType().convert(given, None, None), open("parameters", "w"))
"""


@pytest.mark.parametrize("token", ["MTI5.a-b_c.it's", "", 'quoted"and\\escaped'])
def test_the_bot_token_is_on_no_command_line_and_in_no_environment_of_sams(
    tmp_path: Path, token: str
) -> None:
    """The workflow's own steps, run by bash as GitHub does, and parameters as SAM reads them."""
    jobs = yaml_parse((ROOT / ".github/workflows/deploy.yml").read_text())["jobs"]
    steps = jobs["dev"]["steps"]
    assert steps == jobs["prod"]["steps"]
    for name, text in (("python", PYTHON), ("sam", SAM)):
        tool = tmp_path / ".venv/bin" / name
        tool.parent.mkdir(parents=True, exist_ok=True)
        tool.write_text(text.format(python=sys.executable))
        tool.chmod(0o700)
    secret = "${{ secrets.DISCORD_BOT_TOKEN }}"
    values = {"DISCORD_PUBLIC_KEY": "ab" * 32, "PARAMETERS": "Phase=growth", "RUNNER_TEMP": "."}
    for step in steps:
        if "token.yaml" not in step.get("run", ""):
            continue
        own = {name: token for name, value in step["env"].items() if value == secret}
        own |= {name: values.get(name, "x") for name in step["env"] if name not in own}
        environment = {"PATH": os.environ["PATH"], "RUNNER_TEMP": str(tmp_path), **own}
        options = ["--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]]
        subprocess.run(["bash", *options], cwd=tmp_path, env=environment, check=True)
    found = json.loads((tmp_path / "parameters").read_text())
    assert found["DiscordBotToken"] == (token or "none")
    assert found["Phase"] == "growth" and found["DiscordPublicKey"] == values["DISCORD_PUBLIC_KEY"]
    seen = (tmp_path / "seen").read_text()
    assert "sam" in seen and "scripts.brake" in seen
    assert not token or token not in seen
    assert not (tmp_path / "token.yaml").exists()
