"""Answers CloudFormation: a PUT to the address that its request names.

Source: CloudFormation User Guide, "Custom resource response objects".
"""

from __future__ import annotations

import json
import random
import time
from collections.abc import Mapping
from typing import Any, Final

import requests

ID: Final = "Id"
"""The attribute that is the resource's own id, which `Ref` gives."""

TRIES: Final = 3
_TIMEOUT_S: Final = (1, 2)  # to connect, to read: three tries end within ten seconds
_MOST_WORDS: Final = 1_000
"""Characters of a reason; CloudFormation takes 4 KB of answer altogether."""


def answer(event: Mapping[str, Any], data: Mapping[str, str], reason: str) -> None:
    """Say that the request is done, with the attributes `data`, or with a `reason` that it failed.

    Without `ID` among them the resource keeps its id, so that CloudFormation takes no change for a
    replacement.

    Raises UnansweredError if the answer cannot be handed over; Lambda then runs the whole
    request again, as it does with asynchronous calls.
    """
    body = json.dumps(
        {
            "Status": "FAILED" if reason else "SUCCESS",
            "Reason": reason[:_MOST_WORDS],
            "PhysicalResourceId": data.get(ID)
            or event.get("PhysicalResourceId")
            or event["LogicalResourceId"],
            **{key: event[key] for key in ("StackId", "RequestId", "LogicalResourceId")},
            "Data": dict(data),
        }
    )
    for attempt in range(1, TRIES + 1):
        try:
            # S3 signed the address for an empty content type.
            response = requests.put(
                event["ResponseURL"], data=body, headers={"Content-Type": ""}, timeout=_TIMEOUT_S
            )
            response.raise_for_status()
            return
        except requests.RequestException as error:
            if attempt == TRIES:
                # Its own text would show the address, with which anybody could answer.
                raise UnansweredError(type(error).__name__) from None
            time.sleep(random.uniform(0, 0.5) * attempt)


class UnansweredError(Exception):
    """CloudFormation could not be reached."""
