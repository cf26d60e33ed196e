"""A stand-in for the part of Discord's API that a bot answers interactions with.

    {PATCH,POST,GET,DELETE} /api/v10/webhooks/<application>/<token>[/messages/<@original or id>]

It refuses what Discord refuses, keeps each token's messages, and records every request. Any token
is good until told otherwise. A test tells, per token, how the next requests are answered:

    PUT /_standin/tokens/<token>/script     a JSON list; each entry answers one request, in order

    {"do": "deliver"}                                     what happens after the list's end, too
    {"do": "rate_limit", "retry_after": 1.5}              429, for that many seconds from the first
    {"do": "cloudflare"}                                  429 of Cloudflare: HTML, and no Via header
    {"do": "unknown_webhook"}                             404, code 10015
    {"do": "unknown_message"}                             404, code 10008
    {"do": "invalid_token"}                               401, code 50027
    {"do": "server_error", "status": 503}                 5xx (default 500)
    {"do": "slow", "seconds": 2}                          delivers after that long
    {"do": "never"}                                       takes the request, and says nothing
    {"do": "cut"}                                         closes the connection half-way

A form with files (multipart/form-data) is kept as its message, each attachment with its `content`.

Every message is also held against SimCord's rules where that is there, and so is a first answer
that is posted to /_standin/answers/<token>; what it refuses is kept (Playground.refused).

Messages of the Discord to play in (local/playground) are handed on to it, and it answers.

Any entry may hold for longer than one request: "times": 3, "times": "forever", or "for": 2.5
(seconds from the first request that meets it). "applied": true makes a failing entry change the
message all the same, which is what an answer that gets lost on the way looks like.

What needs a bot token (the application, its commands) is in local/discord_application.py.

    GET /_standin/tokens/<token>[?wait=<seconds>]
        {"message": the @original message or null, "followups": [other messages],
         "requests": [{"at": Unix seconds, "method", "path", "headers", "body", "status"}]}

With `wait` the answer comes as soon as the token has a message. A status of null stands for a
request that was never answered.
"""

import contextlib
import email
import itertools
import json
import math
import re
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qs, unquote, urlsplit

from local import discord_application
from local.discord_application import Application
from local.proxy import Handler, Server

if TYPE_CHECKING:
    from local.playground.relay import Playground

WEBHOOK: Final = re.compile(
    r"(?:/api(?:/v\d+)?)?/webhooks/(?P<application>[^/]+)/(?P<token>[^/]+)"
    r"(?:/messages/(?P<message>[^/]+))?"
)
CONTROL: Final = re.compile(
    r"/_standin/(?:tokens/(?P<token>[^/]+)|application)(?P<script>/script)?"
)
ANSWER: Final = re.compile(r"/_standin/answers/(?P<token>[^/]+)")
APPLICATION_ITSELF: Final = ""  # in place of a token, where the application's own requests count
NEVER: Final = 120  # seconds; longer than anybody waits
COMPONENTS_V2: Final = 1 << 15

Json = dict[str, Any]
Reply = tuple[int, Any]

UNKNOWN_MESSAGE: Final[Reply] = (404, {"message": "Unknown Message", "code": 10008})
UNKNOWN_WEBHOOK: Final[Reply] = (404, {"message": "Unknown Webhook", "code": 10015})
INVALID_TOKEN: Final[Reply] = (401, {"message": "Invalid Webhook Token", "code": 50027})
EMPTY_MESSAGE: Final[Reply] = (400, {"message": "Cannot send an empty message", "code": 50006})
INVALID_JSON: Final[Reply] = (
    400,
    {"message": "The request body contains invalid JSON.", "code": 50109},
)
CLOUDFLARE: Final = b"<!DOCTYPE html><title>Access denied</title>error code: 1015"
FAILURES: Final[dict[str, Reply]] = {
    "cloudflare": (429, CLOUDFLARE),
    "unknown_webhook": UNKNOWN_WEBHOOK,
    "unknown_message": UNKNOWN_MESSAGE,
    "invalid_token": INVALID_TOKEN,
    "never": (0, None),
    "cut": (0, None),
    "unverified": discord_application.UNVERIFIED,
}
SCRIPTABLE: Final = {*FAILURES, "deliver", "slow", "rate_limit", "server_error"}


