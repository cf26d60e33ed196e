"""Which deployment a tool works on: a stack on AWS, or the local cloud that `make run` keeps."""

from __future__ import annotations

import argparse
import json
import os
import shlex
import socket
import sys
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import boto3
from botocore.config import Config
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    CredentialRetrievalError,
    LoginError,
    NoCredentialsError,
    PartialCredentialsError,
    ProfileNotFound,
    SSOError,
    TokenRetrievalError,
    UnauthorizedSSOTokenError,
)

from adapters import files
from adapters.aws import AwsError, ServiceError
from gacha import snowflake, terminal
from scripts import ROOT

STACK_FILE: Final = ROOT / ".local/stack.json"

SAMCONFIG: Final = ROOT / "samconfig.toml"

CREDENTIALS: Final = ("aws_access_key_id", "aws_secret_access_key")

LOCAL_NAME: Final = "discord-gacha"
"""What samconfig.toml calls the local cloud's stack."""

FOUND: Final = 0
NOT_SO: Final = 1
WRONG_QUESTION: Final = 2
UNREADABLE: Final = 3
"""Exit codes of all tools: yes; no, or something needs a person; bad arguments; AWS could not be
asked."""

CONFIG: Final = Config(
    connect_timeout=5,
    read_timeout=30,
    retries={"mode": "standard", "total_max_attempts": 5},  # exponential, with jitter
)

TABLES: Final = ("UsersTable", "HistoryTable", "SettingsTable", "CollectionTable")
"""The outputs that name the tables; each environment variable is DYNAMODB_<NAME>_TABLE."""


NO_LOGIN: Final[Mapping[str, str]] = {
    "en": "you are not logged in to AWS: run `aws login` (with a profile of Identity Center "
    "`aws sso login --profile NAME`, then put AWS_PROFILE=NAME before the command), or work in AWS "
    "CloudShell, which is logged in",
    "ja": "AWS にログインしていません。`aws login` を実行するか（Identity Center のプロファイルなら"
    " `aws sso login --profile 名前` のあと、コマンドの前に AWS_PROFILE=名前 をつけます）、"
    "ログイン済みの AWS CloudShell で実行してください",
}
"""Said with exit code 2 wherever there are no credentials, or they are no longer good."""

_NO_LOGIN: Final = (
    CredentialRetrievalError,
    LoginError,
    NoCredentialsError,
    PartialCredentialsError,
    SSOError,
    TokenRetrievalError,
    UnauthorizedSSOTokenError,
)
_LOGIN_IS_OVER: Final = frozenset(
    {
        "ExpiredToken",
        "ExpiredTokenException",
        "InvalidAccessKeyId",
        "InvalidClientTokenId",
        "UnrecognizedClientException",
    }
)
"""What AWS answers to credentials that it no longer takes, or never knew."""


class StackError(Exception):
    """The deployment is not there or does not say what is needed; the text is for a person."""


NO_LOCAL: Final[Mapping[str, str]] = {
    "en": "no local cloud is running (`make run` starts one); --help says how to name a stack on "
    "AWS",
    "ja": "手元の AWS が動いていません（`make run` で起動します）。"
    "AWS 上のスタックの指定のしかたは --help にあります",
}


class NoLocalError(StackError):
    """No local cloud is running."""

    def __init__(self) -> None:
        super().__init__(NO_LOCAL["en"])


ASKING: Final = (StackError, BotoCoreError, ClientError, AwsError)
"""What asking a deployment may raise."""


