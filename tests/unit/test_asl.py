"""The workflows before npm's asl-validator, filled in as a deployment fills them in.

It needs Node, and is installed by `make asl`. Without it, tests/unit/test_template.py still finds a
transition that leads nowhere.
"""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import Final

import pytest

from tests.cloudformation import Resolved
from tests.conftest import ROOT
from tests.unit.test_template import MACHINES

pytestmark = pytest.mark.once

VALIDATOR: Final = ROOT / ".local/asl/node_modules/.bin/asl-validator"
ARN: Final = "arn:aws:lambda:ap-northeast-1:123456789012:function:any:1"

pytestmark = pytest.mark.skipif(
    not VALIDATOR.exists(), reason="asl-validator is not installed: `make asl`, which needs Node"
)


def filled(name: str, kind: str) -> str:
    """The definition as the workflow gets it: the blanks that CloudFormation fills, filled."""
    machine = Resolved(WorkflowType=kind, Analytics="DAILY").properties(
        f"{name.title()}StateMachine"
    )
    values = {
        key: value if isinstance(value, str) else ARN
        for key, value in machine["DefinitionSubstitutions"].items()
    }
    text = (ROOT / machine["DefinitionS3Location"]).read_text()
    return re.sub(r"\$\{(\w+)\}", lambda blank: values[blank[1]], text)


def complaint(text: str, folder: Path) -> str:
    """What the validator has against a definition; empty if nothing."""
    file = folder / "definition.asl.json"
    file.write_text(text)
    done = subprocess.run(
        [VALIDATOR, "--json-path", str(file)], capture_output=True, text=True, timeout=60
    )
    return "" if done.returncode == 0 else done.stdout + done.stderr


@pytest.mark.parametrize("kind", ["STANDARD", "EXPRESS"])
@pytest.mark.parametrize("name", [*MACHINES, "brake", "export"])
def test_a_workflow_is_valid(name: str, kind: str, tmp_path: Path) -> None:
    assert complaint(filled(name, kind), tmp_path) == ""


@pytest.mark.parametrize("name", MACHINES)
def test_a_transition_that_leads_nowhere_is_caught(name: str, tmp_path: Path) -> None:
    definition = json.loads(filled(name, "STANDARD"))
    definition["States"][definition["StartAt"]]["Next"] = "Nowhere"
    assert "Nowhere" in complaint(json.dumps(definition), tmp_path)
