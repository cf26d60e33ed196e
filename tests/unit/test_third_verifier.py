"""The verifier that was written from the documents alone (tests/verifier), over all vectors.

It needs Node, and the reader of TOML that `make asl` installs.
"""

from __future__ import annotations

import json
import re
import subprocess
from typing import Final

import pytest

from tests.conftest import ROOT
from tests.node import PLACE, installed

pytestmark = pytest.mark.skipif(
    not installed("smol-toml"), reason="smol-toml is not installed: `make asl`, which needs Node"
)
VECTORS: Final = ROOT / "tests/vectors"


def test_a_verifier_from_the_documents_alone_takes_every_vector() -> None:
    ran = subprocess.run(
        ["node", PLACE / "vectors.mjs", VECTORS], capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    passed = {
        kind: int(number) for kind, number in re.findall(r"(?m)^(\w+): (\d+) of \2", ran.stdout)
    }
    index = json.loads((VECTORS / "index.json").read_text("utf-8"))
    assert passed.keys() > index.keys()
    assert all(passed[kind] == len(cases) for kind, cases in index.items())