@dataclass(frozen=True)
class Deployment:
    """A stack: where it is, and the outputs that say what is in it."""

    name: str
    region: str
    outputs: Mapping[str, str]
    endpoint: str | None = None
    """Where the local AWS listens; None on AWS."""
    _clients: dict[tuple[str, str], Any] = field(default_factory=dict, repr=False)
    credentials: Mapping[str, str] = field(default_factory=dict, repr=False)
    """The local AWS's, as boto3 takes them; empty on AWS, where boto3 finds its own."""
    config: Config = field(default=CONFIG, repr=False)
    """How long its clients wait, and how often they try."""

    def client(self, service: str, region: str | None = None) -> Any:
        """A boto3 client with timeouts and bounded retries."""
        key = service, region or self.region
        if key not in self._clients:
            self._clients[key] = boto3.client(  # type: ignore[call-overload]
                service,
                region_name=key[1],
                config=self.config,
                endpoint_url=self.endpoint,
                **self.credentials,
            )
        return self._clients[key]

    def output(self, name: str) -> str:
        """An output of the stack. Raises StackError if it has none of this name."""
        try:
            return self.outputs[name]
        except KeyError:
            raise StackError(f"the stack {self.name} has no output {name}") from None

    @cached_property
    def tables(self) -> Mapping[str, str]:
        """The tables' names by output."""
        return {each: self.output(each) for each in TABLES}

    @cached_property
    def resources(self) -> Mapping[str, Mapping[str, str]]:
        """What the stack made: for each type, the physical ids by logical name."""
        pages = (
            self.client("cloudformation")
            .get_paginator("list_stack_resources")
            .paginate(StackName=self.name)
        )
        found: dict[str, dict[str, str]] = {}
        for page in pages:
            for each in page["StackResourceSummaries"]:
                by_name = found.setdefault(each["ResourceType"], {})
                by_name[each["LogicalResourceId"]] = each.get("PhysicalResourceId", "")
        return found

    @cached_property
    def parameters(self) -> Mapping[str, str]:
        """The values that the stack was deployed with."""
        [stack] = self.client("cloudformation").describe_stacks(StackName=self.name)["Stacks"]
        return {
            each["ParameterKey"]: each["ParameterValue"] for each in stack.get("Parameters", [])
        }

    def banner_file(self, banner_hash: str) -> bytes | None:
        """A banner's file, from the bucket; None where it has none of this hash."""
        return file_in(self.client("s3"), self.output("Bucket"), files.BANNERS, banner_hash)

    def console(self, path: str) -> str:
        """A page of the AWS console."""
        return f"https://{self.region}.console.aws.amazon.com/{path}"

    def for_adapters(self) -> None:
        """Let the adapters of the functions work on this deployment, from this process."""
        os.environ |= {
            f"DYNAMODB_{each.removesuffix('Table').upper()}_TABLE": name
            for each, name in self.tables.items()
        }
        os.environ["BUCKET"] = self.output("Bucket")
        os.environ |= {"AWS_DEFAULT_REGION": self.region, "AWS_REGION": self.region}
        os.environ["FAIRNESS_SECRET_ARN"] = self.output("FairnessSecretArn")
        if self.endpoint:
            os.environ["AWS_ENDPOINT_URL"] = self.endpoint
        os.environ |= {name.upper(): value for name, value in self._keys().items()}

    def _keys(self) -> Mapping[str, str]:
        """What the adapters sign with, who find no login by themselves: as of now, since a login's
        keys are short-lived."""
        if self.credentials:
            return self.credentials
        held = self._session.get_credentials()
        if held is None:
            raise NoCredentialsError
        keys = held.get_frozen_credentials()
        return {
            "aws_access_key_id": keys.access_key or "",
            "aws_secret_access_key": keys.secret_key or "",
            "aws_session_token": keys.token or "",
        }

    @cached_property
    def _session(self) -> boto3.Session:
        return boto3.Session()


def file_in(client: Any, bucket: str, kind: files.Kind, hash_: str) -> bytes | None:
    """A file in a stack's bucket, read by boto3's client of S3; None where there is none, or
    another one, under this hash."""
    try:
        content: bytes = client.get_object(Bucket=bucket, Key=kind.key(hash_))["Body"].read()
    except files.MissingError:
        return None
    except ClientError as error:
        if _code(error) != "NoSuchKey":
            raise
        return None
    return content if kind.hash(content) == hash_ else None


