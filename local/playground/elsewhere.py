"""The endpoint as a bot's owner sets it who allows one server: a second function with the deployed
one's code and settings, but for `AllowedGuildIds`.

The stack itself allows every server, since programs beside the page send from servers of their own.
"""

from __future__ import annotations

import contextlib
import json
import threading
from typing import TYPE_CHECKING, Any, Final

from local.client import Answer, Signer, encode

if TYPE_CHECKING:
    from local.cloud import Stack

STACK_NAME: Final = "discord-gacha"
FUNCTION: Final = "InteractionsFunction"


class Elsewhere:
    """Answers interactions of servers that are not among the allowed ones."""

    def __init__(self, stack: Stack, allowed: int) -> None:
        self._allowed = allowed
        self._lambda = stack.client("lambda")
        self._stacks = stack.client("cloudformation")
        self._lock = threading.Lock()
        self._name = ""

    def send(self, signer: Signer, interaction: dict[str, Any]) -> Answer:
        """As API Gateway would hand it over; raises botocore's errors."""
        with self._lock:
            self._name = self._name or self._made()
        body = encode(interaction)
        headers = {name.lower(): value for name, value in signer.headers(body).items()}
        event = {"headers": headers, "body": body.decode(), "isBase64Encoded": False}
        answered = self._lambda.invoke(
            FunctionName=self._name, Payload=json.dumps(event, ensure_ascii=False).encode()
        )
        answer = json.loads(answered["Payload"].read())
        return Answer(answer.get("statusCode", 502), str(answer.get("body", answer)).encode(), 0)

    def _made(self) -> str:
        """The function's name, once it is there."""
        found = self._stacks.describe_stack_resource(
            StackName=STACK_NAME, LogicalResourceId=FUNCTION
        )
        deployed = found["StackResourceDetail"]["PhysicalResourceId"]
        template = self._stacks.get_template(StackName=STACK_NAME)["TemplateBody"]
        settings = self._lambda.get_function_configuration(FunctionName=deployed)
        name = f"{deployed[:54]}-elsewhere"
        with contextlib.suppress(self._lambda.exceptions.ResourceNotFoundException):
            self._lambda.delete_function(FunctionName=name)  # of an earlier start, or deployment
        self._lambda.create_function(
            FunctionName=name,
            Code=template["Resources"][FUNCTION]["Properties"]["Code"],
            Handler=settings["Handler"],
            Runtime=settings["Runtime"],
            Role=settings["Role"],
            Timeout=settings["Timeout"],
            Layers=[layer["Arn"] for layer in settings.get("Layers", [])],
            Environment={
                "Variables": {
                    **settings["Environment"]["Variables"],
                    "ALLOWED_GUILD_IDS": str(self._allowed),
                }
            },
        )
        return name
