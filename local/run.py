"""`make run`: the local cloud in the foreground, until SIGINT or SIGTERM.

Environment: PORT (default 8787), KEEP (1: the tables stay from one start to the next),
DISCORD_PUBLIC_KEY, DISCORD_API_BASE_URL, DISCORD_CDN_BASE_URL.

An edit under functions/ or layers/ is run by the next command; another of what is deployed is
deployed onto the running stack.
"""

import os
import re
import signal
import sys
import time
from pathlib import Path
from typing import Final

from local.client import KEY_FILE, Signer
from local.cloud import STACK_FILE, LocalCloud, Stack, StartError, StoppedError
from local.playground.relay import Playground, PlaygroundError
from local.remembered import kept
from local.watch import Following

LOOK_S: Final = 0.4
"""Between two looks at what was edited."""
KEPT_TABLES: Final = f"{kept()}: they stay until that is removed; the page's channel begins empty"
EMPTY_TABLES: Final = "empty; `make run KEEP=1` keeps them from one start to the next"
SIGINT_BIT: Final = 1 << signal.SIGINT - 1


class Stop:
    """Whether somebody has asked for the end.

    A flag and not an exception: it cannot interrupt the bookkeeping between a process's start and
    the note that it has to be ended.
    """

    def __init__(self) -> None:
        self._asked = False
        self._parent = os.getppid()
        self._make = "make" in _status_line(self._parent, "Name") and self._make_catches_sigint()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._ask)

    def _ask(self, *_: object) -> None:
        self._asked = True

    def __call__(self) -> bool:
        return self._asked or (self._make and self._make_is_ending())

    def _make_is_ending(self) -> bool:
        """Whether make died, or got a SIGINT of its own.

        make hands on SIGTERM but not SIGINT, which it expects a terminal to send to everybody; it
        stops catching the signal, and waits for us.
        """
        return os.getppid() != self._parent or not self._make_catches_sigint()

    def _make_catches_sigint(self) -> bool:
        return bool(int(_status_line(self._parent, "SigCgt") or "0", 16) & SIGINT_BIT)


def _status_line(pid: int, name: str) -> str:
    """A line of /proc/<pid>/status; empty where there is none."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return ""
    found = re.search(rf"^{name}:\s*(.*)$", status, re.MULTILINE)
    return found[1] if found else ""


def say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def settings() -> tuple[int, Signer, str | None]:
    try:
        port = int(os.environ.get("PORT") or 8787)
        if not 1024 <= port <= 65532:
            raise ValueError
    except ValueError:
        raise StartError("PORT must be a number from 1024 to 65532") from None
    public_key = os.environ.get("DISCORD_PUBLIC_KEY")
    if public_key and not re.fullmatch("[0-9a-fA-F]{64}", public_key):
        raise StartError("DISCORD_PUBLIC_KEY must be 64 hexadecimal digits")
    signer = Signer(public_key.lower()) if public_key else Signer.development()
    return port, signer, os.environ.get("DISCORD_API_BASE_URL") or None


def main() -> int:
    stop = Stop()
    try:
        port, signer, discord = settings()
        keeps = os.environ.get("KEEP", "") not in ("", "0")
        cloud = LocalCloud(
            port,
            signer,
            discord_api_base_url=discord,
            discord_cdn_base_url=os.environ.get("DISCORD_CDN_BASE_URL") or None,
            playground=True,
            keeps=keeps,
            say=say,
            stopping=stop,
        )
        with cloud as stack:
            say(f"local AWS       {stack.aws_endpoint_url} ({stack.region}; {STACK_FILE})")
            say(f"Discord         {discord or f'{stack.standin_url} (stand-in)'}")
            say(f"signing key     {KEY_FILE if signer.private_key else 'DISCORD_PUBLIC_KEY'}")
            say(f"ministack log   {cloud.ministack_log}")
            say(f"tables          {KEPT_TABLES if keeps else EMPTY_TABLES}")
            keep(cloud, stack, stop)
        say("stopped")
    except StoppedError:
        say("stopped while starting")
    except StartError as error:
        say(f"{error}")
        return 1
    return 0


def keep(cloud: LocalCloud, stack: Stack, stop: Stop) -> None:
    """Hold the stack until somebody asks for its end, and let it follow what is edited."""
    following = Following(cloud, stack, say)
    playground = cloud.playground
    is_ready = False
    while not stop():
        published = following.stack
        with published.published():
            if not is_ready:
                print(f"ready {published.interactions_url}", flush=True)
                if cloud.missing_page:  # said long before, where nobody looks any more
                    say(cloud.missing_page)
                is_ready = True
            looked = time.monotonic()
            while not stop() and following.stack is published:
                if not cloud.alive():
                    raise StartError("ministack ended by itself")
                if time.monotonic() > looked + LOOK_S:
                    for line in cloud.failures():
                        say(line)
                    following.follow()
                    looked = time.monotonic()
                if playground:
                    playground = announced(playground)
                time.sleep(0.1)


def announced(playground: Playground) -> Playground | None:
    """The playground until it is there, and where it is has been said."""
    try:
        if not playground.is_ready():
            return playground
        print(f"play {playground.url}", flush=True)
    except PlaygroundError as error:
        say(f"no page to play on: {error}")
    return None


if __name__ == "__main__":
    sys.exit(main())
