"""The part of the Discord stand-in that takes a bot token: the application and its commands.

    GET, PATCH /api/v10/applications/@me
    GET, PUT   /api/v10/applications/<id>[/guilds/<id>]/commands

It does not try an endpoint out, as Discord does: an address of the local AWS leads nowhere. What
came of it is read, and the next requests scripted (see local/discord_faults.py), under

    GET /_standin/application
        {"interactions_endpoint_url": …, "commands": {"": [global ones], "<guild>": […]},
         "requests": [{"at", "method", "path", "body", "status"}]}
    PUT /_standin/application/script

where "unverified" answers as Discord does to an endpoint that does not hold up.
"""

import copy
import re
from dataclasses import dataclass, field
from typing import Any, Final

Json = dict[str, Any]
Reply = tuple[int, Any]

APPLICATION: Final = "1290000000000000001"
NAME: Final = "Gacha"
"""Discord shows one name to everybody, in whatever language."""
BOT_TOKEN: Final = "MTI5MDAwMDAwMDAwMDAwMDAwMQ.local.only-the-stand-in-takes-this-token"

PATH: Final = re.compile(
    r"(?:/api(?:/v\d+)?)?/applications/(?:(?P<me>@me)"
    r"|(?P<id>[^/]+)(?:/guilds/(?P<guild>[^/]+))?/commands)"
)
UNAUTHORIZED: Final[Reply] = (401, {"message": "401: Unauthorized", "code": 0})
NOT_YOURS: Final[Reply] = (
    403,
    {"message": "You are not authorized to perform this action on this application", "code": 20012},
)
UNVERIFIED: Final[Reply] = (
    400,
    {
        "message": "Invalid Form Body",
        "code": 50035,
        "errors": {
            "interactions_endpoint_url": {
                "_errors": [
                    {
                        "code": "APPLICATION_INTERACTIONS_ENDPOINT_URL_INVALID",
                        "message": "The specified interactions endpoint url could not be verified.",
                    }
                ]
            }
        },
    },
)


@dataclass
class Application:
    """The one application that there is, and all that was asked of it."""

    public_key: str = "0" * 64
    endpoint: str | None = None
    commands: dict[str, list[Json]] = field(default_factory=dict)
    requests: list[Json] = field(default_factory=list)

    def described(self) -> Json:
        return copy.deepcopy(
            {
                "interactions_endpoint_url": self.endpoint,
                "commands": self.commands,
                "requests": self.requests,
            }
        )

    def recall(self, described: Json) -> None:
        """Take up what an earlier stand-in was told, as `described` says it."""
        self.endpoint = described["interactions_endpoint_url"]
        self.commands = copy.deepcopy(described["commands"])
        self.requests = copy.deepcopy(described["requests"])

    def handle(self, method: str, path: re.Match[str], authorization: str, body: Any) -> Reply:
        """Discord's answer, for whoever holds the bot token."""
        if authorization != f"Bot {BOT_TOKEN}":
            return UNAUTHORIZED
        if path["me"]:
            return self._me(method, body)
        if path["id"] != APPLICATION:
            return NOT_YOURS
        return self._commands(method, path["guild"] or "", body)

    def _me(self, method: str, body: Any) -> Reply:
        if method == "PATCH":
            if not isinstance(body, dict):
                return 400, {"message": "Invalid Form Body", "code": 50035}
            self.endpoint = body.get("interactions_endpoint_url", self.endpoint)
        elif method != "GET":
            return 405, {"message": "405: Method Not Allowed", "code": 0}
        return 200, {
            "id": APPLICATION,
            "name": NAME,
            "verify_key": self.public_key,
            "interactions_endpoint_url": self.endpoint,
        }

    def _commands(self, method: str, guild: str, body: Any) -> Reply:
        if method == "PUT":
            if not isinstance(body, list) or not all(isinstance(each, dict) for each in body):
                return 400, {"message": "Invalid Form Body", "code": 50035}
            self.commands[guild] = [
                {
                    "id": str(1_290_000_000_000_001_000 + number),
                    "application_id": APPLICATION,
                    **each,
                }
                for number, each in enumerate(body)
            ]
        elif method != "GET":
            return 405, {"message": "405: Method Not Allowed", "code": 0}
        return 200, self.commands.get(guild, [])
