"""How the stand-in for Discord fails: a script, whose entries answer one request each, in order.

    {"do": "deliver"}                                     what happens after the script's end, too
    {"do": "rate_limit", "retry_after": 1.5}              429, for that many seconds from the first
    {"do": "cloudflare"}                                  429 of Cloudflare: HTML, and no Via header
    {"do": "unknown_webhook"}                             404, code 10015
    {"do": "unknown_message"}                             404, code 10008
    {"do": "invalid_token"}                               401, code 50027
    {"do": "server_error", "status": 503}                 5xx (default 500)
    {"do": "slow", "seconds": 2}                          delivers after that long
    {"do": "never"}                                       takes the request, and says nothing
    {"do": "cut"}                                         closes the connection half-way
    {"do": "unverified"}                                  400, to an endpoint that does not hold up

Any entry may hold for longer than one request: "times": 3, "times": "forever", or "for": 2.5
(seconds from the first request that meets it). "applied": true makes a failing entry change the
message all the same, which is what an answer that gets lost on the way looks like.

SimCord's own errors (`Env.inject_error`) have a status, a code and a number of times; no headers,
no seconds, no HTML and no silence. So all failures are here, and none of them there.
"""

from collections.abc import Generator
from typing import Any, Final

from local import discord_application

Json = dict[str, Any]
Reply = tuple[int, Any]


def error(status: int, message: str, code: int = 0) -> Reply:
    return status, {"message": message, "code": code}


FAILURES: Final[dict[str, Reply]] = {
    "cloudflare": (429, b"<!DOCTYPE html><title>Access denied</title>error code: 1015"),
    "unknown_webhook": error(404, "Unknown Webhook", 10015),
    "unknown_message": error(404, "Unknown Message", 10008),
    "invalid_token": error(401, "Invalid Webhook Token", 50027),
    "never": (0, None),
    "cut": (0, None),
    "unverified": discord_application.UNVERIFIED,
}
NORMAL: Final = ("deliver", "slow")
SCRIPTABLE: Final = {*FAILURES, *NORMAL, "rate_limit", "server_error"}


class Script:
    """How a token's next requests are answered."""

    def __init__(self, entries: Any) -> None:
        """Raises TypeError, KeyError or ValueError for what makes no sense as one."""
        if not isinstance(entries, list):
            raise TypeError("a script is a list")
        for entry in entries:
            if entry["do"] not in SCRIPTABLE:
                raise ValueError(f"cannot {entry['do']!r}")
            if entry["do"] == "rate_limit":
                float(entry["retry_after"])
        self._followed = followed(entries)
        next(self._followed)

    def next(self, now: float) -> Json:
        """The entry for a request at this time, in seconds."""
        return self._followed.send(now)


def followed(entries: list[Json]) -> Generator[Json, float, None]:
    """The entry for each request, whose time is sent; the first yield is for nobody."""
    now = yield {}
    for entry in entries:
        since, uses = now, 0
        wait, times = entry.get("retry_after"), entry.get("times", 1)
        lasts = entry.get("for", wait)
        while now < since + lasts if lasts else times == "forever" or uses < times:
            left = {"retry_after": max(0.001, round(since + wait - now, 3))} if wait else {}
            now = yield entry | left
            uses += 1
    while True:
        now = yield {"do": "deliver"}


def scripted(entry: Json) -> Reply:
    """The answer that a failing entry tells of."""
    match entry["do"]:
        case "rate_limit":
            wait = {"retry_after": entry["retry_after"], "global": False}
            return 429, {"message": "You are being rate limited.", **wait}
        case "server_error":
            status = int(entry.get("status", 500))
            return error(status, f"{status}: Internal Server Error")
    return FAILURES[entry["do"]]
