"""What `make run` does until it is asked to end: the local cloud in the foreground, which follows
what is edited."""

from __future__ import annotations

import os
import re
import sys
import time
from collections.abc import Callable
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


def serve(stop: Callable[[], bool]) -> int:
    """Its exit code. `stop` says whether somebody has asked for the end."""
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


def keep(cloud: LocalCloud, stack: Stack, stop: Callable[[], bool]) -> None:
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
