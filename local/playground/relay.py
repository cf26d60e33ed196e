"""Between the simulated Discord and the local cloud: signs what people do, and takes what the bot
says of it to them.

The simulated Discord is a process of its own (`simulation`), started here. It hands interactions to
the page's server, under /_relay; the Discord stand-in hands it what the bot sends.
"""

from __future__ import annotations

import hmac
import json
import secrets
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

import requests
from botocore.exceptions import BotoCoreError, ClientError

from local import LOCAL, ROOT, write_private
from local.client import Signer, send
from local.discord_application import APPLICATION, NAME
from local.playground.cast import conversation
from local.playground.elsewhere import Elsewhere
from local.playground.page import Link, Page, Request, Response
from local.processes import Group

if TYPE_CHECKING:
    from local.cloud import Stack
    from scripts.stack import Deployment

PYTHON: Final = LOCAL / "play/bin/python"
TOKEN: Final = "simcord_interaction_"
"""How the tokens of the simulated Discord begin; Discord's own are base64."""
START_WITHIN: Final = 60
"""Seconds after which a simulated Discord that is not there has failed."""
PATIENCE: Final = 90  # seconds, for the simulated Discord
MAX_PICTURE: Final = 10 * 1024 * 1024  # bytes, as many as Discord takes


UNSIGNED: Final = Link(
    "",
    "DISCORD_PUBLIC_KEY が設定されているため、ここからの操作には署名できず、すべて断られます。"
    "遊ぶには、この環境変数を外して起動し直してください。",
    "DISCORD_PUBLIC_KEY is set, so this page cannot sign what you do, and the bot refuses it."
    " To play, start again without that variable.",
)


NOT_STARTED: Final = Link(
    "",
    "SimCord を起動できず、ここでは遊べません。理由は、make run を実行した端末にあります。",
    "SimCord does not start, so there is nothing to play on here. The terminal that runs make run"
    " says why.",
)
KEPT: Final = Link(
    "",
    "KEEP=1 で起動しているので、通貨・カード・履歴は次の起動にも引き継がれます。"
    "チャンネルのメッセージは引き継がれず、毎回空の状態から始まります。",
    "Started with KEEP=1: currency, cards and history stay from one start to the next. The"
    " channel’s messages do not; it begins empty each time.",
)


def away(address: str) -> Link:
    return Link(
        "",
        f"ボットのメッセージは {address} に送られます（DISCORD_API_BASE_URL）。"
        "ここに出るのは最初の応答だけで、その後は「考え中…」のままです。",
        f"The bot’s messages go to {address} (DISCORD_API_BASE_URL). Only first answers are shown"
        " here; what comes later stays “thinking…”.",
    )


