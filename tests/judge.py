"""Discord's rules for what a bot says, in one place: every test that holds a message against them
does so here.

They are SimCord's, a simulated Discord that others keep (docs/decisions/0040-playground.md). What
it does not look at is here: what a message is made of, by Discord's own description of its API
(tests/discord_schemas.py), and two rules, `_is_empty` and `MOST_BYTES`. Which of these refuses
what: tests/unit/test_judge.py.

Some of SimCord's names here are no promise of its; it is pinned.
"""

from __future__ import annotations

import json
import threading
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final
from urllib.parse import unquote

import jsonschema
import simcord
from simcord.backend import Backend
from simcord.backend.models import Interaction
from simcord.components import walk_components
from simcord.http import RouteNotImplemented, UnsupportedField, routes
from simcord.http.router import dispatch

from local import discord_form
from local.client import COMMAND, COMPONENT
from local.discord_form import Upload
from tests import discord_schemas

Json = Mapping[str, Any]
Reply = tuple[int, Any]

assert routes  # loaded, so that there are any
EDITS: Final = discord_schemas.validator(discord_schemas.EDIT)
ANSWERS: Final = discord_schemas.validator(discord_schemas.ANSWER)
DEFERRED: Final = {"type": 5}
MOST_BYTES: Final = 10_170
"""Of the text in a layout (components V2), as UTF-8. Above it Discord answers 500 for ever
(discord-api-docs 8554, open): about 3,390 Japanese characters where 4,000 are allowed."""
_TEXT: Final = 10
"""Discord's type of a text in a layout."""
PATIENCE_S: Final = 5.0
"""How long a request for a message waits for the first answer to its interaction, which the
workflow may have outrun. Discord would answer 404."""


class Judge:
    """A Discord with one server and one channel, in which a bot answers what anybody does."""

    def __init__(self) -> None:
        self.asked = 0
        self.refused: list[str] = []
        """What Discord would not have taken, each with the reason."""
        self._backend = Backend()
        somebody = self._backend.make_user("anybody")
        guild = self._backend.create_guild("judged", owner_id=somebody.id)
        self._backend.add_member(guild.id, self._backend.bot_user.id)
        self._where = (self._backend.create_channel(guild.id, "gacha").id, somebody.id, guild.id)
        self._changed = threading.Condition()  # guards what is above and below
        self._awaited: Counter[str] = Counter()
        self._by_token: dict[str, Interaction] = {}
        self._by_id: dict[str, Interaction] = {}

    @contextmanager
    def awaiting(self, token: str) -> Iterator[None]:
        """An interaction is sent and answered during the block."""
        with self._changed:
            self._awaited[token] += 1
        try:
            yield
        finally:
            with self._changed:
                self._awaited[token] -= 1
                self._changed.notify_all()

    def answer(self, interaction: Json, answer: Json) -> Reply:
        """Discord's reply to a first answer to an interaction; a second one changes nothing."""
        with self._changed:
            record = self._record(interaction["token"], interaction)
            if record.responded:
                return 204, None
            reply = self._said(ANSWERS, "POST", _callback(record), answer)
            self._changed.notify_all()
            return reply

    def ask(self, method: str, path: str, content_type: str, body: bytes) -> Reply:
        """Discord's reply to a request about a message, from /webhooks on. Of a token that is new
        here, nothing was said before but that its message comes later."""
        _, _, application, quoted, *rest = path.split("/")
        token = unquote(quoted)
        with self._changed:
            self._changed.wait_for(lambda: self._has_answered(token), timeout=PATIENCE_S)
            record = self._record(token)
            if not record.responded:
                self._dispatch("POST", _callback(record), DEFERRED)
            self._backend.application_id = int(application)
            to = "/".join(["/webhooks", application, record.token, *rest])
            return self._said(EDITS, method, to, *discord_form.read(content_type, body))

    def has_bare_words(self, token: str) -> bool:
        """Whether the message that this token edits, which a press shares with another interaction,
        is what Announce lays out as its last resort: a text and no more."""
        with self._changed:
            record = self._by_token.get(token)
            if record is None or record.message_id is None:
                return False
            message = self._backend.get_message(record.channel_id, record.message_id)
            return [each["type"] for each in message.components] == [_TEXT]

    def _has_answered(self, token: str) -> bool:
        known = self._by_token.get(token)
        return not self._awaited[token] or (known is not None and known.responded)

    def _record(self, token: str, interaction: Json | None = None) -> Interaction:
        """SimCord's interaction for this token; a press is on the message that it names."""
        if token not in self._by_token:
            channel, person, guild = self._where
            kind = interaction["type"] if interaction else COMMAND
            self._by_token[token] = self._backend.new_interaction(kind, channel, person, guild)
        record = self._by_token[token]
        if interaction and interaction["id"] not in self._by_id:
            self._by_id[interaction["id"]] = record
            if interaction["type"] == COMPONENT or "message" in interaction:
                record.source_message_id = self._source(interaction.get("message", {}))
        return record

    def _source(self, message: Json) -> int:
        """The message whose button somebody pressed: another interaction's, or, where that was not
        seen here, any."""
        of = self._by_id.get(message.get("interaction_metadata", {}).get("id", ""))
        if of is not None and of.message_id is not None:
            return of.message_id
        channel, _, _ = self._where
        return self._backend.create_message(channel, self._backend.bot_user.id, "somewhere").id

    def _said(
        self,
        shape: jsonschema.Draft202012Validator,
        method: str,
        path: str,
        body: Any,
        files: list[Upload] | None = None,
    ) -> Reply:
        wrong = jsonschema.exceptions.best_match(shape.iter_errors(body))
        if wrong is not None:
            reply: Reply = (400, {"message": f"{wrong.json_path}: {wrong.message}", "code": 50035})
        else:
            reply = self._dispatch(method, path, body, files)
        if reply[0] < 300:
            reply = _left_out(reply[1]) or reply
        self.asked += 1
        if reply[0] >= 300 and not _is_late(reply, body):
            self.refused.append(f"{method} {path[-40:]}: {reply}: {str(body)[:1000]}")
        return reply

    def _dispatch(
        self, method: str, path: str, body: Any, files: list[Upload] | None = None
    ) -> Reply:
        try:
            answered = dispatch(self._backend, method, path, json=body, files=files)
        except (RouteNotImplemented, UnsupportedField) as error:
            return 501, {"message": f"SimCord does not know this: {error}", "code": 0}
        except simcord.BackendError as error:
            return error.status, error.to_json()
        finally:
            self._backend.http_requests.clear()  # nobody reads them, and they only grow
            self._backend.transcript.clear()
        return 200, answered


