"""Receives Discord's interactions: verify, decide, answer within Discord's three seconds.

It does no work of its own. A command that holds up starts a workflow named after the interaction,
so that the same interaction, however often it is delivered, is one execution. Everything here is
on the path of the first answer, so it imports neither boto3 nor requests nor the X-Ray SDK, and
opens its connections while everything else is loaded (docs/decisions/0006-own-signer.md). For the
same reason its modules prefer NamedTuple to dataclass and os.path to pathlib: a third of the
import's CPU time.
"""

from __future__ import annotations

import ahead

# isort: split
import base64
import binascii
import contextlib
import gc
import json
import os
import re
import time
from typing import Any, Final, NamedTuple

from nacl.exceptions import BadSignatureError
from nacl.signing import VerifyKey

from adapters import sealing
from adapters.logs import log
from buckets import Buckets
from commands import registry, sentences
from commands.command import REPLY, NoFormError, NotReadyError
from gacha.snowflake import canonical
from presses import Presses
from router import (
    AUTOCOMPLETE,
    COMMAND,
    COMPONENT,
    EPHEMERAL,
    FORM,
    Problem,
    Request,
    read,
    typed,
)
from visibility import Visibility

PING: Final = 1

PONG: Final = {"type": 1}
MESSAGE: Final = 4
DEFERRED_MESSAGE: Final = 5
DEFERRED_UPDATE: Final = 6
CHOICES: Final = 8
MODAL: Final = 9
ACTION_ROW: Final = 1
BUTTON: Final = 2
PRIMARY: Final = 1

MAX_AGE_S: Final = 300
"""How far a request's timestamp may lie from our clock, in seconds. Discord names no limit."""

MAX_BODY: Final = 512 * 1024
"""Characters of a body, as API Gateway hands it over; Discord's have been below 100,000."""
MAX_NESTING: Final = 64
"""Levels of objects and lists. A message in an interaction has about ten."""

MOST_CONTENT: Final = 2_000
"""Characters of a message's text."""
MOST_EMBEDDED: Final = 6_000
"""Characters of all embeds of a message together."""

_UNSIGNED: Final = {"statusCode": 401, "body": "invalid request signature"}
_TOO_LARGE: Final = {"statusCode": 413, "body": "the body is too large"}

_SIGNATURE: Final = re.compile(r"[0-9a-f]{128}")
_TIMESTAMP: Final = re.compile(r"[0-9]{1,20}")

_key: Final = VerifyKey(bytes.fromhex(os.environ["DISCORD_PUBLIC_KEY"]))
_sealing_key: Final = sealing.public_key(os.environ["SEALING_PUBLIC_KEY"])
_workflows: Final = ahead.workflows
_visibility: Final = Visibility()
_buckets: Final = Buckets()
_presses: Final = Presses()

_guild_ids: Final = os.environ["ALLOWED_GUILD_IDS"]
_allowed_guilds: Final = None if _guild_ids == "any" else frozenset(_guild_ids.split(","))
"""The servers that the owner allowed, or None for all."""
_is_local: Final = bool(os.environ.get("DISCORD_CDN_BASE_URL"))
"""In the local cloud, where files come from this machine, there are no strangers' to keep out."""

