"""Setup: what the stack needs and CloudFormation cannot do by itself (custom resources).

Each kind of resource is one function from its properties to the attributes that the template may
read. Deleting one changes nothing: keys are kept with their secret, and Discord may by then listen
to another stack.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable, Mapping
from typing import Any, Final

import cloudformation
from adapters import sealing, secrets
from adapters.logs import log


class SetupError(Exception):
    """Why a resource cannot be made, in words for the person who reads the stack's events."""


def handler(event: dict[str, Any], _context: object) -> None:
    """One request of CloudFormation, which waits until it is answered, whatever happens here."""
    kind, request = event.get("ResourceType"), event.get("RequestType")
    data: Mapping[str, str] = {}
    reason, where = "", ""
    try:
        if request != "Delete":
            data = _KINDS[str(kind)](event["ResourceProperties"])
    except SetupError as problem:
        reason = str(problem)
    except Exception as error:  # an unanswered request would hang the stack for an hour
        reason = f"{kind} failed with {type(error).__name__}; see the log of the setup function"
        where = "".join(traceback.format_tb(error.__traceback__))  # its text may quote a secret
    log(
        f"setup {'failed' if reason else 'done'}",
        level="ERROR" if reason else "INFO",
        kind=kind,
        request=request,
        reason=reason,
        where=where,
    )
    cloudformation.answer(event, data, reason)


def sealing_key(properties: Mapping[str, Any]) -> dict[str, str]:
    """The public half of the key pair that follows from the stack's sealing secret. The secret is
    made once, by CloudFormation, and so is the pair: asked again, the answer is the same."""
    private = sealing.private_key(secrets.read(properties["Secret"]))
    return {"PublicKey": bytes(private.public_key).hex()}


_KINDS: Final[dict[str, Callable[[Mapping[str, Any]], dict[str, str]]]] = {
    "Custom::SealingKey": sealing_key,
}
