"""The simulated Discord, as a process of its own in SimCord's environment (.local/play).

    .local/play/bin/python -m local.playground.simulation FOLDER

FOLDER/simulation.json says what it needs to know; what it has to say, FOLDER/ready.json. It ends
with its parent: it reads the other end of a pipe.

People act in SimCord's pages, one for each conversation. What Discord would send our endpoint goes
to the relay (local/playground/relay.py) as it is, and the answer is applied as Discord applies it.
What the bot then sends about an interaction arrives under

    {PATCH,POST,GET,DELETE} /webhooks/<application>/<token>[/messages/<@original or id>]

and everything that SimCord refuses is shown in the conversation, since Discord would refuse it.

What SimCord 3.2.1 does not do, and this module bridges: its clock stands still (`WallClock`), an
event loop carries one environment and that one page (a thread for each conversation), every client
is set to English (`Conversation.localised`, `in_language` for the picker, and
`Simulation.snapshot` for dates), pictures are not loaded (`Conversation.fetch`), uploads have an
address that leads nowhere (`Conversation.addressed`), a page shows an edit when it is told to
(`Conversation.publish`) and is open 16 times at most (`PAGES`), embeds name nobody (`MENTIONING`),
a press is refused whose page is half a second behind (`main`), and a page neither follows the
conversation nor suggests anything before the first letter (static/follow.js, which `put_beside`
loads). It is pinned, because some of these use names of its own.
"""

from __future__ import annotations

import asyncio
import contextvars
import hmac
import json
import os
import re
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, NamedTuple

import discord
import simcord
from aiohttp import web
from simcord.backend.cdn import CDN_BASE
from simcord.backend.serializers import message_payload
from simcord.components import walk_components
from simcord.http import RouteNotImplemented, UnsupportedField
from simcord.http.router import dispatch
from simcord.interactions import base_payload
from simcord.preview import _actions
from simcord.preview._markdown import _FIELD_POLICIES
from simcord.preview._server import PreviewServer
from simcord.preview._snapshot import build_snapshot

from local import discord_form
from local.discord_form import Upload
from local.messages import text_of
from local.playground import cast

Json = dict[str, Any]

CALLBACK_WITHIN: Final = 3
"""Seconds that Discord waits for the first answer."""
PATIENCE: Final = 60
"""Seconds that we wait, because a developer's machine may be busy; above CALLBACK_WITHIN it is
said that Discord would have given up."""
PAGES: Final = 200
"""How often a conversation may be open. SimCord's 16 are used up by one who kills a browser often,
since it forgets a page after ten minutes of silence; here after LEASE seconds."""
LEASE: Final = 180
UNKNOWN_WEBHOOK: Final = (404, {"message": "Unknown Webhook", "code": 10015})
MENTIONING: Final = ("embed_description", "embed_field_value")
"""Where Discord shows a mention by name, besides a message's own text."""
FOLLOW: Final = Path(__file__).with_name("static") / "follow.js"
"""What every page loads beside SimCord's own programs."""
THREADS: Final = 100
"""How many interactions of a conversation are under way at once."""
KINDS: Final = {2: "a command", 3: "a button or a menu", 4: "completing an option", 5: "a form"}


class Settings(NamedTuple):
    """What the parent tells us."""

    secret: str  # of the parent and us
    relay: str  # where interactions go
    cdn: str  # where files that people upload can be fetched
    application: int
    name: str  # the bot's
    commands: list[Json]


class WallClock:
    """The time that it is, so that our bot's rules about an interaction's age hold here, too."""

    def __init__(self) -> None:
        self._started = time.time()

    @property
    def elapsed(self) -> float:
        return time.time() - self._started

    def now(self) -> datetime:
        return datetime.now(UTC)

    def advance(self, seconds: float) -> None:
        """It goes by itself."""


