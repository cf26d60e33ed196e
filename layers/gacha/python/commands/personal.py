"""What the commands about a person's own data share: they also work in the bot's direct messages,
where whoever left a server chooses it from a list."""

# See commands/command.py on annotations.

from typing import Final

from commands.asked import Asked
from commands.command import STRING, Option

SERVER: Final = Option(
    name=("サーバー", "server"),
    description=("どのサーバーのデータか", "Of which server"),
    type=STRING,
    required=True,
    pattern="[1-9][0-9]{0,19}",
)

IN_SERVER: Final = f"(?::(?P<server>{SERVER.pattern}))?"
"""The end of a custom id in a direct message: whose server it is about (`Asked.is_elsewhere`)."""


def ending(server: str) -> str:
    """What `IN_SERVER` reads: empty within a server, which an interaction names by itself."""
    return f":{server}" if server else ""


def server(asked: Asked) -> str:
    """The server that somebody chose in a direct message; empty within one."""
    return asked.text("server") if "server" in asked.options else ""
