"""Workshop: what owners upload becomes drafts and pictures. It writes files, and no table.

Three steps of one workflow: `unpack` fetches an upload and takes it apart, `pictures` makes a few
of its pictures, `compose` merges it into the draft, `change` starts what records it. Each may run
again, and does then what is left.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import cache
from typing import Any, Final

from nacl.public import PrivateKey

import art
import compose
import redact
import unpack
from adapters import aws, discord, executions, sealing, secrets
from adapters.tables import settings
from adapters.tracing import worker
from commands import admission, kit, registry
from commands.asked import Asked
from gacha.making.problems import Refusal

Event = dict[str, Any]


class UnfinishedError(Exception):
    """Some pictures of a run are left; the workflow's retry goes on with them."""

    outcome = "unfinished"  # for the log: nothing failed
    figures: Final[dict[str, Any]] = {}


@worker("workshop")
def handler(event: Event, _context: object) -> dict[str, Any]:
    """`step` is one of STEPS. `outcome` is for the log; `count` is how many pictures there are, and
    `batches` the first of each run."""
    return STEPS[event["step"]](Asked.read(event["interaction"]), event)


def _unpack(asked: Asked, _event: Event) -> dict[str, Any]:
    if redact.is_asked(asked):
        return {"outcome": "unpacked", "count": 0, "batches": []}
    if admission.refusal(asked, settings.game(asked.guild)) is not None:  # Plan says which
        compose.refuse(asked, Refusal(()))
        return {"outcome": "refused", "count": 0, "batches": []}
    found = unpack.unpack(asked)
    refusal = found if isinstance(found, Refusal) else _refused(asked, found)
    if refusal is not None:
        compose.refuse(asked, refusal)
        return {"outcome": "refused", "count": 0, "batches": []}
    assert not isinstance(found, Refusal)
    count = len(found.pictures or ())
    if count:
        _say(asked, "progress", done=0, all=count)
    return {"outcome": "unpacked", "count": count, "batches": art.batches(count)}


def _refused(asked: Asked, found: unpack.Unpacked) -> Refusal | None:
    """What can be known before any picture is made."""
    rows = None if found.toml or found.is_form else found.rows()
    if isinstance(rows, Refusal):
        return rows
    return compose.check_quota(asked, len(found.pictures or ()))


def _pictures(asked: Asked, event: Event) -> dict[str, Any]:
    first, count = event["first"], event["count"]
    if not art.make(asked, first, count):
        raise UnfinishedError
    _say(asked, "progress", done=min(first + art.BATCH, count), all=count)
    return {"outcome": "made"}


def _compose(asked: Asked, _event: Event) -> dict[str, Any]:
    if redact.is_asked(asked):
        return {"outcome": redact.redact(asked).problem or "redacted"}
    manifest = compose.compose(asked)
    return {"outcome": "refused" if manifest.refusal else "composed", "banner": manifest.banner}


def _change(asked: Asked, event: Event) -> dict[str, Any]:
    """Hands over to the change workflow, once: "made" or "failed" is all that is said of it there,
    for the manifest lies in the bucket."""
    options = {**asked.options, "manifest": event["manifest"]}
    change = asked._replace(options=options).written()
    machine = os.environ["CHANGE_STATE_MACHINE_ARN"]
    is_first = executions.start(machine, asked.interaction_id, change)
    if event["manifest"] == "made" and redact.is_reported(asked):
        return {"outcome": "reported"}
    return {"outcome": "started" if is_first else "was_started"}


STEPS: Final[dict[str, Callable[[Asked, Event], dict[str, Any]]]] = {
    "unpack": _unpack,
    "pictures": _pictures,
    "compose": _compose,
    "change": _change,
}


def _say(asked: Asked, sentence: str, **values: int) -> None:
    """Tell the owner how far it is: once, since the next one tells more, and the last one all."""
    token = sealing.unseal(_private_key(), asked.sealed_token)
    if token is None:
        return
    text = registry.texts(asked.command).say(asked.language, sentence, **values)
    body, once = kit.body(text), discord.MAX_TRIES
    discord.edit_original(asked.application_id, token, body, attempt=once, seconds_left=0)


@cache
def _private_key() -> PrivateKey:
    return sealing.private_key(secrets.read(os.environ["SEALING_SECRET_ARN"]))


# While the function starts it has a whole processor (docs/decisions/0036-cold-start.md).
aws.early(_private_key, aws.dynamodb().connect)
