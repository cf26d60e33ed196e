"""The bot's own application at Discord: whose it is, its commands, where interactions go.

All of this needs the bot token, which nothing else in the project does. No error raised here holds
it. Source: Discord's API reference, "Application" and "Application Commands".
"""

from __future__ import annotations

import math
import random
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

import requests

from adapters import discord
from commands import registry

DISCORD: Final = "https://discord.com/api/v10"
TRIES: Final = 5

_READ_S: Final = 15.0
_TOKEN: Final = re.compile("[!-~]{1,500}")
_BUSY: Final = frozenset({429, *range(500, 600)})


class ApplicationError(Exception):
    """Discord did not do what was asked; the text says why, and what to do."""


@dataclass(frozen=True, slots=True)
class Application:
    """Discord's API at `base`, in the name of the bot that `token` belongs to.

    No request is tried after `until` (time.monotonic(), seconds), nor waited for much longer.
    """

    base: str
    token: str = field(repr=False)
    until: float = math.inf

    def __post_init__(self) -> None:
        if not _TOKEN.fullmatch(self.token):
            raise ApplicationError("this cannot be a bot token: blanks or letters of other scripts")

    def read(self) -> dict[str, Any]:
        """The application as Discord describes it: `id`, `verify_key` and more."""
        answer = discord.read(self._ask("GET", "/applications/@me"))
        if not isinstance(answer, dict):
            raise ApplicationError("what answered is not Discord")
        return answer

    def register(self, application_id: str, guild: str | None = None) -> list[str]:
        """Overwrite the commands, everywhere or in one guild; their names as Discord has them."""
        scope = f"/guilds/{guild}" if guild else ""
        path = f"/applications/{application_id}{scope}/commands"
        response = self._ask("PUT", path, commands_for(guild))
        match discord.read(response):
            case [*commands] if all(isinstance(each, dict) and "name" in each for each in commands):
                return [str(each["name"]) for each in commands]
        raise ApplicationError(f"what answered is not Discord: {response.text[:500]}")

    def listen_at(self, url: str) -> None:
        """Have interactions sent to `url`, which Discord tries out at once: it must be up, or come
        up while we ask again."""
        self._ask(
            "PATCH", "/applications/@me", {"interactions_endpoint_url": url}, busy=_BUSY | {400}
        )

    def _ask(
        self, method: str, path: str, body: Any = None, *, busy: frozenset[int] = _BUSY
    ) -> requests.Response:
        """Discord's answer; asks again, at most five times, while it is `busy`."""
        problem, asked, tries = "no time is left to ask Discord", 0.0, 0
        while tries < TRIES:
            pause = max(random.uniform(0.5, 1) * 2**tries, asked) if tries else 0.0
            left = self.until - time.monotonic() - pause
            if left <= 0:
                break
            if pause:
                time.sleep(pause)
            tries += 1
            try:
                response = discord.send(
                    method,
                    self.base.rstrip("/") + path,
                    connect_s=min(discord.CONNECT_S, left),
                    read_s=min(_READ_S, left),
                    through_proxies=True,
                    json=body,
                    auth=_as_bot(self.token),
                )
            except discord.UnreachableError as error:
                problem, asked = f"Discord could not be reached ({error})", 0.0
                continue
            if response.status_code == 200:
                return response
            problem = f"Discord answered {response.status_code}: {response.text[:500]}"
            if response.status_code not in busy:
                raise ApplicationError(_explained(response.status_code, problem))
            asked = min(discord.retry_after(response) or 0.0, discord.MAX_PAUSE_S)
        raise ApplicationError(f"{problem}; gave up after {tries} tries")


def commands_for(guild: str | None) -> list[dict[str, Any]]:
    """The definitions for one guild, or with None for all: only global ones say where they work."""
    if guild is None:
        return registry.discord()
    return [
        {key: value for key, value in each.items() if key not in ("contexts", "integration_types")}
        for each in registry.discord()
    ]


def _explained(status: int, problem: str) -> str:
    if status == 401:
        return "the bot token is wrong (Discord answered 401)"
    if status in (403, 404):
        return f"this application or guild does not belong to the bot token ({problem})"
    return problem


def _as_bot(token: str) -> Callable[[requests.PreparedRequest], requests.PreparedRequest]:
    """A header alone would lose to an entry in ~/.netrc."""

    def sign(request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bot {token}"
        return request

    return sign
