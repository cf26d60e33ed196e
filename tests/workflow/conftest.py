"""A local Step Functions with the real definitions, for all workflow tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from local import ministack
from local.cloud import Stack, free_port
from tests.workflow.scripted import WORKERS, Answering, Workflows, function, machine


@pytest.fixture(scope="session")
def workflows(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workflows]:
    folder = tmp_path_factory.mktemp("ministack")
    port = free_port()
    log = (folder / "ministack.log").open("wb")
    with log, ministack.start(port, folder, log, SFN_WAIT_SCALE="0") as group:
        ministack.wait_until_up(port, group)
        stack = Stack(port - 1, {})
        workflows = Workflows(stack.client("stepfunctions"), {})
        with Answering(workflows) as url:
            functions = {worker: function(stack, worker, url) for worker in WORKERS}
            for name, file, kind in (
                ("pull", "pull", "STANDARD"),
                ("express", "pull", "EXPRESS"),
                ("act", "act", "STANDARD"),
                ("reply", "reply", "EXPRESS"),
            ):
                workflows.machines[name] = machine(workflows.client, name, file, kind, functions)
            yield workflows