class Conversation:
    """A channel and its page, in a thread with an event loop of its own."""

    def __init__(self, described: cast.Conversation, settings: Settings) -> None:
        self.described = described
        self._settings = settings
        self._locales = {each.id: each.locale for each in described.people}
        self.loop = asyncio.new_event_loop()
        self.env: Any = None
        self.preview: Any = None
        self._ended = asyncio.Event()
        self._publishing: asyncio.Task[None] | None = None
        self._fetched: set[str] = set()
        self.url = ""

    def start(self) -> None:
        """Raises whatever kept it from starting."""
        self.loop.set_default_executor(ThreadPoolExecutor(THREADS))
        entered = threading.Event()
        problems: list[BaseException] = []

        async def hold() -> None:
            async with AsyncExitStack() as ends:
                try:
                    await self._enter(ends)
                except BaseException as error:
                    problems.append(error)
                    entered.set()
                    raise
                entered.set()
                await self._ended.wait()

        threading.Thread(target=lambda: self.loop.run_until_complete(hold()), daemon=True).start()
        entered.wait()
        if problems:
            raise problems[0]

    async def _enter(self, ends: AsyncExitStack) -> None:
        bot = discord.Client(intents=discord.Intents.all())
        # As it came: discord.py's own parser would make objects of it.
        parsers: dict[str, Any] = bot._connection.parsers
        parsers["INTERACTION_CREATE"] = lambda payload: self.loop.create_task(self.relay(payload))
        env = simcord.Env(bot, strict_sync=False, check_errors=False, settle_timeout=PATIENCE)
        self.env = env
        backend: Any = env.backend  # some of it is replaced
        backend.clock = WallClock()
        show = backend.visible_commands
        backend.visible_commands = lambda **of: [
            in_language(command, self.locale(of["user_id"])) for command in show(**of)
        ]
        ids = iter([self._settings.application, *(each.id for each in self.described.people)])
        backend.snowflake = lambda: backend.reserve_id(next(ids))
        backend.application_id = backend.snowflake()
        backend.bot_user.name = backend.bot_user.global_name = self._settings.name
        people = [env.create_user(each.name) for each in self.described.people]
        backend.snowflake = self._snowflakes(backend)
        await env.start()
        ends.push_async_callback(env.shutdown)
        self.register(self._settings.commands)
        channel, viewers = self._furnish(people)
        self._channel_id = channel.id
        self.preview = await ends.enter_async_context(
            env.preview(
                channel,
                viewers=viewers,
                layout="channel",
                locale=self.described.locale,  # each viewer has their own, see Simulation.snapshot
                timezone="Asia/Tokyo",
            )
        )
        self.preview._MAX_PAGES = PAGES
        self.preview._PAGE_LEASE_SECONDS = LEASE
        self.url = self.preview.url

    @staticmethod
    def _snowflakes(backend: Any) -> Any:
        """Ids like Discord's: no two conversations give out the same one, and neither does a later
        start, since an interaction's id is the name of its workflow."""
        lowest = iter(_countdown())
        epoch = 1_420_070_400_000

        def snowflake() -> int:
            milliseconds = int(time.time() * 1000) - epoch
            taken: int = backend.reserve_id(milliseconds << 22 | next(lowest))
            return taken

        return snowflake

    def _furnish(self, people: list[Any]) -> tuple[Any, list[Any]]:
        """The channel and who looks at it."""
        if not self.described.guild_id:
            return people[0].dm_channel, people
        owners = [
            user for user, each in zip(people, self.described.people, strict=True) if each.is_owner
        ]
        guild = self.env.create_guild(
            self.described.guild,
            id=self.described.guild_id,
            owner=owners[0] if owners else None,
            preferred_locale=self.described.locale,
        )
        return guild.create_text_channel("gacha"), [
            # An owner is a member from the start.
            simcord.MemberActor(self.env, guild, user) if user in owners else guild.add_member(user)
            for user in people
        ]

    def register(self, commands: list[Json]) -> None:
        """Our definitions, as they are; a changed one replaces its former self."""
        dispatch(
            self.env.backend,
            "PUT",
            f"/applications/{self._settings.application}/commands",
            json=commands,
        )

    # --- from people to the bot -------------------------------------------------------------------

    async def relay(self, payload: Json) -> None:
        """Hand on an interaction, and apply its answer. What fails here is told, not kept."""
        try:
            await self._relay(payload)
        except Exception as error:
            self.say(f"the playground itself failed: `{error!r}`")
            raise

    async def _relay(self, payload: Json) -> None:
        record = self.env.backend.interactions[int(payload["id"])]
        record.initial_response_deadline = None  # it is said below that it has passed
        body = json.dumps(
            {"conversation": self.described.name, "interaction": self.localised(payload)},
            ensure_ascii=False,
        ).encode()
        started = time.monotonic()
        what = KINDS.get(int(payload["type"]), "an interaction")
        try:
            status, answer = await self.loop.run_in_executor(
                None, post, f"{self._settings.relay}/interactions", self._settings.secret, body
            )
        except OSError as error:
            self.say(f"**{what}** got no answer: {error}")
            return
        took = time.monotonic() - started
        if status != 200 or not isinstance(answer, dict):
            self.say(f"**{what}** got HTTP {status}: `{str(answer)[:300]}`")
            return
        if took > CALLBACK_WITHIN:
            self.say(
                f"**{what}**: the first answer took {took:.1f} s. Discord waits "
                f"{CALLBACK_WITHIN} s, and would have said that the application did not respond."
            )
        refused = self.asked(
            "POST", f"/interactions/{record.id}/{record.token}/callback", answer, []
        )
        if refused[0] >= 400:
            self.say(f"the first answer to **{what}**", refused)
        await self.loop.run_in_executor(None, self.fetch, self._urls(record))
        self.publish()

    async def act(self, person: int, did: Json, times: int) -> list[Json]:
        """Do something for somebody, so many times at once, and tell what they saw in the end.

        `did` is an interaction's `data`, or which `button` (from 0) under the message that
        answered `token`. Not by SimCord's own actors, which do one thing after another.
        """
        backend = self.env.backend
        more: Json = {}
        source = None
        kind = 2
        if "button" in did:
            pulled = backend.interactions[backend.interaction_tokens[did["token"]]]
            source = backend.get_message(pulled.channel_id, pulled.message_id)
            buttons = [each for each in walk_components(source.components) if each["type"] == 2]
            button = buttons[did["button"]]
            did = {"component_type": 2, "custom_id": button["custom_id"], "id": button.get("id")}
            more = {"message": dict(message_payload(backend, source))}
            kind = 3
        else:
            [command] = [c for c in backend.commands[None].values() if c["name"] == did["name"]]
            did = {**did, "id": command["id"], "type": 1}
        begun = []
        for _ in range(times):
            record, payload = base_payload(
                backend,
                type=kind,
                channel_id=self._channel_id,
                guild_id=self.described.guild_id or None,
                user_id=person,
                data=did,
            )
            record.source_message_id = source.id if source else None
            begun.append((record, self.loop.create_task(self.relay({**payload, **more}))))
        await asyncio.gather(*(task for _, task in begun), return_exceptions=True)
        return [
            {"id": str(record.id), "token": record.token, "sent": record.responded}
            for record, _ in begun
        ]

    async def join(self, name: str, locale: str) -> int:
        """Somebody new in the server, with all that a newcomer has."""
        while True:
            try:
                user = self.env.create_user(name)
                self.env.guild.add_member(user)
                break
            except simcord.SetupError:  # somebody's action is under way
                await asyncio.sleep(0.02)
        self._locales[user.id] = locale
        return int(user.id)

    def seen(self, tokens: list[str]) -> list[str | None]:
        """What the answers to these interactions say; None while it is “thinking…”."""
        backend = self.env.backend
        texts: list[str | None] = []
        for token in tokens:
            record = backend.interactions[backend.interaction_tokens[token]]
            message = backend.messages[record.channel_id].get(record.message_id)
            if record.loading or message is None:
                texts.append(None)
                continue
            shown = {name: getattr(message, name) for name in ("content", "embeds", "components")}
            texts.append(text_of(shown))
        return texts

    def localised(self, payload: Json) -> Json:
        """The interaction with what SimCord leaves out: the language of whose client it is, in
        which the command was chosen but is not named, and addresses of uploads that lead
        somewhere."""
        user = payload.get("user") or payload["member"]["user"]
        payload = {**payload, "locale": self.locale(int(user["id"]))}
        for command in self.env.backend.commands.get(None, {}).values():
            if command["id"] == payload.get("data", {}).get("id"):
                payload["data"] = by_default_names(payload["data"], command)
        if self.described.guild_id:
            payload["guild_locale"] = self.described.locale
            payload["guild"] = {
                "id": payload["guild_id"],
                "locale": self.described.locale,
                "features": [],
            }
        resolved = payload.get("data", {}).get("resolved", {})
        for attachment in resolved.get("attachments", {}).values():
            for name in ("url", "proxy_url"):
                attachment[name] = self.addressed(attachment[name])
        return payload

    def locale(self, user_id: int) -> str:
        """What somebody's client is set to."""
        return self._locales[user_id]

    def addressed(self, url: str) -> str:
        return url.replace(CDN_BASE, self._settings.cdn, 1)

    # --- from the bot to people -------------------------------------------------------------------

    async def webhook(
        self, method: str, path: str, body: Any, files: list[Upload]
    ) -> tuple[int, Any]:
        """What the bot asks of a message, and Discord's answer."""
        token = path.split("/")[3]
        record = self.env.backend.interactions[self.env.backend.interaction_tokens[token]]
        if not record.responded:
            return UNKNOWN_WEBHOOK  # the workflow was faster than the first answer
        answer = self.asked(method, path, body, files)
        if answer[0] >= 400:
            self.say(f"`{method} {path.rpartition(token)[2] or '(a follow-up)'}`", answer)
        elif method in ("PATCH", "POST"):
            await self.loop.run_in_executor(None, self.fetch, self._urls(record))
        self.publish()
        return answer

    def asked(self, method: str, path: str, body: Any, files: list[Any]) -> tuple[int, Any]:
        """SimCord's answer to a request, as Discord would put it."""
        try:
            answered = dispatch(self.env.backend, method, path, json=body, files=files)
        except (RouteNotImplemented, UnsupportedField) as error:
            return 501, {"message": f"SimCord does not know this: {error}", "code": 0}
        except simcord.BackendError as error:
            return error.status, error.to_json()
        except (ValueError, TypeError, AttributeError, KeyError) as error:
            # Its handlers expect fields of the right type in some places.
            return 400, {"message": f"Invalid Form Body: {error!r}", "code": 50035}
        return (204, None) if answered is None else (200, answered)

    def say(self, what: str, refused: tuple[int, Any] | None = None) -> None:
        """Show in the conversation that Discord would not have taken something."""
        text = f"⚠️ {what}"
        if refused:
            status, error = refused
            text = (
                f"⚠️ Discord refuses {what}: HTTP {status}, code {error.get('code')}\n"
                f"```\n{error.get('message')}\n```"
            )
            print(text, flush=True)  # the tests look into the log
        self.env.backend.create_message(self._channel_id, self.env.backend.bot_user.id, text[:2000])
        self.publish()

    def publish(self) -> None:
        """Let every open page show what there is, once nothing else is going on."""
        if self._publishing is None or self._publishing.done():
            # In a context of its own: what the bot does, SimCord waits for, and lets ask nothing.
            self._publishing = contextvars.Context().run(self.loop.create_task, self._refresh())

    async def _refresh(self) -> None:
        for _ in range(PATIENCE * 50):
            await asyncio.sleep(0.02)
            try:
                await self.preview.refresh()
            except simcord.SetupError:
                continue  # somebody's action is under way
            return

    # --- pictures ---------------------------------------------------------------------------------

    def _urls(self, record: Any) -> list[str]:
        """The pictures of an interaction's messages that SimCord does not have."""
        backend = self.env.backend
        urls: list[str] = []
        for id_ in (record.message_id, *record.followup_ids):
            message = backend.messages[record.channel_id].get(id_)
            if message is not None:
                urls += pictures([message.components, message.embeds])
        return [url for url in urls if url not in self._fetched]

    def fetch(self, urls: list[str]) -> None:
        """Hand over pictures of this machine; no other address is asked."""
        for url in urls:
            self._fetched.add(url)
            request = urllib.request.Request(
                f"{self._settings.relay}/picture",
                data=url.encode(),
                headers={"X-Playground": self._settings.secret},
            )
            try:
                with OPENER.open(request, timeout=5) as answer:
                    name = url.rpartition("/")[2].partition("?")[0] or "picture"
                    suffix = answer.headers.get_content_subtype().replace("jpeg", "jpg")
                    filename = name if "." in name else f"{name}.{suffix}"
                    self.preview._explicit_assets[url] = (filename, answer.read())
            except OSError:
                self._fetched.discard(url)


