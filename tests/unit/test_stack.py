"""scripts.stack: which deployment is meant, and what becomes of what goes wrong."""

from __future__ import annotations

import argparse
import json
import socket
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from botocore.credentials import Credentials
from botocore.exceptions import ClientError, EndpointConnectionError, NoCredentialsError
from botocore.stub import Stubber

from scripts import ROOT, stack
from scripts.stack import Deployment, StackError

REGION = "ap-northeast-1"


@pytest.fixture
def cloudformation(monkeypatch: pytest.MonkeyPatch) -> Stubber:
    client = boto3.client("cloudformation", region_name=REGION)
    monkeypatch.setattr(Deployment, "client", lambda *_: client)
    stubber = Stubber(client)
    stubber.activate()
    return stubber


def described(**more: Any) -> dict[str, Any]:
    known = {"StackName": "gacha", "CreationTime": 0, "StackStatus": "CREATE_COMPLETE"}
    return {"Stacks": [{**known, **more}]}


def test_a_running_local_cloud_is_found(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        endpoint = f"http://127.0.0.1:{server.getsockname()[1]}"
        file = tmp_path / "stack.json"
        outputs = {"UsersTable": "u"}
        keys = {"aws_access_key_id": "key", "aws_secret_access_key": "secret"}
        content = {"aws_endpoint_url": endpoint, "region": REGION, "outputs": outputs, **keys}
        file.write_text(json.dumps(content))
        found = stack.local(file)
        assert (found.endpoint, found.region, found.outputs) == (endpoint, REGION, outputs)
        credentials = found.client("dynamodb")._request_signer._credentials
        assert (credentials.access_key, credentials.secret_key) == ("key", "secret")
    with pytest.raises(StackError, match="make run"):
        stack.local(file)  # nobody listens any more


@pytest.mark.parametrize("content", ["", "[]", '{"region": "x"}'])
def test_a_broken_file_is_no_local_cloud(tmp_path: Path, content: str) -> None:
    file = tmp_path / "stack.json"
    file.write_text(content)
    with pytest.raises(StackError, match="no local cloud"):
        stack.local(file)


def test_a_stack_on_aws_is_found_with_its_outputs(cloudformation: Stubber) -> None:
    outputs = [{"OutputKey": "UsersTable", "OutputValue": "discord_users"}]
    cloudformation.add_response("describe_stacks", described(Outputs=outputs))
    found = stack.chosen(argparse.Namespace(stack="gacha", region=REGION))
    assert found.output("UsersTable") == "discord_users"
    with pytest.raises(StackError, match="no output HistoryTable"):
        found.output("HistoryTable")


def test_a_stack_that_does_not_exist_is_said(cloudformation: Stubber) -> None:
    cloudformation.add_client_error(
        "describe_stacks", "ValidationError", "Stack with id gacha does not exist"
    )
    with pytest.raises(StackError, match="no stack gacha in ap-northeast-1"):
        stack.on_aws("gacha", REGION)
    cloudformation.add_client_error("describe_stacks", "AccessDenied", "no")
    with pytest.raises(ClientError):
        stack.on_aws("gacha", REGION)


def test_resources_and_parameters_are_read(cloudformation: Stubber) -> None:
    summary = {"LastUpdatedTimestamp": 0, "ResourceStatus": "CREATE_COMPLETE"}
    cloudformation.add_response(
        "list_stack_resources",
        {
            "StackResourceSummaries": [
                {
                    **summary,
                    "LogicalResourceId": "DrawFunction",
                    "ResourceType": "AWS::Lambda::Function",
                    "PhysicalResourceId": "gacha-draw",
                }
            ]
        },
        {"StackName": "gacha"},
    )
    parameters = [{"ParameterKey": "Phase", "ParameterValue": "growth"}]
    cloudformation.add_response("describe_stacks", described(Parameters=parameters))
    here = Deployment("gacha", REGION, {})
    assert here.resources == {"AWS::Lambda::Function": {"DrawFunction": "gacha-draw"}}
    assert here.parameters == {"Phase": "growth"}


def test_clients_have_timeouts_and_bounded_retries() -> None:
    config = Deployment("gacha", REGION, {}).client("dynamodb").meta.config
    assert (config.connect_timeout, config.read_timeout) == (5, 30)
    assert config.retries["total_max_attempts"] == 5


def test_the_adapters_are_pointed_at_it(monkeypatch: pytest.MonkeyPatch) -> None:
    import os

    environment: dict[str, str] = {}
    monkeypatch.setattr(os, "environ", environment)
    logins = iter([Credentials("AKID1", "s1", "t1"), Credentials("AKID2", "s2"), None])
    session = SimpleNamespace(get_credentials=lambda: next(logins))
    monkeypatch.setattr(boto3, "Session", lambda: session)
    outputs = {name: name.lower() for name in (*stack.TABLES, "Bucket", "FairnessSecretArn")}
    deployment = Deployment("gacha", REGION, outputs)
    deployment.for_adapters()
    assert environment["DYNAMODB_HISTORY_TABLE"] == "historytable"
    assert environment["BUCKET"] == "bucket"
    assert environment["AWS_ACCESS_KEY_ID"] == "AKID1"
    assert environment["AWS_SESSION_TOKEN"] == "t1"
    deployment.for_adapters()  # renewed meanwhile, to some without a token
    assert environment["AWS_ACCESS_KEY_ID"] == "AKID2"
    assert environment["AWS_SESSION_TOKEN"] == ""
    with pytest.raises(NoCredentialsError):
        deployment.for_adapters()
    assert environment["FAIRNESS_SECRET_ARN"] == "fairnesssecretarn"
    assert "AWS_ENDPOINT_URL" not in environment
    local = dict(zip(stack.CREDENTIALS, ("test", "test"), strict=True))
    Deployment("gacha", REGION, outputs, "http://127.0.0.1:1", credentials=local).for_adapters()
    assert environment["AWS_ACCESS_KEY_ID"] == "test"
    assert environment["AWS_ENDPOINT_URL"] == "http://127.0.0.1:1"


def raising(error: BaseException) -> Any:
    def tool() -> int:
        raise error

    return tool


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (StackError("no such stack"), stack.WRONG_QUESTION, "no such stack"),
        (ClientError({"Error": {"Code": "Denied"}}, "Op"), stack.UNREADABLE, "Denied"),
        (EndpointConnectionError(endpoint_url="x"), stack.UNREADABLE, "AWS: Could not connect"),
        (KeyboardInterrupt(), 130, "interrupted"),
    ],
)
def test_what_goes_wrong_is_a_sentence_and_a_code(
    error: BaseException, code: int, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert stack.ending(raising(error)) == code
    assert said in capsys.readouterr().err
    assert stack.ending(lambda: 7) == 7


def test_a_reader_who_has_seen_enough_ends_it_without_a_word() -> None:
    """As in `python -m scripts.cost | head -1`."""
    tool = subprocess.Popen(
        [sys.executable, "-m", "scripts.cost", "--phase", "growth"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert tool.stdout is not None
    tool.stdout.close()
    _, said = tool.communicate(timeout=60)
    assert (tool.returncode, said) == (141, "")
