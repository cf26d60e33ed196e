"""What `sam build` made for the local cloud, which is what it makes for AWS: nothing is compiled
while a function starts, and no worker carries an SDK."""

from __future__ import annotations

import re
import subprocess
import sys
from importlib.util import source_hash
from pathlib import Path
from typing import Final

import pytest

from local import ROOT
from local.cloud import BUILD
from local.players import World

SETUP: Final = "SetupFunction"
"""Runs once a deployment."""

UNCHECKED: Final = (1).to_bytes(4, "little")
"""The second word of bytecode that names its source by a hash, which nobody compares (PEP 552)."""


@pytest.fixture
def packages(world: World) -> list[Path]:
    """What the functions of the running stack were deployed from."""
    assert world.stack.outputs
    found = [*BUILD.glob("*Function"), BUILD / "GachaLayer"]
    assert {"DrawFunction", "AnnounceFunction", "InteractionsFunction", SETUP} <= {
        each.name for each in found
    }
    return found


def test_every_module_is_compiled_from_what_lies_beside_it(packages: list[Path]) -> None:
    for package in packages:
        modules = [*package.rglob("*.py")]
        assert modules
        for module in modules:
            [compiled] = (module.parent / "__pycache__").glob(f"{module.stem}.*.pyc")
            head = compiled.read_bytes()[:16]
            assert head[4:8] == UNCHECKED, compiled
            assert head[8:] == source_hash(module.read_bytes()), compiled


def test_no_worker_carries_an_sdk(packages: list[Path]) -> None:
    for package in packages:
        held = {each.name for each in package.iterdir()}
        sdks = held & {"boto3", "botocore", "aws_xray_sdk", "wrapt"}
        assert sdks == ({"boto3", "botocore"} if package.name == SETUP else set()), package.name


def test_setup_carries_the_services_that_it_calls_alone(packages: list[Path]) -> None:
    called = {
        service
        for module in (ROOT / "functions/setup").glob("*.py")
        for service in re.findall(r"""boto3\.client\(\s*"(\w+)\"""", module.read_text("utf-8"))
    }
    data = BUILD / SETUP / "botocore/data"
    assert {each.name for each in data.iterdir() if each.is_dir()} == called
    # As Lambda's Python would: with nothing else on its path.
    make = (
        "import boto3, sys; [boto3.client(each, region_name='eu-west-1') for each in sys.argv[1:]]"
    )
    environment = {"PYTHONPATH": str(BUILD / SETUP), "AWS_CONFIG_FILE": "/nonexistent"}
    command = [sys.executable, "-S", "-P", "-c", make, *sorted(called)]
    subprocess.run(command, env=environment, check=True)