def _is_late(reply: Reply, body: Any) -> bool:
    """Whether these are words alone, perhaps below results that had been missed, for a message that
    is laid out. Announce cannot know that, where an earlier edit arrived and its answer did not,
    and says them once more, laid out."""
    _, error = reply
    if not isinstance(body, dict) or body.get("components"):
        return False
    missed, words = [], {"description": body.get("content")}
    if isinstance(body.get("embeds"), list) and body["embeds"]:
        *missed, words = body["embeds"]
    are_words = words.keys() == {"description"} and words["description"]
    are_missed = all(each.keys() == {"title", "description", "color"} for each in missed)
    return bool(are_words and are_missed) and "components_v2 messages require" in str(error)


def _left_out(answered: Any) -> Reply | None:
    """What SimCord takes and Discord does not, by the message that SimCord has now."""
    if not isinstance(answered, dict):
        return None
    message = answered.get("resource", {}).get("message", answered)
    if "content" in message and _is_empty(message):
        return 400, {"message": "Cannot send an empty message", "code": 50006}
    texts = [each.get("content") or "" for each in walk_components(message.get("components", []))]
    if len("".join(texts).encode()) > MOST_BYTES:
        return 500, {"message": f"more than {MOST_BYTES} bytes of text in a layout", "code": 0}
    return None


def _is_empty(message: Json) -> bool:
    """SimCord asks this of a new message, and Discord of one that an edit empties, too."""
    seen = ("embeds", "components", "attachments", "poll")
    return not message["content"].strip() and not any(message.get(name) for name in seen)


def _callback(record: Interaction) -> str:
    return f"/interactions/{record.id}/{record.token}/callback"


def refusal(body: Any) -> str:
    """Why Discord would refuse this as what “thinking…” becomes; empty if it takes it."""
    judge = Judge()
    said = json.dumps(body).encode()
    judge.ask("PATCH", "/webhooks/1/token/messages/@original", "application/json", said)
    return "".join(judge.refused)


def refusal_of_answer(answer: Any, kind: int = COMMAND) -> str:
    """The same of a first answer to an interaction of this type; a press is on any message."""
    judge = Judge()
    judge.answer({"id": "1", "token": "token", "type": kind}, answer)
    return "".join(judge.refused)
