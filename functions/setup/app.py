"""Setup: what the stack needs and CloudFormation cannot do by itself (custom resources).

Each kind of resource is one function from its properties to the attributes that the template may
read. Deleting one changes nothing: keys are kept with their secret, and Discord may by then listen
to another stack (docs/decisions/0012-setup.md). The exception is what a first deployment that fails
leaves behind (docs/decisions/0024-first-deployment.md).
"""

from __future__ import annotations

import hmac
import os
import random
import time
import traceback
from collections.abc import Callable, Mapping
from functools import cache, partial
from typing import TYPE_CHECKING, Any, Final, TypeVar

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

import cloudformation
from adapters import aws, banners, files, sealing
from adapters.application import Application, ApplicationError
from adapters.logs import log

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

NO_TOKEN: Final = "none"
"""In place of the bot's token: then nothing is checked, registered or set."""

UNKNOWN_APPLICATION: Final = "YOUR_APPLICATION_ID"
"""What the invitation's address says without a token, for whoever fills it in."""

_TO_ANSWER_S: Final = 15
"""What is kept back of the function's time: for the last request to Discord, and the answer."""

_PASSING: Final = {
    "AccessDenied",
    "AccessDeniedException",
    "LimitExceededException",
    "ResourceInUseException",
}
"""The role may be seconds old, and a right takes some to be known; or a table is changing."""

_CONFIG: Final = Config(
    connect_timeout=2,
    read_timeout=5,
    retries={"mode": "standard", "total_max_attempts": 4},  # exponential, with jitter
)

Properties = Mapping[str, Any]
Kind = Callable[[Properties, float], dict[str, str]]
Returned = TypeVar("Returned")


class SetupError(Exception):
    """Why a resource cannot be made, in words for the person who reads the stack's events."""


def handler(event: dict[str, Any], context: Any) -> None:
    """One request of CloudFormation, which waits until it is answered, whatever happens here."""
    kind, request = event.get("ResourceType"), event.get("RequestType")
    data: Mapping[str, str] = {}
    reason, where = "", ""
    try:
        until = time.monotonic() + context.get_remaining_time_in_millis() / 1000 - _TO_ANSWER_S
        if request != "Delete":
            data = _KINDS[str(kind)](event["ResourceProperties"], until)
        elif kind == "Custom::TablesProtection":
            lift_protection(event["ResourceProperties"], until)
    except (SetupError, ApplicationError) as problem:
        reason = str(problem)
    except Exception as error:  # an unanswered request would hang the stack
        reason = f"{kind} failed with {type(error).__name__}; see the log of the setup function"
        where = "".join(traceback.format_tb(error.__traceback__))  # its text may quote a secret
    forgiven = bool(reason) and kind in _FORGIVABLE and _is_rolling_back(event)
    log(
        f"setup {'failed' if reason else 'done'}",
        level="ERROR" if reason else "INFO",
        kind=kind,
        request=request,
        reason=reason,
        where=where,
        forgiven=forgiven,
    )
    cloudformation.answer(event, data, "" if forgiven else reason)


# --- the kinds of resources -----------------------------------------------------------------------


def sealing_key(properties: Properties, until: float) -> dict[str, str]:
    """The public half of the key pair that follows from the stack's sealing secret. The secret is
    made once, by CloudFormation, and so is the pair: asked again, the answer is the same."""
    private = sealing.private_key(_secret(properties["Secret"], until))
    return {"PublicKey": bytes(private.public_key).hex()}


def analytics_salt(properties: Properties, until: float) -> dict[str, str]:
    """By what analyses hash ids. It follows from a secret of the stack, so that the same member has
    the same hash for ever, and nobody who has the hashes alone can try members' ids out on them."""
    key = _secret(properties["Secret"], until).encode()
    return {"Salt": hmac.new(key, b"the salt of analytics", "sha256").hexdigest()}


def discord_application(properties: Properties, until: float) -> dict[str, str]:
    """The application's id, once token and public key belong together. The tables wait for it."""
    application = _application(properties, until)
    if application is None:
        return {cloudformation.ID: UNKNOWN_APPLICATION}
    found = application.read()
    if found.get("verify_key") != properties["PublicKey"]:
        raise SetupError(
            f"DiscordPublicKey is not that of the application {found.get('id')}, to which"
            " DiscordBotToken belongs. Its page General Information shows"
            f" {found.get('verify_key')}"
        )
    return {cloudformation.ID: str(found["id"])}


def discord_commands(properties: Properties, until: float) -> dict[str, str]:
    """The slash commands, everywhere, as `commands/` defines them."""
    application = _application(properties, until)
    if application is not None:
        application.register(properties["ApplicationId"])
    return {}


def discord_endpoint(properties: Properties, until: float) -> dict[str, str]:
    """Where Discord sends interactions. It tries that out at once, so the API has to stand."""
    application = _application(properties, until)
    if application is not None:
        application.listen_at(properties["Url"])
    return {}


