"""What `make build` leaves for `sam deploy --guided` to propose."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from samcli.yamlhelper import yaml_parse

from tests.conftest import ROOT


def recipe(*arguments: str) -> str:
    """What make would run, in one line for each command."""
    # As if nothing had called it: under `make test` it would also say which folder it is in.
    alone = {name: each for name, each in os.environ.items() if not name.startswith("MAKE")}
    ran = subprocess.run(
        ["make", "-n", *arguments], cwd=ROOT, env=alone, capture_output=True, text=True, check=True
    )
    return ran.stdout.replace("\\\n", "")


def test_the_built_template_proposes_what_it_was_built_for(tmp_path: Path) -> None:
    [edit] = [
        line
        for line in recipe("build", "ARCHITECTURE=x86_64", "RUNTIME=python3.12").splitlines()
        if line.startswith("sed ")
    ]
    built = tmp_path / ".aws-sam/build/template.yaml"
    built.parent.mkdir(parents=True)
    built.write_text((ROOT / "template.yaml").read_text())
    subprocess.run(["bash", "-c", edit], cwd=tmp_path, check=True)

    before, after = (
        {name: each.get("Default") for name, each in yaml_parse(text)["Parameters"].items()}
        for text in ((ROOT / "template.yaml").read_text(), built.read_text())
    )
    assert after == {**before, "Architecture": "x86_64", "PythonRuntime": "python3.12"}


def test_no_override_puts_aside_what_samconfig_proposes_and_keeps() -> None:
    assert recipe("deploy").splitlines()[-1].endswith("-- sam deploy --guided")