# While the function starts it has a whole processor: the command that most are is there, and no
# collection of garbage looks through what stays (docs/decisions/0036-cold-start.md).
registry.definition("pull")
_workflows.wait()
gc.freeze()


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """One request of the HTTP API (payload format 2.0)."""
    stamp = _read_stamp(event.get("headers"))
    if stamp is None or abs(time.time() - int(stamp.timestamp)) > MAX_AGE_S:
        return _UNSIGNED
    text = event.get("body") or ""
    if isinstance(text, str) and len(text) > MAX_BODY:
        return _TOO_LARGE
    body = _raw(text, bool(event.get("isBase64Encoded")))
    if body is None or not _holds(stamp, body):
        return _UNSIGNED
    try:
        interaction = json.loads(body.decode())
    except (ValueError, RecursionError):
        return _bad_request("the body is not JSON")
    if not isinstance(interaction, dict):
        return _bad_request("the body is not a JSON object")
    if _is_deep(interaction):
        return _bad_request("the body is nested too deep")
    kind = interaction.get("type")
    if type(kind) is not int:  # neither True nor 1.0, which equal 1
        return _bad_request("the interaction has no type")
    if kind == PING:
        return _answer(PONG)
    is_allowed = _is_allowed_in(interaction.get("guild_id"))
    if kind == AUTOCOMPLETE:
        return _answer(_choices(read(interaction) if is_allowed else Problem()))
    if not is_allowed:
        return _answer(_private(sentences.say(_language(interaction), "other_server")))
    if kind not in (COMMAND, COMPONENT, FORM):
        return _bad_request("the interaction's type is unknown")
    request = read(interaction)
    if isinstance(request, Problem):
        if request.sentence is None:
            return _bad_request(request.reason)
        answer = _private(request.said(_language(interaction)))
    elif request.has_files and _allowed_guilds is None and not _is_local:
        answer = _private(sentences.say(request.language, "no_uploads"))
    else:
        answer = _form(request) if request.opens else _begin(request)
    if kind == FORM and answer["type"] == MESSAGE:
        answer = _with_typed(answer, interaction)
    return _answer(answer)


def _is_deep(value: object) -> bool:
    """Whether something is nested deeper than Discord's interactions ever are. What reads JSON can
    be a level too deep for what prints or compares it, and how deep that is differs by Python."""
    level = [value]
    for _ in range(MAX_NESTING):
        level = [
            below
            for each in level
            if isinstance(each, dict | list)
            for below in (each.values() if isinstance(each, dict) else each)
        ]
        if not level:
            return False
    return True


class Stamp(NamedTuple):
    """What Discord puts beside a body, in the form that it has to have."""

    signature: str
    timestamp: str


def _read_stamp(headers: object) -> Stamp | None:
    """Signature and timestamp. API Gateway joins a header that came twice with a comma, which has
    neither's form."""
    if not isinstance(headers, dict):
        return None
    lower = {str(name).lower(): value for name, value in headers.items()}
    signature = lower.get("x-signature-ed25519")
    timestamp = lower.get("x-signature-timestamp")
    if not isinstance(signature, str) or not _SIGNATURE.fullmatch(signature):
        return None
    if not isinstance(timestamp, str) or not _TIMESTAMP.fullmatch(timestamp):
        return None
    return Stamp(signature, timestamp)


def _raw(text: object, is_base64: bool) -> bytes | None:
    """The bytes that Discord signed, or None if API Gateway's wrapping is broken."""
    if not isinstance(text, str):
        return None
    if not is_base64:
        return text.encode(errors="surrogatepass")
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None


def _holds(stamp: Stamp, body: bytes) -> bool:
    """Whether Discord signed these bytes."""
    try:
        _key.verify(stamp.timestamp.encode() + body, bytes.fromhex(stamp.signature))
    except (BadSignatureError, ValueError):
        return False
    return True


def _is_allowed_in(guild_id: object) -> bool:
    """Whether this server may play. Outside of servers only what changes nothing is answered. What
    is no id is no server that anybody allowed."""
    if _allowed_guilds is None or guild_id is None:
        return True
    return canonical(guild_id) in _allowed_guilds


def _choices(request: Request | Problem) -> dict[str, Any]:
    """What completes an option as it is typed. Nobody is told why there is nothing."""
    choices: list[Any] = []
    if isinstance(request, Request) and request.focus is not None:
        inline = registry.inline(request.room)
        with contextlib.suppress(NotReadyError):
            choices = inline.choices(request.asked(""), request.focus)
    return {"type": CHOICES, "data": {"choices": choices}}


def _form(request: Request) -> dict[str, Any]:
    """The form that a room opens; where that takes too long, a private message whose button opens
    it. A form has to be the first answer, and that has three seconds."""
    asked = request.asked("")
    inline = registry.inline(request.room)
    try:
        return {"type": MODAL, "data": inline.form(asked)}
    except NoFormError as error:
        say = registry.texts(request.room).say
        return _private(say(request.language, error.sentence, **error.values))
    except NotReadyError as error:
        answer = _private(sentences.say(request.language, "not_ready"))
        label = sentences.say(request.language, "open")
        button = {"type": BUTTON, "style": PRIMARY, "label": label, "custom_id": error.custom_id}
        answer["data"]["components"] = [{"type": ACTION_ROW, "components": [button]}]
        return answer


