"""Tells Discord the slash commands of `adapters/commands.py`: a bulk overwrite, which replaces all.

    DISCORD_BOT_TOKEN=… python scripts/register_commands.py --application-id ID [--guild ID]

Global commands reach every server; commands of one guild appear there at once and suit trying out.
The bot token is read from the environment, so that no shell history or process list shows it.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import requests

sys.path.insert(0, str(Path(__file__).parents[1] / "layers/gacha/python"))

from adapters.commands import COMMANDS
from gacha.snowflake import is_snowflake

DISCORD: Final = "https://discord.com/api/v10"
TRIES: Final = 5
LONGEST_PAUSE_S: Final = 60.0
TIMEOUT_S: Final = (3.05, 15)
USER_AGENT: Final = "DiscordBot (https://github.com/discord-gacha, 0.1.0)"


class RegistrationError(Exception):
    """Discord did not take the commands; the text says what to do, and never holds the token."""


def commands_for(guild: str | None) -> list[dict[str, Any]]:
    """The definitions for one guild, or with None for all: only global ones say where they work."""
    if guild is None:
        return COMMANDS
    return [
        {key: value for key, value in each.items() if key not in ("contexts", "integration_types")}
        for each in COMMANDS
    ]


def register(base: str, application_id: str, token: str, guild: str | None) -> list[str]:
    """Overwrite the commands and return their names as Discord has them now.

    Raises RegistrationError; asks again, at most five times, while Discord is busy.
    """
    scope = f"/guilds/{guild}" if guild else ""
    asked = 0.0
    for attempt in range(TRIES):
        if attempt:
            time.sleep(max(random.uniform(0.5, 1) * 2**attempt, asked))
        try:
            response = requests.put(
                f"{base}/applications/{application_id}{scope}/commands",
                json=commands_for(guild),
                headers={"User-Agent": USER_AGENT},
                auth=_as_bot(token),
                timeout=TIMEOUT_S,
                allow_redirects=False,
            )
        except requests.RequestException as error:
            problem, asked = f"Discord could not be reached ({type(error).__name__})", 0.0
            continue
        if response.status_code == 200:
            return _names(response)
        problem = f"Discord answered {response.status_code}: {response.text[:500]}"
        if response.status_code == 401:
            raise RegistrationError("the bot token is wrong (Discord answered 401)")
        if response.status_code in (403, 404):
            raise RegistrationError(
                f"this application or guild does not belong to the bot token ({problem})"
            )
        if response.status_code != 429 and response.status_code < 500:
            raise RegistrationError(problem)
        asked = _retry_after(response)
    raise RegistrationError(f"{problem}; gave up after {TRIES} tries")


def _as_bot(token: str) -> Callable[[requests.PreparedRequest], requests.PreparedRequest]:
    """A header alone would lose to an entry in ~/.netrc."""

    def sign(request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bot {token}"
        return request

    return sign


def _names(response: requests.Response) -> list[str]:
    try:
        answer = response.json()
        if isinstance(answer, list):
            return [str(each["name"]) for each in answer]
    except (ValueError, TypeError, KeyError):
        pass
    raise RegistrationError(f"what answered is not Discord: {response.text[:500]}")


def _retry_after(response: requests.Response) -> float:
    """The seconds that Discord asks to wait, bounded; 0 where it does not say."""
    try:
        return min(max(float(response.headers.get("Retry-After", 0)), 0.0), LONGEST_PAUSE_S)
    except ValueError:
        return 0.0


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description="Register the slash commands with Discord (replaces all that are there).",
        epilog="The bot token is read from DISCORD_BOT_TOKEN.",
    )
    parser.add_argument("--application-id", required=True, help="from General Information")
    parser.add_argument("--guild", help="one server only (at once); default: everywhere")
    parser.add_argument("--dry-run", action="store_true", help="print what would be sent")
    given = parser.parse_args(arguments)
    for name, value in (("--application-id", given.application_id), ("--guild", given.guild)):
        if value is not None and not is_snowflake(value):
            parser.error(f"{name} has to be a number of up to 20 digits, not {value!r}")
    if given.dry_run:
        print(json.dumps(commands_for(given.guild), ensure_ascii=False, indent=2))
        return 0
    token = os.environ.get("DISCORD_BOT_TOKEN", "").strip()
    if not token:
        parser.error("DISCORD_BOT_TOKEN is not set")
    if not token.isascii():
        parser.error("DISCORD_BOT_TOKEN is not a bot token")
    base = os.environ.get("DISCORD_API_BASE_URL", DISCORD).rstrip("/")
    try:
        names = register(base, given.application_id, token, given.guild)
    except RegistrationError as error:
        print(f"nothing was registered: {error}", file=sys.stderr)
        return 1
    where = f"in guild {given.guild}" if given.guild else "everywhere (clients may take minutes)"
    print(f"registered {', '.join('/' + name for name in names)} {where}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