def banner_files(properties: Properties, until: float) -> dict[str, str]:
    """The banners that ship, in the bucket before anything draws from them: their receipts name the
    files for ever, so an earlier deployment's stay."""
    os.environ["BUCKET"] = properties["Bucket"]
    for banner_id in banners.ids():
        file = banners.text(banner_id).encode()
        _patiently(partial(files.put, files.BANNERS, file), until)
    return {}


def table_names(properties: Properties, until: float) -> dict[str, str]:
    """Whether the tables' names are free. The tables wait for it: CloudFormation itself would find
    one taken while it makes the others, and could not take those back."""
    if _stack(properties["Stack"], until)["StackStatus"] == "CREATE_IN_PROGRESS":
        for name in properties["Tables"]:
            if _table(name, until) is not None:
                raise SetupError(
                    f"there is a table {name} already; docs/deployment.md says how to deploy beside"
                    " it, or with it"
                )
    return {}


def tables_protection(properties: Properties, until: float) -> dict[str, str]:
    """Nothing: the tables are made with deletion protection. See `lift_protection`."""
    return {}


_KINDS: Final[dict[str, Kind]] = {
    "Custom::SealingKey": sealing_key,
    "Custom::AnalyticsSalt": analytics_salt,
    "Custom::BannerFiles": banner_files,
    "Custom::TableNames": table_names,
    "Custom::TablesProtection": tables_protection,
    "Custom::DiscordApplication": discord_application,
    "Custom::DiscordCommands": discord_commands,
    "Custom::DiscordEndpoint": discord_endpoint,
}
_FORGIVABLE: Final = {
    "Custom::BannerFiles",  # what is rolled back to wrote its files when it was deployed
    *(kind for kind in _KINDS if kind.startswith("Custom::Discord")),
}


def lift_protection(properties: Properties, until: float) -> None:
    """Let CloudFormation take back the tables of a first deployment that failed, so that it can be
    tried again: a stack that never came up has no players. At any other time, and on a table that
    is older than the stack, the protection stays.
    """
    stack = _stack(properties["Stack"], until)
    if stack["StackStatus"] != "ROLLBACK_IN_PROGRESS":  # an update's begins with UPDATE_
        return
    tables = {name: _table(name, until) for name in properties["Tables"]}
    began = stack["CreationTime"].replace(microsecond=0)  # a table's time may be cut to seconds
    made = [name for name, table in tables.items() if table and table["CreationDateTime"] >= began]
    for name in made:
        _patiently(
            partial(_dynamodb().update_table, TableName=name, DeletionProtectionEnabled=False),
            until,
        )
        log("setup lifted the deletion protection", table=name)
    for name in made:  # one that is still changing cannot be deleted
        while (table := _table(name, until)) and table["TableStatus"] != "ACTIVE":
            if time.monotonic() > until:
                raise SetupError(f"table {name} is still {table['TableStatus']}")
            time.sleep(1)


def _application(properties: Properties, until: float) -> Application | None:
    """Discord in the bot's name; None where the stack was given no token."""
    token = properties["BotToken"]
    if token == NO_TOKEN:
        return None
    return Application(os.environ["DISCORD_API_BASE_URL"], token, until)


def _secret(arn: str, until: float) -> str:
    client = boto3.client("secretsmanager", config=_CONFIG)
    return _patiently(partial(client.get_secret_value, SecretId=arn), until)["SecretString"]


def _table(name: str, until: float) -> Mapping[str, Any] | None:
    """The table's description; None if there is none."""
    try:
        return _patiently(partial(_dynamodb().describe_table, TableName=name), until)["Table"]
    except ClientError as error:
        if error.response["Error"]["Code"] != "ResourceNotFoundException":
            raise
        return None


@cache
def _dynamodb() -> DynamoDBClient:
    return boto3.client("dynamodb", config=_CONFIG)


def _patiently(call: Callable[[], Returned], until: float) -> Returned:
    """What the call returns, once what is in its way has passed, or there is no more time."""
    while True:
        try:
            return call()
        except (ClientError, aws.ServiceError) as error:
            pause = random.uniform(1, 3)
            said = error.response["Error"]["Code"] if isinstance(error, ClientError) else error.code
            if said not in _PASSING or time.monotonic() + pause > until:
                raise
            time.sleep(pause)


def _is_rolling_back(event: Mapping[str, Any]) -> bool:
    """Whether this update undoes another. To fail then would leave the stack stuck half-way, and a
    token that was reset meanwhile, or Discord out of reach, is no reason for that."""
    return (
        event.get("RequestType") == "Update"
        and "ROLLBACK" in _stack(event["StackId"])["StackStatus"]
    )


def _stack(arn: str, until: float = 0) -> Mapping[str, Any]:
    """The stack's description, of which `StackStatus` is UNKNOWN if it cannot be read."""
    try:
        client = boto3.client("cloudformation", config=_CONFIG)
        [stack] = _patiently(partial(client.describe_stacks, StackName=arn), until)["Stacks"]
        return stack
    except Exception as error:
        log("setup cannot see the stack", level="ERROR", error=type(error).__name__)
        return {"StackStatus": "UNKNOWN"}
