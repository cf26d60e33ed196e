"""A local Step Functions with the real definitions, for all workflow tests."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from local import ministack
from local.cloud import Stack, free_port
from tests import cloudformation
from tests.workflow.scripted import LEDGER, WORKERS, Answering, Workflows, function, machine


@pytest.fixture(scope="session")
def workflows(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workflows]:
    folder = tmp_path_factory.mktemp("ministack")
    port = free_port()
    log = (folder / "ministack.log").open("wb")
    with (
        log,
        ministack.start(
            port, folder, log, SFN_WAIT_SCALE="0", MINISTACK_DDB_EXPORT_COMPLETE_AFTER_SEC="0"
        ) as group,
    ):
        ministack.wait_until_up(port, group)
        stack = Stack(port - 1, {})
        workflows = Workflows(stack.client("stepfunctions"), stack.client("dynamodb"), {})
        make_ledger(workflows.database)
        with Answering(workflows) as url:
            functions = {worker: function(stack, worker, url) for worker in WORKERS}
            announce = {"AnnounceFunctionArn": functions["Announce"], "PatienceSeconds": "840"}
            changes = {**announce, "HistoryTable": LEDGER, "MaxConflicts": "10"}
            for name, substitutions in {
                "pull": {
                    **changes,
                    "Decide": "Draw",
                    "DecideFunctionArn": functions["Draw"],
                    "SentenceVoided": "voided",
                    "SentenceStands": "stands",
                    "SentenceUnclear": "unclear",
                },
                "blind": {
                    **changes,
                    "Decide": "Draw",
                    "DecideFunctionArn": functions["Draw"],
                    "HistoryTable": "no-such-table",
                    "SentenceVoided": "voided",
                    "SentenceStands": "stands",
                    "SentenceUnclear": "unclear",
                },
                "change": {
                    **changes,
                    "Decide": "Plan",
                    "DecideFunctionArn": functions["Plan"],
                    "SentenceVoided": "unchanged",
                    "SentenceStands": "changed",
                    "SentenceUnclear": "unclear_change",
                },
                "reply": {**announce, "AnswerFunctionArn": functions["Answer"]},
            }.items():
                workflows.machines[name] = machine(workflows.client, name, substitutions)
            yield workflows


def make_ledger(database: Any) -> None:
    database.create_table(**cloudformation.tables()["HistoryTable"] | {"TableName": LEDGER})
