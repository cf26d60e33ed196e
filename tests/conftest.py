"""What all tests share: loading handlers as Lambda does, and the tables of the template."""

from __future__ import annotations

import gc
import importlib
import os
import pickle
import sys
from collections.abc import Iterator, Mapping
from functools import cache, wraps
from pathlib import Path
from types import ModuleType
from typing import Any, Final
from unittest import mock

import boto3
import botocore.session
import hypothesis
import pytest
from moto import mock_aws
from moto.core import serialize
from moto.core.model import StructureShape
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.dynamodb.models import dynamodb_backends
from moto.s3.models import s3_backends
from moto.secretsmanager.models import secretsmanager_backends

from adapters import aws, discord, files
from adapters.tables import players
from commands import offers
from tests.aws import Daemon, MotoConnection
from tests.rights import running
from tests.support import SEALING_SECRET

ROOT: Final = Path(__file__).parents[1]

# How long an example takes says more about the machine than about the code.
hypothesis.settings.register_profile("untimed", deadline=None)
hypothesis.settings.load_profile("untimed")

# A fifth of the fault suite's time was the collector, which went through all that stays anyhow.
gc.set_threshold(50_000, 20, 20)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--first-cases", action="store_true", help="of each test the first case alone")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Cases of a test differ by data. What another Python would do otherwise, one of them shows."""
    if config.getoption("first_cases"):
        first: dict[str, pytest.Item] = {}
        rest = [
            item for item in items if first.setdefault(item.nodeid.partition("[")[0], item) != item
        ]
        config.hook.pytest_deselected(items=rest)
        items[:] = first.values()


def pytest_collection_finish() -> None:
    gc.collect()
    gc.freeze()


# No test may find a real account, and none may wait for one.
for name in [name for name in os.environ if name.startswith("AWS_")]:
    del os.environ[name]
os.environ |= {
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_REGION": "ap-northeast-1",
    "AWS_DEFAULT_REGION": "ap-northeast-1",
    "AWS_EC2_METADATA_DISABLED": "true",
    "DYNAMODB_USERS_TABLE": "discord_users",
    "DYNAMODB_HISTORY_TABLE": "gacha_history",
    "DYNAMODB_SETTINGS_TABLE": "server_settings",
    "DYNAMODB_COLLECTION_TABLE": "gacha_collection",
    "BUCKET": "the-stacks-bucket",
    "WORKFLOW_TYPE": "STANDARD",
    "PHASE": "growth",
    "COPIED_TO": "none",
    "ART_URL": "https://art.test/art/",
    "GALLERIES": "address",
}

# In each value that DynamoDB answers, down to the last, moto looks for ten kinds under three names
# each. That took a third of its time, and the values are JSON already.
_by_the_model: Final = serialize.BaseJSONSerializer._serialize_type_structure


def _structure(
    of: serialize.BaseJSONSerializer, into: Any, value: Any, shape: StructureShape, key: str
) -> None:
    if shape.name == "AttributeValue":
        of._default_serialize(into, value, shape, key)
    else:
        _by_the_model(of, into, value, shape, key)


serialize.BaseJSONSerializer._serialize_type_structure = _structure  # type: ignore[method-assign, assignment]

# With each mock moto drops boto3's session; what that read of AWS's services the next one keeps.
botocore.session.create_loader = cache(botocore.session.create_loader)

aws.Connection = MotoConnection  # type: ignore[misc]
for _client_of in (aws.dynamodb, aws.s3, aws.secrets_manager, aws.step_functions):
    _client_of()  # it is kept: a test that begins with an address of its own must not be the first
connect_to_discord: Final = discord.connect
discord.connect = lambda: None  # no test reaches the real one


def load_function(
    name: str, module: str = "app", own_modules: dict[str, ModuleType] | None = None
) -> ModuleType:
    """A module of functions/<name>, loaded afresh with its folder on the path, as in Lambda.

    Every function has an `app`, so nothing of one may stay behind for the next; `own_modules`
    gets what was loaded from the folder.
    """
    folder = ROOT / "functions" / name
    own = _names_in(folder)
    for each in own:
        sys.modules.pop(each, None)
    sys.path.insert(0, str(folder))
    try:
        with mock.patch.object(gc, "freeze"):  # this process starts many functions
            loaded_module = importlib.import_module(module)
        if handler := getattr(loaded_module, "handler", None):
            vars(loaded_module)["handler"] = _as(name, handler)
        return loaded_module
    finally:
        sys.path.remove(str(folder))
        for each in own:
            loaded = sys.modules.pop(each, None)
            if own_modules is not None and loaded is not None:
                own_modules[each] = loaded


