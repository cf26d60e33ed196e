"""Setup: what the stack needs and CloudFormation cannot do by itself (custom resources).

Each kind of resource is one function from its properties to the attributes that the template may
read. Deleting one changes nothing: keys are kept with their secret, and Discord may by then listen
to another stack (docs/decisions/0012-setup.md).
"""

from __future__ import annotations

import os
import random
import time
import traceback
from collections.abc import Callable, Mapping
from typing import Any, Final

import boto3
from botocore.exceptions import ClientError

import cloudformation
from adapters import sealing, secrets
from adapters.application import Application, ApplicationError
from adapters.logs import log
from adapters.tables import CONFIG

NO_TOKEN: Final = "none"
"""In place of the bot token's secret: then nothing is checked, registered or set."""

_TO_ANSWER_S: Final = 15
"""What is kept back of the function's time: for the last request to Discord, and the answer."""

Properties = Mapping[str, Any]
Kind = Callable[[Properties, float], dict[str, str]]


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


def discord_application(properties: Properties, until: float) -> dict[str, str]:
    """Whether bot token, application id and public key belong together. The tables wait for it."""
    application = _application(properties, until)
    if application is None:
        return {}
    found = application.read()
    if found.get("id") != properties["ApplicationId"]:
        raise SetupError(
            f"DiscordBotToken is the token of application {found.get('id')}, and not of"
            f" DiscordApplicationId {properties['ApplicationId']}"
        )
    if found.get("verify_key") != properties["PublicKey"]:
        raise SetupError(
            "DiscordPublicKey is not that of the application, whose page General Information"
            f" shows {found.get('verify_key')}"
        )
    return {}


def discord_commands(properties: Properties, until: float) -> dict[str, str]:
    """The slash commands, everywhere, as `adapters/commands.py` defines them."""
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


_KINDS: Final[dict[str, Kind]] = {
    "Custom::SealingKey": sealing_key,
    "Custom::DiscordApplication": discord_application,
    "Custom::DiscordCommands": discord_commands,
    "Custom::DiscordEndpoint": discord_endpoint,
}
_FORGIVABLE: Final = _KINDS.keys() - {"Custom::SealingKey"}


def _application(properties: Properties, until: float) -> Application | None:
    """Discord in the bot's name; None where the stack was given no token."""
    secret = properties["BotTokenSecret"]
    if secret == NO_TOKEN:
        return None
    return Application(os.environ["DISCORD_API_BASE_URL"], _secret(secret, until), until)


def _secret(arn: str, until: float) -> str:
    """The secret's text. The role may be seconds old, and a right takes some to be known to all."""
    while True:
        try:
            return secrets.read(arn)
        except ClientError as error:
            pause = random.uniform(1, 3)
            is_denied = error.response["Error"]["Code"] == "AccessDeniedException"
            if not is_denied or time.monotonic() + pause > until:
                raise
            time.sleep(pause)


def _is_rolling_back(event: Mapping[str, Any]) -> bool:
    """Whether this update undoes another. To fail then would leave the stack stuck half-way, and a
    token that was reset meanwhile, or Discord out of reach, is no reason for that."""
    if event.get("RequestType") != "Update":
        return False
    try:
        client = boto3.client("cloudformation", config=CONFIG)
        [stack] = client.describe_stacks(StackName=event["StackId"])["Stacks"]
        return "ROLLBACK" in stack["StackStatus"]
    except Exception as error:
        log("setup cannot see the stack", level="ERROR", error=type(error).__name__)
        return False