def in_language(command: Json, locale: str) -> Json:
    """A definition as a client of this language shows it."""
    shown = {
        name: each
        for name, each in command.items()
        if name not in ("name_localizations", "description_localizations")
    }
    for name in ("name", "description"):
        localised = (command.get(f"{name}_localizations") or {}).get(locale)
        if localised:
            shown[name] = localised
    for name in ("options", "choices"):
        if command.get(name):
            shown[name] = [in_language(each, locale) for each in command[name]]
    return shown


def by_default_names(chosen: Json, defined: Json) -> Json:
    """What somebody chose, with the names that Discord sends whatever the client's language."""
    said = {**chosen, "name": defined["name"]}
    if "options" in chosen:
        known = {
            name: each
            for each in defined.get("options", [])
            for name in (each["name"], *(each.get("name_localizations") or {}).values())
        }
        said["options"] = [
            by_default_names(each, known[each["name"]]) for each in chosen["options"]
        ]
    return said


def pictures(value: Any) -> Iterator[str]:
    """Every address of a picture in a message's components or embeds."""
    if isinstance(value, list):
        for each in value:
            yield from pictures(each)
    elif isinstance(value, dict):
        for name, each in value.items():
            if name in ("url", "icon_url") and isinstance(each, str):
                if value.get("type") != 2 and re.match("https?://", each):
                    yield each
            else:
                yield from pictures(each)