def _begin(request: Request) -> dict[str, Any]:
    """Start the workflow of what was asked for, or say at once why not."""
    language = request.language
    if request.panel and _visibility.is_outdated(request):
        request = request.redrawing()
    button = request.button_that_counts_once
    if button and _presses.is_again(button, request.interaction_id, time.time()):
        return _private(sentences.say(language, "pressed_again"))
    workflow = request.workflow or request.command.workflow
    wait_s = _buckets.take(
        request.actor_id, request.interaction_id, time.time(), changes=workflow != REPLY
    )
    if wait_s:
        return _private(sentences.say(language, "too_many", seconds=wait_s))

    look = _visibility.look(request, time.time()) if request.is_open else None
    # Sealed once for all tries of this start. A later delivery of the same interaction has other
    # bytes, which Step Functions answers with ExecutionAlreadyExists: it is accepted, too.
    sealed_token = _seal(request.token)
    started_at = time.monotonic()
    started = _workflows.start(
        os.environ[workflow],
        request.interaction_id,
        request.sealed(_seal).asked(sealed_token, int(time.time())).written(),
    )
    log(
        f"workflow {started}",
        level="INFO" if started == "accepted" else "ERROR",
        interaction_id=request.interaction_id,
        guild_id=request.guild_id,
        command=request.room,
        start_ms=round((time.monotonic() - started_at) * 1000),
    )
    if started == "accepted":
        if button:
            _presses.took(button, request.interaction_id, time.time())
        if request.command.of_server:
            _visibility.forget(request)
        return _deferred(request, request.is_public and not (look and look.is_private()))
    if started == "refused":
        return _private(sentences.say(language, "not_started"))
    say = registry.texts(request.room).say  # some can be looked up elsewhere than others
    return _private(say(language, "perhaps_started", receipt_number=request.interaction_id))


def _seal(secret: str) -> str:
    return sealing.seal(_sealing_key, secret)


def _deferred(request: Request, is_public: bool) -> dict[str, Any]:
    if request.is_update:
        return {"type": DEFERRED_UPDATE}
    if is_public:
        return {"type": DEFERRED_MESSAGE}  # of a button, too: the result it stands under remains
    if request.is_control and not request.command.is_public:
        return {"type": DEFERRED_UPDATE}
    return {"type": DEFERRED_MESSAGE, "data": {"flags": EPHEMERAL}}


def _private(text: str) -> dict[str, Any]:
    return {
        "type": MESSAGE,
        "data": {"content": text, "flags": EPHEMERAL, "allowed_mentions": {"parse": []}},
    }


def _with_typed(answer: dict[str, Any], interaction: dict[str, Any]) -> dict[str, Any]:
    """A refusal with what was typed into the form, which Discord throws away: nothing is kept of a
    request that starts nothing (0055). In the text, which a phone copies; what is too long for that
    is in embeds."""
    language, data = _language(interaction), answer["data"]
    blocks = [
        (label, "```\n" + text.replace("```", "'''") + "\n```")
        for label, text in typed(interaction, language)
    ]
    if not blocks:
        return answer
    text = f"{data['content']}\n\n{sentences.say(language, 'typed')}"
    whole = "\n".join([text, *(f"**{label}**\n{block}" for label, block in blocks)])
    if len(whole) <= MOST_CONTENT:
        return {**answer, "data": {**data, "content": whole}}
    embeds, space = list[dict[str, str]](), MOST_EMBEDDED
    for label, block in blocks:
        if (taken := len(label) + len(block)) <= space:
            embeds.append({"title": label, "description": block})
            space -= taken
    return {**answer, "data": {**data, "content": text, "embeds": embeds}}


def _language(interaction: dict[str, Any]) -> str:
    return sentences.language(interaction.get("locale"))


def _answer(answer: dict[str, Any]) -> dict[str, Any]:
    return {
        "statusCode": 200,
        "headers": {"content-type": "application/json"},
        "body": json.dumps(answer, ensure_ascii=False),
    }


def _bad_request(reason: str) -> dict[str, Any]:
    return {"statusCode": 400, "body": reason}
