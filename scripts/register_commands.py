"""Tells Discord the slash commands of `commands/`: a bulk overwrite, which replaces all.

    DISCORD_BOT_TOKEN=… python scripts/register_commands.py --application-id ID [--guild ID]

Global commands reach every server; commands of one guild appear there at once and suit trying out.
The bot token is read from the environment, so that no shell history or process list shows it. A
stack that was given the bot token does this by itself, and sets the endpoint, too.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "layers/gacha/python"))

from adapters.application import DISCORD, Application, ApplicationError, commands_for
from gacha import snowflake
from gacha.terminal import ending


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description="Register the slash commands with Discord (replaces all that are there).",
        epilog="The bot token is read from DISCORD_BOT_TOKEN.",
    )
    parser.add_argument("--application-id", required=True, help="from General Information")
    parser.add_argument("--guild", help="one server only (at once); default: everywhere")
    parser.add_argument("--dry-run", action="store_true", help="print what would be sent")
    given = parser.parse_args(arguments)
    for option, name in (("--application-id", "application_id"), ("--guild", "guild")):
        text = getattr(given, name)
        if text is not None and snowflake.read(text) is None:
            parser.error(f"{option} has to be a number of up to 20 digits, not {text!r}")
        setattr(given, name, text and snowflake.read(text))
    if given.dry_run:
        print(json.dumps(commands_for(given.guild), ensure_ascii=False, indent=2))
        return 0
    token = os.environ.get("DISCORD_BOT_TOKEN", "").strip()
    if not token:
        parser.error("DISCORD_BOT_TOKEN is not set")
    try:
        application = Application(os.environ.get("DISCORD_API_BASE_URL", DISCORD), token)
        names = application.register(given.application_id, given.guild)
    except ApplicationError as error:
        print(f"nothing was registered: {error}", file=sys.stderr)
        return 1
    where = f"in guild {given.guild}" if given.guild else "everywhere (clients may take minutes)"
    print(f"registered {', '.join('/' + name for name in names)} {where}")
    return 0


if __name__ == "__main__":
    sys.exit(ending(main))
