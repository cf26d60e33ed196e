"""A stand-in for Discord: it keeps what a bot sends, and fails when it is told to.

    {PATCH,POST} /api/v10/webhooks/<application>/<token>[/messages/<@original or id>]

It has no rules about messages. They are SimCord's: the tests' judge has them (tests/judge.py), and
whoever plays, in local/playground. Where neither is there, it takes every message. Any token is
good until told otherwise, by a script (local/discord_faults.py). A token's script is put, and what
came of the token is read, under

    PUT /_standin/tokens/<token>/script
    GET /_standin/tokens/<token>[?wait=<seconds>]
        {"message": the @original message or null, "followups": [other messages],
         "requests": [{"at": Unix seconds, "method", "path", "headers", "body", "status"}]}

With `wait` the answer comes as soon as the token has a message. A status of null stands for a
request that was never answered. A form's files are their attachments' `content`.
"""

import contextlib
import itertools
import json
import math
import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qs, unquote, urlsplit

from local import discord_application
from local.discord_application import Application
from local.discord_faults import FAILURES, NORMAL, Json, Reply, Script, error, scripted
from local.discord_form import joined
from local.proxy import Handler, Server

if TYPE_CHECKING:
    from local.playground.relay import Playground

Discord = Callable[[str, str, str, bytes], Reply]
"""What Discord would answer to a method, a path from /webhooks on, a content type and a body."""

WEBHOOK: Final = re.compile(
    r"(?:/api(?:/v\d+)?)?(?P<to>/webhooks/[^/]+/(?P<token>[^/]+)(?:/messages/(?P<message>[^/]+))?)"
)
CONTROL: Final = re.compile(
    r"/_standin/(?:tokens/(?P<token>[^/]+)|application)(?P<script>/script)?"
)
APPLICATION_ITSELF: Final = ""  # in place of a token, where the application's own requests count
NEVER: Final = 120  # seconds; longer than anybody waits
VIA: Final = {"Via": "1.1 google"}
EMPTY: Final[Json] = {"content": "", "embeds": [], "components": [], "attachments": [], "flags": 0}


@dataclass
class Token:
    """What is known about an interaction's token."""

    messages: dict[str, Json] = field(default_factory=dict)  # the first one is @original
    requests: list[Json] = field(default_factory=list)
    script: Script = field(default_factory=lambda: Script([]))

    def described(self) -> Json:
        message, *followups = self.messages.values() or [None]
        return {"message": message, "followups": followups, "requests": self.requests}


class Webhooks:
    """What is kept of interactions; without a server around it."""

    def __init__(self) -> None:
        self.changed = threading.Condition()  # guards what follows
        self.tokens: dict[str, Token] = {}
        self._ids = itertools.count(1_400_000_000_000_000_000)

    def set_script(self, token: str, script: Any) -> None:
        """Raises TypeError, KeyError or ValueError for one that makes no sense."""
        with self.changed:
            self.tokens.setdefault(token, Token()).script = Script(script)

    def read(self, token: str, wait: float) -> Json:
        with self.changed:
            known = self.tokens.setdefault(token, Token())
            self.changed.wait_for(lambda: known.messages, timeout=wait)
            # Serialised under the lock, since requests keep coming.
            described: Json = json.loads(json.dumps(known.described(), ensure_ascii=False))
            return described

    def apply(
        self, method: str, path: re.Match[str], kind: str, body: bytes, discord: Discord | None
    ) -> Reply:
        """Keep what a request says, if `discord` takes it, and answer."""
        named = path["message"] and unquote(path["message"])
        if method != ("PATCH" if named else "POST"):
            return error(405, "405: Method Not Allowed")
        try:
            fields = joined(kind, body)
        except ValueError:
            fields = None
        if not isinstance(fields, dict):
            return error(400, "The request body contains invalid JSON.", 50109)
        status, content = discord(method, path["to"], kind, body) if discord else (200, {})
        if status >= 400:
            return status, content
        with self.changed:
            messages = self.tokens.setdefault(unquote(path["token"]), Token()).messages
            if named == "@original" or (not named and not messages):
                # The first follow-up to a deferral, too, edits the deferred message.
                named = next(iter(messages), None)
            elif named and named not in messages and not discord:
                return FAILURES["unknown_message"]
            id_ = named or str(content.get("id") or next(self._ids))
            message = messages.setdefault(id_, {"id": id_, **EMPTY})
            message |= {
                name: EMPTY.get(name) if value is None else value for name, value in fields.items()
            }
            self.changed.notify_all()
            return status, content or message