@dataclass
class Entry:
    """One entry of a script, and how much of it is used up."""

    script: Json
    uses: int = 0
    since: float = 0.0

    def __post_init__(self) -> None:
        if self.script["do"] not in SCRIPTABLE:
            raise ValueError(f"cannot {self.script['do']!r}")
        if self.script["do"] == "rate_limit":
            self.script = {"for": self.script["retry_after"], **self.script}

    def use(self, now: float) -> bool:
        """Whether the entry still answers."""
        self.since = self.since or now
        self.uses += 1
        if "for" in self.script:
            return now < self.since + float(self.script["for"])
        times = self.script.get("times", 1)
        return times == "forever" or self.uses <= int(times)


@dataclass
class Token:
    """What Discord knows about an interaction's token."""

    messages: dict[str, Json] = field(default_factory=dict)  # the first one is @original
    original: str | None = None
    requests: list[Json] = field(default_factory=list)
    script: list[Entry] = field(default_factory=list)

    def next_entry(self, now: float) -> Json:
        while self.script:
            entry = self.script[0]
            if entry.use(now):
                if entry.script["do"] == "rate_limit":
                    left = entry.since + float(entry.script["retry_after"]) - now
                    return entry.script | {"retry_after": max(0.001, round(left, 3))}
                return entry.script
            self.script.pop(0)
        return {"do": "deliver"}

    def described(self) -> Json:
        return {
            "message": self.messages.get(self.original or ""),
            "followups": [m for id_, m in self.messages.items() if id_ != self.original],
            "requests": self.requests,
        }


class Webhooks:
    """What Discord keeps of interactions, and how it answers; without a server around it."""

    def __init__(self) -> None:
        self.changed = threading.Condition()  # guards what follows
        self.tokens: dict[str, Token] = {}
        self._ids = itertools.count(1_400_000_000_000_000_000)

    def set_script(self, token: str, script: Any) -> None:
        if not isinstance(script, list):
            raise TypeError("a script is a list")
        entries = [Entry(dict(entry)) for entry in script]
        with self.changed:
            self.tokens.setdefault(token, Token()).script = entries

    def read(self, token: str, wait: float) -> Json:
        with self.changed:
            self.changed.wait_for(lambda: self._has_message(token), timeout=wait)
            # Serialised under the lock, since requests keep coming.
            described: Json = json.loads(
                json.dumps(self.tokens.get(token, Token()).described(), ensure_ascii=False)
            )
            return described

    def _has_message(self, token: str) -> bool:
        return token in self.tokens and bool(self.tokens[token].messages)

    def handle_webhook(
        self, method: str, application: str, token: str, message_id: str | None, body: bytes
    ) -> Reply:
        """Apply a request that nothing is wrong with from outside, and answer it."""
        known = self.tokens.setdefault(token, Token())
        id_ = known.original if message_id == "@original" else message_id
        match method, message_id:
            case ("POST", None) | ("PATCH", "@original") if method == "POST" or not known.original:
                # The first follow-up to a deferral, too, edits the deferred message.
                reply, fields = checked(body, {})
                return reply or (200, self._save(known, application, None, fields))
            case (("GET" | "PATCH" | "DELETE"), str()) if id_ not in known.messages:
                # A token that was never used has the deferred message: Discord shows "thinking".
                return UNKNOWN_WEBHOOK if not known.original else UNKNOWN_MESSAGE
            case "GET", str():
                return 200, known.messages[str(id_)]
            case "DELETE", str():
                del known.messages[str(id_)]
                return 204, None
            case "PATCH", str():
                reply, fields = checked(body, known.messages[str(id_)])
                return reply or (200, self._save(known, application, id_, fields))
        return 405, {"message": "405: Method Not Allowed", "code": 0}

    def _save(self, known: Token, application: str, id_: str | None, fields: Json) -> Json:
        now = datetime.now(UTC).isoformat()
        if id_ is None:
            id_ = str(next(self._ids))
            known.original = known.original or id_
            known.messages[id_] = {
                "id": id_,
                "type": 20,  # CHAT_INPUT_COMMAND
                "application_id": application,
                "webhook_id": application,
                "author": {"id": application, "username": "gacha", "bot": True},
                "content": "",
                "embeds": [],
                "components": [],
                "attachments": [],
                "flags": 0,
                "timestamp": now,
                "edited_timestamp": None,
            }
        else:
            known.messages[id_]["edited_timestamp"] = now
        known.messages[id_].update(fields)
        self.changed.notify_all()
        return known.messages[id_]


