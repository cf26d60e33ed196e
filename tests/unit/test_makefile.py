"""The Makefile's recipes."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT

pytestmark = pytest.mark.once


def recipe(*arguments: str) -> str:
    """What make would run, in one line for each command."""
    # As if nothing had called it: under `make test` it would also say which folder it is in.
    alone = {name: each for name, each in os.environ.items() if not name.startswith("MAKE")}
    ran = subprocess.run(
        ["make", "-n", *arguments], cwd=ROOT, env=alone, capture_output=True, text=True, check=True
    )
    return ran.stdout.replace("\\\n", "")


def test_the_template_is_built_for_this_machine() -> None:
    line = recipe("build", "ARCHITECTURE=x86_64", "RUNTIME=python3.12")
    assert "scripts.build --architecture x86_64 --runtime python3.12" in line


def asl(tmp_path: Path, *, npm: bool, installing: int) -> subprocess.CompletedProcess[str]:
    """Run the recipe where npm is or is not, and installing ends so; pytest always passes."""
    (tmp_path / "scripts").mkdir()
    (tmp_path / "bin").mkdir()
    programs = {
        "scripts/find-python": "echo bin/python",
        "bin/python": f"echo 'no network: asl-validator'; exit {installing}",
        "bin/pytest": "echo passed",
    }
    if npm:
        programs["bin/npm"] = "exit 0"
    for name, text in programs.items():
        (tmp_path / name).write_text(f"#!/bin/sh\n{text}\n")
        (tmp_path / name).chmod(0o755)
    command = "\n".join(line for line in recipe("asl").splitlines() if "install.py dev" not in line)
    lines = command[command.index("if ! command -v npm") :]
    return subprocess.run(
        ["/bin/bash", "-eu", "-c", lines],
        cwd=tmp_path,
        env={"PATH": str(tmp_path / "bin")},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_check_that_could_not_run_is_not_green(tmp_path: Path) -> None:
    ran = asl(tmp_path, npm=True, installing=1)
    assert ran.returncode != 0
    assert "no network" in ran.stdout and "passed" not in ran.stdout


def test_where_npm_is_the_workflows_are_checked(tmp_path: Path) -> None:
    ran = asl(tmp_path, npm=True, installing=0)
    assert ran.returncode == 0 and "passed" in ran.stdout


def test_without_node_the_check_says_that_it_was_skipped(tmp_path: Path) -> None:
    ran = asl(tmp_path, npm=False, installing=0)
    assert ran.returncode == 0
    assert ran.stdout.startswith("SKIPPED: ") and "passed" not in ran.stdout


def test_an_export_without_git_is_linted_alike(tmp_path: Path) -> None:
    """What is built or installed below it is not ours to judge."""
    (tmp_path / "pyproject.toml").write_text((ROOT / "pyproject.toml").read_text())
    for folder in (".local/cloud/lib", ".aws-sam/build", ".venv/lib"):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "theirs.py").write_text("import os, sys\nx=1")
    for command in (["check"], ["format", "--check"]):
        assert ruff(tmp_path, *command) == 0
    (tmp_path / "ours.py").write_text("import os, sys\nx=1")
    for command in (["check"], ["format", "--check"]):
        assert ruff(tmp_path, *command) == 1


def ruff(folder: Path, *command: str) -> int:
    line = [sys.executable, "-m", "ruff", *command, "--no-cache"]
    return subprocess.run(line, cwd=folder, capture_output=True, check=False).returncode


def test_help_names_the_variables_that_a_document_tells_to_set() -> None:
    said = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True)
    for name, document in (("PORT", "local-cloud"), ("ARCHITECTURE", "first-deployment")):
        assert name in (ROOT / f"docs/{document}.md").read_text()
        assert f"\n  {name} " in said.stdout
    assert all(len(line) <= 100 for line in said.stdout.split("variables:")[1].splitlines())


def test_no_override_puts_aside_what_samconfig_proposes_and_keeps() -> None:
    deploys = recipe("deploy").splitlines()[-1]
    assert "-- sam deploy $(python -m scripts.deploy --questions" in deploys
    assert "parameter-overrides" not in deploys


def test_checkov_keeps_what_it_unpickles_where_nobody_else_writes(tmp_path: Path) -> None:
    """Its parser's cache is read from the temporary folder by a name that anybody can foresee."""
    checkov = tmp_path / ".local/checkov/env/bin/checkov"
    checkov.parent.mkdir(parents=True)
    checkov.write_text(
        f"#!{sys.executable}\n"
        "import pathlib, tempfile\n"
        f"with open({str(tmp_path / 'seen')!r}, 'a') as seen:\n"
        "    print(tempfile.gettempdir(), pathlib.Path.home(), sep='\\n', file=seen)\n"
    )
    checkov.chmod(0o755)
    lines = recipe("checkov").splitlines()
    [made] = [line for line in lines if line.startswith("mkdir -p .local/checkov/AWS")]
    [private] = [line for line in lines if line.startswith("chmod 700")]
    runs = [line for line in lines if "bin/checkov --config-file" in line]
    assert len(runs) == 2
    script = "\n".join([made, private, *runs]).replace(str(ROOT), str(tmp_path))
    subprocess.run(["bash", "-euc", script], cwd=tmp_path, check=True)
    seen = {Path(each) for each in (tmp_path / "seen").read_text().splitlines()}
    for folder in seen:
        assert folder.is_relative_to(tmp_path / ".local") and folder.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("target", ["build", "deploy", "backup-region"])
def test_a_deployment_installs_no_development_environment(target: str) -> None:
    """As on a machine where nothing is installed."""
    asked = re.findall(r"scripts/install\.py (.*)", recipe("-B", target))
    assert asked[0] == "deploy"
    assert set(asked) <= {"deploy", "wheels"}


def test_an_environment_whose_interpreter_went_is_looked_at_again(tmp_path: Path) -> None:
    """It is kept: where each session has a machine of its own, the interpreter comes again."""
    (tmp_path / "Makefile").write_text((ROOT / "Makefile").read_text())
    held = [tmp_path / ".venv" / name for name in (".installed", ".deploys")]
    held[0].parent.mkdir()
    for file in held:
        file.touch()
    subprocess.run(["make", "help"], cwd=tmp_path, capture_output=True, check=True)
    assert all(0 < file.stat().st_mtime < 400_000_000 for file in held)


def test_without_the_page_to_play_on_the_rest_runs() -> None:
    """The question mark is tests/unit/test_install.py's."""
    [asked] = re.findall(r"scripts/install\.py (.*)", recipe("run"))
    assert asked == "run local-cloud wheels 'play?'"