@cache
def _names_in(folder: Path) -> list[str]:
    """Of the modules there. A run of the fault suite loads tens of functions."""
    return [path.stem for path in folder.glob("*.py")]


@pytest.fixture(autouse=True)
def environment() -> Iterator[None]:
    """A tool may point the adapters at the stack that it works on, for its own process."""
    before = dict(os.environ)
    yield
    if os.environ != before:
        os.environ.clear()
        os.environ.update(before)


def _as(name: str, handler: Any) -> Any:
    """The handler, running with its function's rights."""

    @wraps(handler)
    def run(*given: Any) -> Any:
        before = running.set(name)
        try:
            return handler(*given)
        finally:
            running.reset(before)

    return run


@pytest.fixture(autouse=True)
def longest_number() -> Iterator[None]:
    """A command line may lift Python's bound on the digits of a number, for its own process."""
    digits = sys.get_int_max_str_digits()
    yield
    sys.set_int_max_str_digits(digits)


@pytest.fixture
def template() -> Mapping[str, Any]:
    """template.yaml as SAM reads it."""
    from tests.cloudformation import source

    return source()


@pytest.fixture
def tables(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The template's tables, bucket and secrets in moto; the value is a DynamoDB client."""
    players.lowest_epoch.cache_clear()
    offers._own_names.cache_clear()
    files._kept.clear()
    with mock_aws():
        for name, arn in _stored().items():
            monkeypatch.setenv(f"{name.upper()}_SECRET_ARN", arn)
        yield _client("dynamodb")


def _stored() -> dict[str, str]:
    """Store the tables, the bucket and the secrets as they are once made; each secret's ARN."""
    content, arns = _made()
    restore(content)
    return arns


def restore(content: bytes) -> None:
    """Store again what was (`stored`), in place of all that is."""
    dynamodb, secrets, s3 = _backends()
    dynamodb.tables, secrets.secrets, s3.buckets = pickle.loads(content)
    s3_backends.bucket_accounts[os.environ["BUCKET"]] = ("aws", DEFAULT_ACCOUNT_ID)


def stored() -> bytes:
    """All that moto has in the tables, the bucket and the secrets."""
    dynamodb, secrets, s3 = _backends()
    return pickle.dumps((dynamodb.tables, secrets.secrets, s3.buckets))


@cache
def _made() -> tuple[bytes, dict[str, str]]:
    """What moto stores. It is asked once: its answers take 50 ms, which most tests do not."""
    from tests import cloudformation

    make_bucket()
    for table in cloudformation.tables().values():
        _client("dynamodb").create_table(**table)
    create = _client("secretsmanager").create_secret
    texts = {"fairness": "s" * 64, "sealing": SEALING_SECRET}
    arns = {name: create(Name=name, SecretString=text)["ARN"] for name, text in texts.items()}
    return stored(), arns


def _backends() -> tuple[Any, Any, Any]:
    region = os.environ["AWS_REGION"]
    return (
        dynamodb_backends[DEFAULT_ACCOUNT_ID][region],
        secretsmanager_backends[DEFAULT_ACCOUNT_ID][region],
        s3_backends[DEFAULT_ACCOUNT_ID]["aws"],
    )


def make_bucket() -> Any:
    """The stack's bucket in moto, empty; a client of S3."""
    client = _client("s3")
    where = {"LocationConstraint": os.environ["AWS_REGION"]}
    client.create_bucket(Bucket=os.environ["BUCKET"], CreateBucketConfiguration=where)
    versions = {"Status": "Enabled"}
    client.put_bucket_versioning(Bucket=os.environ["BUCKET"], VersioningConfiguration=versions)
    return client


@pytest.fixture
def daemon(monkeypatch: pytest.MonkeyPatch) -> Iterator[Daemon]:
    """The run is sampled, and X-Ray's daemon listens."""
    daemon = Daemon()
    for name, value in daemon.environment.items():
        monkeypatch.setenv(name, value)
    yield daemon
    daemon.close()


@cache
def _client(service: str) -> Any:
    """One client serves all tests: moto stubs every client made after it was imported."""
    return boto3.client(service)  # type: ignore[call-overload]