class DiscordStandin(Server, Webhooks):
    """The server; `start` and `stop` it."""

    def __init__(self, port: int, public_key: str = "") -> None:
        Webhooks.__init__(self)
        Server.__init__(self, port, Answering)
        self.application = Application(public_key)
        self.playground: Playground | None = None

    def read_application(self) -> Json:
        with self.changed:
            return self.application.described()


class Answering(Handler):
    server: DiscordStandin

    def answer(self) -> None:
        url = urlsplit(self.path)
        body = self.body()
        if body is None:
            return
        if control := CONTROL.fullmatch(url.path):
            token = unquote(control["token"] or APPLICATION_ITSELF)
            self.control(token, bool(control["script"]), url.query, body)
        elif application := discord_application.PATH.fullmatch(url.path):
            self.application(application, body)
        elif webhook := WEBHOOK.fullmatch(url.path):
            self.webhook(webhook, body)
        elif answered := ANSWER.fullmatch(url.path):
            if self.server.playground:
                to = f"/answers/{answered['token']}"
                self.server.playground.judge("POST", to, "application/json", body)
            self.reply(204, None)
        else:
            self.reply(404, {"message": "404: Not Found", "code": 0})

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = answer

    def control(self, token: str, is_script: bool, query: str, body: bytes) -> None:
        try:
            if is_script and self.command == "PUT":
                self.server.set_script(token, json.loads(body))
                self.reply(204, None)
            elif not is_script and self.command == "GET":
                wait = float(parse_qs(query).get("wait", ["0"])[0])
                read, application = self.server.read, self.server.read_application
                self.reply(200, read(token, wait) if token else application())
            else:
                self.reply(405, {"message": "405: Method Not Allowed", "code": 0})
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            self.reply(400, {"message": f"{type(error).__name__}: {error}"})

    def application(self, path: re.Match[str], body: bytes) -> None:
        now = time.time()
        asked = None
        with contextlib.suppress(ValueError):
            asked = json.loads(body)
        with self.server.changed:
            entry = self.server.tokens.setdefault(APPLICATION_ITSELF, Token()).next_entry(now)
        if entry["do"] == "slow":
            time.sleep(float(entry["seconds"]))
        with self.server.changed:
            authorization = self.headers.get("Authorization", "")
            status, content = self.refusal(body) or (
                self.server.application.handle(self.command, path, authorization, asked)
                if entry["do"] in ("deliver", "slow")
                else scripted(entry)
            )
            self.server.application.requests.append(
                {
                    "at": now,
                    "method": self.command,
                    "path": self.path,
                    "body": asked,
                    "status": status,
                }
            )
        self.finish_webhook(entry, status, content)

    def webhook(self, path: re.Match[str], body: bytes) -> None:
        token = unquote(path["token"])
        message_id = unquote(path["message"]) if path["message"] else None
        now = time.time()
        sent = body
        if self.headers.get_content_type() == "multipart/form-data":
            body = joined(self.headers["Content-Type"], body)
        request: Json = {
            "at": now,
            "method": self.command,
            "path": self.path,
            "headers": dict(self.headers.items()),
            "body": body.decode(errors="replace"),
            "status": None,
        }
        with contextlib.suppress(ValueError):
            request["body"] = json.loads(body)
        with self.server.changed:
            known = self.server.tokens.setdefault(token, Token())
            known.requests.append(request)
            entry = known.next_entry(now)
        if entry["do"] == "slow":
            time.sleep(float(entry["seconds"]))

        playground = self.server.playground
        is_played = playground is not None and playground.knows(token)
        refusal = self.refusal(body)
        status, content = refusal or (0, None)
        is_applied = not refusal and (entry["do"] in ("deliver", "slow") or entry.get("applied"))
        if is_applied and playground and is_played:
            kind = self.headers.get("Content-Type", "")
            to = path[0][path[0].index("/webhooks/") :]
            status, content = playground.forward(self.command, to, kind, sent)
        if is_applied and playground and not is_played and message_id in (None, "@original"):
            kind = self.headers.get("Content-Type", "")
            playground.judge(self.command, path[0][path[0].index("/webhooks/") :], kind, sent)
        with self.server.changed:
            if is_applied and not is_played:
                status, content = self.server.handle_webhook(
                    self.command, path["application"], token, message_id, body
                )
            if entry["do"] not in ("deliver", "slow"):
                status, content = scripted(entry)
            request["status"] = status or None
        self.finish_webhook(entry, status, content)

    def refusal(self, body: bytes) -> Reply | None:
        """What the edge refuses whatever the token."""
        if not self.headers.get("User-Agent", "").startswith("DiscordBot ("):
            return 400, {"message": "User-Agent must be DiscordBot (url, version)", "code": 0}
        if body and self.headers.get_content_type() not in (
            "application/json",
            "multipart/form-data",
        ):
            return 400, {"message": "Discord reads JSON, or a form with files", "code": 50035}
        return None

    def finish_webhook(self, entry: Json, status: int, content: Json | bytes | None) -> None:
        match entry["do"]:
            case "never":
                time.sleep(NEVER)
                self.close_connection = True
            case "cut":
                self.send_response_only(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", "1000")
                self.end_headers()
                self.wfile.write(b'{"id": "14000')
                self.close_connection = True
            case "cloudflare":
                self.reply(status, content, via=None)
            case "rate_limit":
                retry_after = str(math.ceil(entry["retry_after"]))
                self.reply(status, content, {"Retry-After": retry_after})
            case _:
                self.reply(status, content)

    def reply(
        self,
        status: int,
        content: Any,
        headers: Json | None = None,
        *,
        via: str | None = "1.1 google",
    ) -> None:
        html = isinstance(content, bytes)
        data = content if isinstance(content, bytes) else b""
        if isinstance(content, dict | list):
            data = json.dumps(content, ensure_ascii=False).encode()
        self.send_response_only(status)
        if via:
            self.send_header("Via", via)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        if status != 204:
            self.send_header("Content-Type", "text/html" if html else "application/json")
            self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


def joined(content_type: str, body: bytes) -> bytes:
    """A form with files as the JSON message in it, each attachment with its `content` as text.

    Without a `payload_json` that is an object, the form's bytes, which no reader takes for JSON.
    """
    form = email.message_from_bytes(f"Content-Type: {content_type}\r\n\r\n".encode() + body)
    parts: dict[object, Any] = {
        part.get_param("name", header="content-disposition"): part.get_payload(decode=True)
        for part in form.walk()
        if not part.is_multipart()
    }
    try:
        message = json.loads(parts["payload_json"])
        for attachment in message["attachments"]:
            content = parts[f"files[{attachment['id']}]"]
            attachment |= {"size": len(content), "content": content.decode()}
    except (ValueError, KeyError, TypeError, AttributeError):
        return body
    return json.dumps(message).encode()


def scripted(entry: Json) -> Reply:
    """The answer that a failing entry tells of."""
    match entry["do"]:
        case "rate_limit":
            return 429, {
                "message": "You are being rate limited.",
                "retry_after": entry["retry_after"],
                "global": False,
            }
        case "server_error":
            status = int(entry.get("status", 500))
            return status, {"message": f"{status}: Internal Server Error", "code": 0}
    return FAILURES[entry["do"]]


# --- what Discord refuses -------------------------------------------------------------------------


def checked(body: bytes, before: Json) -> tuple[Reply | None, Json]:
    """A refusal or None, and the fields that the body sets on a message."""
    try:
        fields = json.loads(body)
    except ValueError:
        return INVALID_JSON, {}
    if not isinstance(fields, dict):
        return INVALID_JSON, {}
    try:
        errors = dict(form_errors(fields))
    except (AttributeError, TypeError):
        errors = {"": "A field is of the wrong type."}
    after = before | {name: value for name, value in fields.items() if name != "allowed_mentions"}
    if int(after.get("flags") or 0) & COMPONENTS_V2:
        if after.get("content") or after.get("embeds") or after.get("poll"):
            errors["flags"] = "Content, embeds and polls cannot be used with components V2."
    elif not errors and not any(
        after.get(name) for name in ("content", "embeds", "components", "attachments", "poll")
    ):
        return EMPTY_MESSAGE, {}
    if errors:
        return (400, form_body(errors)), {}
    kept = ("content", "embeds", "components", "attachments", "flags", "allowed_mentions")
    empty: Json = {"content": "", "embeds": [], "components": [], "attachments": [], "flags": 0}
    return None, {
        name: empty.get(name) if fields[name] is None else fields[name]
        for name in kept
        if name in fields
    }


def form_body(errors: dict[str, str]) -> Json:
    """Discord's description of an invalid form."""
    tree: Json = {}
    for path, message in errors.items():
        node = tree
        for part in filter(None, path.split(".")):
            node = node.setdefault(part, {})
        node["_errors"] = [{"code": "INVALID", "message": message}]
    return {"message": "Invalid Form Body", "code": 50035, "errors": tree}


def form_errors(fields: Json) -> Iterator[tuple[str, str]]:
    """Path and message of each field that breaks a limit."""
    yield from too_long("content", fields.get("content"), 2000)
    embeds = fields.get("embeds") or []
    if len(embeds) > 10:
        yield "embeds", "Must be 10 or fewer in length."
    for index, embed in enumerate(embeds):
        yield from embed_errors(f"embeds.{index}", embed)
    if sum(map(embed_length, embeds)) > 6000:
        yield "embeds", "Embed size exceeds maximum size of 6000."
    rows = fields.get("components") or []
    if not int(fields.get("flags") or 0) & COMPONENTS_V2:
        if len(rows) > 5:
            yield "components", "Must be 5 or fewer in length."
        for index, row in enumerate(rows):
            if row.get("type") != 1 or not 1 <= len(row.get("components", [])) <= 5:
                yield f"components.{index}", "Must be a row of one to five components."
    controls = list(nested(rows))
    if len(controls) > 40:
        yield "components", "Must be 40 or fewer in length."
    custom_ids = [c["custom_id"] for c in controls if "custom_id" in c]
    if len(set(custom_ids)) < len(custom_ids):
        yield "components", "Component custom id cannot be duplicated."
    for control in controls:
        if "custom_id" in control and not 1 <= len(control["custom_id"]) <= 100:
            yield "components", "custom_id must be between 1 and 100 in length."
        yield from too_long("components", control.get("label"), 80)
        if control.get("type") == 2 and control.get("style") == 5 and "url" not in control:
            yield "components", "A link button needs a url."
        elif control.get("type") == 2 and control.get("style") != 5 and "custom_id" not in control:
            yield "components", "A custom id is required."


def embed_errors(path: str, embed: Json) -> Iterator[tuple[str, str]]:
    yield from too_long(f"{path}.title", embed.get("title"), 256)
    yield from too_long(f"{path}.description", embed.get("description"), 4096)
    yield from too_long(f"{path}.footer.text", embed.get("footer", {}).get("text"), 2048)
    yield from too_long(f"{path}.author.name", embed.get("author", {}).get("name"), 256)
    if not 0 <= (embed.get("color") or 0) <= 0xFFFFFF:
        yield f"{path}.color", "int value should be less than or equal to 16777215."
    fields = embed.get("fields") or []
    if len(fields) > 25:
        yield f"{path}.fields", "Must be 25 or fewer in length."
    for index, one in enumerate(fields):
        for name, limit in (("name", 256), ("value", 1024)):
            if not one.get(name):
                yield f"{path}.fields.{index}.{name}", "This field is required"
            yield from too_long(f"{path}.fields.{index}.{name}", one.get(name), limit)


def too_long(path: str, text: str | None, limit: int) -> Iterator[tuple[str, str]]:
    if text is not None and len(text) > limit:
        yield path, f"Must be {limit} or fewer in length."


def embed_length(embed: Json) -> int:
    """The characters of an embed that count towards a message's 6,000."""
    texts = [
        embed.get("title"),
        embed.get("description"),
        embed.get("footer", {}).get("text"),
        embed.get("author", {}).get("name"),
    ]
    for one in embed.get("fields") or []:
        texts += [one.get("name"), one.get("value")]
    return sum(len(text) for text in texts if text)


def nested(components: list[Json]) -> Iterator[Json]:
    """Every component, at whatever depth."""
    for component in components:
        yield component
        yield from nested(component.get("components") or [])
        if accessory := component.get("accessory"):
            yield accessory