def discord_id(text: str) -> str:
    """An id of Discord's on the command line, in the form in which it is stored. Raises
    ArgumentTypeError, which argparse says with the option's name."""
    id_ = snowflake.read(text)
    if id_ is None:
        raise argparse.ArgumentTypeError(
            f"{text!r} is no id of Discord's: they are numbers of up to 20 digits"
        )
    return id_


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options that say which deployment is meant."""
    parser.add_argument("--stack", help="the stack on AWS (default: the running local cloud)")
    add_region(parser)


def add_region(parser: argparse.ArgumentParser) -> None:
    """Where on AWS."""
    parser.add_argument(
        "--region", default="ap-northeast-1", help="its Region (default: ap-northeast-1)"
    )


def chosen(given: argparse.Namespace) -> Deployment:
    """The deployment that the options name. Raises StackError if it is not there."""
    return on_aws(given.stack, given.region) if given.stack else local()


def local(path: Path = STACK_FILE) -> Deployment:
    """The local cloud that is running."""
    try:
        described = json.loads(path.read_text())
        endpoint = described["aws_endpoint_url"]
        address = urlsplit(endpoint)
        socket.create_connection((str(address.hostname), address.port or 80), timeout=1).close()
        credentials = {name: described[name] for name in CREDENTIALS}
        return Deployment(
            LOCAL_NAME,
            described["region"],
            described["outputs"],
            endpoint,
            credentials=credentials,
        )
    except (OSError, ValueError, KeyError, TypeError):
        raise NoLocalError from None


def on_aws(name: str, region: str) -> Deployment:
    """A stack by its name."""
    bare = Deployment(name, region, {})
    try:
        [stack] = bare.client("cloudformation").describe_stacks(StackName=name)["Stacks"]
    except ClientError as error:
        if "does not exist" in str(error):
            raise StackError(f"there is no stack {name} in {region}") from None
        raise
    outputs = {each["OutputKey"]: each["OutputValue"] for each in stack.get("Outputs", [])}
    return Deployment(name, region, outputs)


def proposals(file: Path = SAMCONFIG) -> dict[str, dict[str, Any]]:
    """What `sam deploy` starts from, by environment: the last answers, if there were any."""
    return {
        name: {
            **each.get("global", {}).get("parameters", {}),
            **each["deploy"].get("parameters", {}),
        }
        for name, each in tomllib.loads(file.read_text()).items()
        if isinstance(each, dict) and "deploy" in each
    }


def answers(proposed: Mapping[str, Any]) -> dict[str, str]:
    """The template's parameters among what an environment of samconfig.toml proposes."""
    given = proposed.get("parameter_overrides", "")  # SAM takes a list, too
    pairs = given if isinstance(given, list) else shlex.split(given)
    return dict(pair.partition("=")[::2] for pair in pairs)


def say(line: str) -> None:
    """Progress, beside the result on standard output."""
    print(line, file=sys.stderr, flush=True)


def ending(tool: Callable[[], int], language: str = "") -> int:
    """Run a tool as `terminal.ending` does; what AWS refuses becomes a sentence and an exit code,
    too. `language` is `ja` or `en`; by default the terminal's."""
    language = language or terminal.language(os.environ)

    def asked() -> int:
        try:
            return tool()
        except ASKING as error:
            code, sentence = problem(error, language)
            say(sentence)
            return code

    return terminal.ending(asked)


def problem(error: Exception, language: str) -> tuple[int, str]:
    """The exit code and the sentence for one of the errors ASKING."""
    if isinstance(error, NoLocalError):
        return WRONG_QUESTION, NO_LOCAL[language]
    if isinstance(error, StackError):
        return WRONG_QUESTION, str(error)
    if isinstance(error, ProfileNotFound):
        return WRONG_QUESTION, f"{error}: `aws configure list-profiles` lists those that there are"
    if isinstance(error, _NO_LOGIN) or _code(error) in _LOGIN_IS_OVER:
        return WRONG_QUESTION, NO_LOGIN[language]
    return UNREADABLE, f"AWS: {error}"


def _code(error: Exception) -> str | None:
    """The name of the error that AWS answered with, if it answered."""
    if isinstance(error, ClientError):
        return error.response["Error"]["Code"]
    return error.code if isinstance(error, ServiceError) else None