def _countdown() -> Iterator[int]:
    """22 random bits, and then every other number of that many."""
    number = int.from_bytes(os.urandom(3), "big") % (1 << 22)
    while True:
        yield number
        number = (number + 1) % (1 << 22)


OPENER: Final = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def post(url: str, secret: str, body: bytes) -> tuple[int, Any]:
    """The relay's answer: a status, and JSON or text."""
    request = urllib.request.Request(
        url, data=body, headers={"Content-Type": "application/json", "X-Playground": secret}
    )
    try:
        with OPENER.open(request, timeout=PATIENCE) as answer:
            status, content = answer.status, answer.read()
    except urllib.error.HTTPError as error:
        status, content = error.code, error.read()
    text = content.decode(errors="replace")
    try:
        return status, json.loads(text)
    except ValueError:
        return status, text


# --- the server that the stand-in and the start page talk to --------------------------------------


class Simulation:
    """All conversations, and what is asked of them from outside."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.conversations = [Conversation(each, settings) for each in cast.CAST]

    def snapshot(self, preview: Any, page: Any) -> Json:
        """SimCord's, of a page; with dates as the client of whoever looks at it writes them."""
        shown: Json = build_snapshot(preview, page)
        [conversation] = [each for each in self.conversations if each.env is preview.env]
        shown["profile"]["locale"] = conversation.locale(int(shown["viewerId"]))
        return shown

    def of(self, token: str) -> Conversation | None:
        return next(
            (c for c in self.conversations if token in c.env.backend.interaction_tokens), None
        )

    async def webhook(self, request: web.Request) -> web.Response:
        conversation = self.of(request.match_info["token"])
        if conversation is None:
            return reply(*UNKNOWN_WEBHOOK)
        try:
            kind = request.headers.get("Content-Type", "")
            body, files = discord_form.read(kind, await request.read())
        except ValueError:
            return reply(400, {"message": "invalid JSON", "code": 50109})
        done = asyncio.run_coroutine_threadsafe(
            conversation.webhook(request.method, request.path, body, files), conversation.loop
        )
        return reply(*await asyncio.wrap_future(done))

    async def file(self, request: web.Request) -> web.Response:
        """What somebody uploaded."""
        url = f"{CDN_BASE}/{request.match_info['path']}"
        for conversation in self.conversations:
            content = conversation.env.backend.cdn.get(url)
            if content is not None:
                return web.Response(body=content)
        raise web.HTTPNotFound

    async def act(self, request: web.Request) -> web.Response:
        """Somebody of a conversation does something."""
        asked = await request.json()
        conversation = self.named(asked["conversation"])
        done = asyncio.run_coroutine_threadsafe(
            conversation.act(asked["person"], asked["did"], asked["times"]), conversation.loop
        )
        return reply(200, await asyncio.wrap_future(done))

    async def join(self, request: web.Request) -> web.Response:
        asked = await request.json()
        conversation = self.named(asked["conversation"])
        done = asyncio.run_coroutine_threadsafe(
            conversation.join(asked["name"], asked["locale"]), conversation.loop
        )
        return reply(200, await asyncio.wrap_future(done))

    async def seen(self, request: web.Request) -> web.Response:
        asked = await request.json()
        conversation = self.named(asked["conversation"])
        return reply(200, conversation.seen(asked["tokens"]))

    def named(self, name: str) -> Conversation:
        [found] = [each for each in self.conversations if each.described.name == name]
        return found

    async def commands(self, request: web.Request) -> web.Response:
        commands = await request.json()
        for each in self.conversations:
            each.loop.call_soon_threadsafe(each.register, commands)
            each.loop.call_soon_threadsafe(each.publish)
        return reply(204, None)

    async def serve(self) -> int:
        app = web.Application(
            middlewares=[web.middleware(guard(self.settings.secret))],
            client_max_size=64 * 1024 * 1024,
        )
        for path in ("", "/messages/{message}"):
            app.router.add_route("*", f"/webhooks/{{application}}/{{token}}{path}", self.webhook)
        app.router.add_get("/cdn/{path:.*}", self.file)
        app.router.add_put("/commands", self.commands)
        app.router.add_post("/join", self.join)
        app.router.add_post("/act", self.act)
        app.router.add_post("/seen", self.seen)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        port: int = runner.addresses[0][1]
        return port