class DiscordStandin(Server, Webhooks):
    """The server; `start` and `stop` it. `judge` says what Discord would, where nobody plays."""

    def __init__(self, port: int, public_key: str = "", judge: Discord | None = None) -> None:
        Webhooks.__init__(self)
        Server.__init__(self, port, Answering)
        self.application = Application(public_key)
        self.playground: Playground | None = None
        self._judge = judge

    def read_application(self) -> Json:
        with self.changed:
            return self.application.described()

    def discord(self, token: str) -> Discord | None:
        """Who knows what may be done with this token."""
        if self.playground and self.playground.knows(token):
            return self.playground.forward
        return self._judge


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
        else:
            self.reply(*error(404, "404: Not Found"))

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
                self.reply(*error(405, "405: Method Not Allowed"))
        except (ValueError, KeyError, TypeError, AttributeError) as wrong:
            self.reply(*error(400, f"{type(wrong).__name__}: {wrong}"))

    def application(self, path: re.Match[str], body: bytes) -> None:
        known, request = self.server.application, self.request_of(body)

        def apply() -> Reply:
            with self.server.changed:
                holder = self.headers.get("Authorization", "")
                return known.handle(self.command, path, holder, request["body"])

        self.obey(APPLICATION_ITSELF, known.requests, request, apply)

    def webhook(self, path: re.Match[str], body: bytes) -> None:
        token, kind = unquote(path["token"]), self.headers.get("Content-Type", "")
        with self.server.changed:
            requests = self.server.tokens.setdefault(token, Token()).requests
        request = self.request_of(body) | {"headers": dict(self.headers.items())}
        discord = self.server.discord(token)
        self.obey(
            token,
            requests,
            request,
            lambda: self.server.apply(self.command, path, kind, body, discord),
        )

    def request_of(self, body: bytes) -> Json:
        said: Any = body.decode(errors="replace")
        with contextlib.suppress(ValueError):
            said = joined(self.headers.get("Content-Type", ""), body)
        at = time.time()
        return {"at": at, "method": self.command, "path": self.path, "body": said, "status": None}

    def obey(
        self, token: str, requests: list[Json], request: Json, apply: Callable[[], Reply]
    ) -> None:
        """Answer as the token's script says, and `apply` the request where it says so."""
        with self.server.changed:
            requests.append(request)
            entry = self.server.tokens.setdefault(token, Token()).script.next(request["at"])
        if entry["do"] == "slow":
            time.sleep(float(entry["seconds"]))
        status, content = self.refusal() or (0, None)
        if not status and (entry["do"] in NORMAL or entry.get("applied")):
            status, content = apply()
        if entry["do"] not in NORMAL:
            status, content = scripted(entry)
        with self.server.changed:
            request["status"] = status or None
        if entry["do"] == "never":
            time.sleep(NEVER)
        elif entry["do"] == "cut":
            self.reply(200, b'{"id": "14000', VIA, length=1000)
        else:
            headers = {} if entry["do"] == "cloudflare" else VIA
            if entry["do"] == "rate_limit":
                headers = headers | {"Retry-After": str(math.ceil(entry["retry_after"]))}
            self.reply(status, content, headers)
            return
        self.close_connection = True

    def refusal(self) -> Reply | None:
        """What Discord's edge refuses whatever is asked."""
        if not self.headers.get("User-Agent", "").startswith("DiscordBot ("):
            return error(400, "User-Agent must be DiscordBot (url, version)")
        return None

    def reply(
        self, status: int, content: Any, headers: Json = VIA, length: int | None = None
    ) -> None:
        html = isinstance(content, bytes)
        data = content if html else json.dumps(content, ensure_ascii=False).encode()
        self.send_response_only(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if status != 204:
            self.send_header("Content-Type", "text/html" if html else "application/json")
            self.send_header("Content-Length", str(length or len(data)))
        self.end_headers()
        if status != 204:
            self.wfile.write(data)