def commands() -> list[dict[str, Any]]:
    """Our definitions as they are registered with Discord, as the source says them now."""
    shown = subprocess.run(
        [
            sys.executable,
            "-m",
            "scripts.register_commands",
            *("--dry-run", "--application-id", APPLICATION),
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        process_group=0,  # or a Ctrl-C would end it with a traceback
    )
    if shown.returncode:
        raise PlaygroundError(f"no commands: {(shown.stderr.splitlines() or ['?'])[-1]}")
    return list(json.loads(shown.stdout))


class PlaygroundError(Exception):
    """There is no page to play on; the message is a sentence for the person who started it."""


class Playground:
    """The page at `port` and the simulated Discord behind it. What it is given has to end it."""

    def __init__(
        self,
        port: int,
        folder: Path,
        signer: Signer,
        *,
        cdn: str | None = None,
        elsewhere: str | None = None,
        keeps: bool = False,
    ) -> None:
        """`folder` is of this run; `cdn` is where people's uploads are said to be, if that is not
        here, and `elsewhere` where the bot's messages go, if that is not here; `keeps`, whether
        the tables outlive this run."""
        self._folder = folder
        self._signer = signer
        self._cdn = cdn or f"http://127.0.0.1:{port}/cdn"
        self._secret = secrets.token_urlsafe(32)
        self._session = requests.Session()
        self._session.trust_env = False
        self._stack: Stack | None = None
        self._elsewhere: Elsewhere | None = None
        self._started = 0.0
        self.before_sending: Callable[[str], None] | None = None
        """Called with the token of each interaction, so that its answers can be scripted."""
        self._group: Group | None = None
        self._ready: Mapping[str, Any] = {}
        try:
            self.page = Page(port)
        except OSError as error:
            raise PlaygroundError(
                f"port {port} (the page to play on) cannot be used: {error.strerror}; set PORT"
            ) from None
        if signer.private_key is None:
            self.page.notices.append(UNSIGNED)
        elif elsewhere:
            self.page.notices.append(away(elsewhere))
        if keeps:
            self.page.notices.append(KEPT)
        self.page.add("POST", "/_relay/interactions", self._interaction)
        self.page.add("POST", "/_relay/picture", self._picture)
        self.page.add("GET", "/cdn/*", self._upload)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.page.server_port}/"

    @property
    def log(self) -> Path:
        return self._folder / "simulation.log"

    def start(self) -> None:
        """Begin to start; `is_ready` says when that is done."""
        if not PYTHON.exists():
            raise PlaygroundError("SimCord is not installed (.local/play)")
        self._started = time.monotonic()
        settings = {
            "secret": self._secret,
            "relay": f"http://127.0.0.1:{self.page.server_port}/_relay",
            "cdn": self._cdn,
            "application": int(APPLICATION),
            "name": NAME,
            "commands": commands(),
        }
        write_private(self._folder / "simulation.json", json.dumps(settings))
        command = [str(PYTHON), "-m", "local.playground.simulation", str(self._folder)]
        with self.log.open("wb") as log:
            self._group = Group(
                command,
                env={"LANG": "C.UTF-8", "PYTHONUNBUFFERED": "1"},
                cwd=ROOT,
                output=log,
                stdin=subprocess.PIPE,
            )
        self.page.start()

    def stop(self) -> None:
        if self._group:
            self._group.end()
            self.page.stop()
        else:
            self.page.server_close()

    def deployment(self) -> Deployment | None:
        """What is deployed; None until something is."""
        return self._stack.deployment if self._stack else None

    def use(self, stack: Stack) -> None:
        """Where interactions go from now on."""
        self._elsewhere = Elsewhere(stack, conversation("server").guild_id)
        self._stack = stack

    def is_ready(self) -> bool:
        """Whether people can play. PlaygroundError once it is known that they never will."""
        if self._ready:
            return True
        assert self._group
        try:
            self._ready = json.loads((self._folder / "ready.json").read_text())
        except FileNotFoundError:
            if self._group.status() is not None or self._late():
                lines = self.log.read_text(errors="replace").splitlines()
                why = lines[-1] if lines else "it says nothing"
                self.page.problem = NOT_STARTED
                raise PlaygroundError(f"SimCord does not start ({why}; {self.log})") from None
            return False
        self.page.pages = self._ready["pages"]
        return True

    def _late(self) -> bool:
        return time.monotonic() > self._started + START_WITHIN

    # --- from people to the bot -------------------------------------------------------------------

    def _interaction(self, request: Request) -> Response:
        """Sign what somebody did, send it, and hand back the first answer."""
        if not self._is_ours(request):
            return Response(403)
        if self._stack is None or self._elsewhere is None:
            return Response(503, b"the local cloud is still starting")
        if self._signer.private_key is None:
            return Response(401, b"DISCORD_PUBLIC_KEY is set: nobody here can sign")
        asked = json.loads(request.body)
        interaction = asked["interaction"]
        if self.before_sending:
            self.before_sending(interaction["token"])
        try:
            if conversation(asked["conversation"]).is_allowed:
                answer = send(self._stack.interactions_url, self._signer, interaction)
            else:
                answer = self._elsewhere.send(self._signer, interaction)
        except (requests.RequestException, BotoCoreError, ClientError) as error:
            return Response(504, str(error).encode())
        return Response(answer.status, answer.content)

    def _picture(self, request: Request) -> Response:
        """A picture of this machine's; the simulated Discord asks nobody else."""
        if not self._is_ours(request):
            return Response(403)
        url = urlsplit(request.body.decode())
        port, host = url.port or 80, url.netloc
        if self._stack and host.startswith(f"{self._stack.outputs.get('ApiId')}.execute-api."):
            # The deployed stack's own address; the local AWS tells its APIs apart by another.
            port = self._stack.port + 1
            host = f"{self._stack.outputs['ApiId']}.execute-api.localhost:{port}"
        elif url.scheme != "http" or url.hostname not in ("127.0.0.1", "localhost"):
            return Response(404)
        try:
            with self._session.get(
                f"http://127.0.0.1:{port}{url.path}",
                params=url.query,
                headers={"Host": host},
                timeout=10,
                stream=True,
                allow_redirects=False,
            ) as answer:
                if answer.status_code != 200:
                    return Response(404)
                content = answer.raw.read(MAX_PICTURE + 1, decode_content=True)
                kind = answer.headers.get("Content-Type", "application/octet-stream")
        except requests.RequestException:
            return Response(404)
        return Response(200, content, kind) if len(content) <= MAX_PICTURE else Response(404)

    def _upload(self, request: Request) -> Response:
        """What somebody uploaded, as Discord's servers would give it to anybody who has its
        address."""
        try:
            answer = self._session.get(
                f"http://127.0.0.1:{self._ready['port']}{request.path}",
                headers={"X-Playground": self._secret},
                timeout=30,
            )
        except (requests.RequestException, KeyError):
            return Response(404)
        if answer.status_code != 200:
            return Response(404)
        return Response(200, answer.content, "application/octet-stream")

    def _is_ours(self, request: Request) -> bool:
        given = request.headers.get("X-Playground", "")
        return hmac.compare_digest(given.encode(), self._secret.encode())

    # --- from the bot to people -------------------------------------------------------------------

    @staticmethod
    def knows(token: str) -> bool:
        """Whether an interaction's token is of the simulated Discord."""
        return token.startswith(TOKEN)

    def forward(self, method: str, path: str, content_type: str, body: bytes) -> tuple[int, Any]:
        """What the bot asked of a message under /webhooks, and the simulated Discord's answer."""
        return self._ask(method, path, content_type, body)

    def join(self, name: str, locale: str) -> int:
        """Somebody new in the server, who has what newcomers have; the member's id."""
        return int(self._told("/join", name=name, locale=locale))

    def act(self, person: int, did: Mapping[str, Any], times: int = 1) -> list[dict[str, Any]]:
        """Somebody in the server does something, so many times at once; see `simulation`. What
        was begun: id, token, and whether it was answered."""
        return list(self._told("/act", person=person, did=did, times=times))

    def seen(self, tokens: list[str]) -> list[str | None]:
        """What the answers to these interactions say by now; None while one is “thinking…”."""
        return list(self._told("/seen", tokens=tokens))

    def _told(self, path: str, **asked: Any) -> Any:
        body = json.dumps({"conversation": "server", **asked}).encode()
        status, told = self._ask("POST", path, "application/json", body)
        if status != 200:
            raise PlaygroundError(f"the simulated Discord answers {status} {told}")
        return told

    def register(self, commands: list[dict[str, Any]]) -> None:
        """Show these commands from now on, in place of those of the start."""
        self._ask("PUT", "/commands", "application/json", json.dumps(commands).encode())

    def _ask(self, method: str, path: str, content_type: str, body: bytes) -> tuple[int, Any]:
        try:
            answer = self._session.request(
                method,
                f"http://127.0.0.1:{self._ready['port']}{path}",
                data=body,
                headers={"X-Playground": self._secret, "Content-Type": content_type},
                timeout=PATIENCE,
            )
        except (requests.RequestException, KeyError):
            return 503, {"message": "503: the simulated Discord is not there", "code": 0}
        try:
            return answer.status_code, answer.json() if answer.content else None
        except ValueError:
            return answer.status_code, answer.text