def guard(secret: str) -> Any:
    """Who may ask: the parent, which has the secret."""

    async def guarded(request: web.Request, handler: Any) -> web.StreamResponse:
        if not hmac.compare_digest(request.headers.get("X-Playground", ""), secret):
            raise web.HTTPForbidden
        response: web.StreamResponse = await handler(request)
        return response

    return guarded


def reply(status: int, content: Any) -> web.Response:
    if content is None:
        return web.Response(status=status)
    return web.Response(
        status=status,
        text=json.dumps(content, ensure_ascii=False),
        content_type="application/json",
    )


def put_beside(folder: Path) -> None:
    """Let SimCord's page load a program of ours, too; the page is written to `folder`."""
    files, kinds = PreviewServer._STATIC_FILES, PreviewServer._STATIC_CONTENT_TYPES
    theirs = Path(simcord.preview.__file__).with_name("static") / files["/"]
    page, loaded = folder / "page.html", '<script type="module" src="/follow.js"></script>\n'
    before, body, after = theirs.read_text("utf-8").partition("</body>")
    page.write_text(f"{before}{loaded}{body}{after}", "utf-8")
    files["/"], files["/follow.js"] = str(page), str(FOLLOW)
    kinds[str(page)] = "text/html"


def main(folder: Path) -> None:
    put_beside(folder)
    for field in MENTIONING:
        _FIELD_POLICIES[field]["mentions"] = True
    # A press counts, whatever was said in the conversation since the page last looked.
    _actions.ACTION_SPECS = {
        kind: replace(spec, revision_bound=False) for kind, spec in _actions.ACTION_SPECS.items()
    }
    settings = Settings(**json.loads((folder / "simulation.json").read_text()))
    simulation = Simulation(settings)
    pages: Any = simcord.preview
    pages.build_snapshot = simulation.snapshot
    for each in simulation.conversations:
        each.start()
    loop = asyncio.new_event_loop()
    port = loop.run_until_complete(simulation.serve())
    ready = {"port": port, "pages": {c.described.name: c.url for c in simulation.conversations}}
    unfinished = folder / "ready.json.new"
    with open(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(json.dumps(ready))
    unfinished.rename(folder / "ready.json")
    threading.Thread(target=loop.run_forever, daemon=True).start()
    sys.stdin.buffer.read()  # until our parent ends, however it ends
    os._exit(0)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
