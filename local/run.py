"""`make run`: the local cloud in the foreground, until SIGINT or SIGTERM.

Environment: PORT (default 8787), KEEP (1: the tables stay from one start to the next),
DISCORD_PUBLIC_KEY, DISCORD_API_BASE_URL, DISCORD_CDN_BASE_URL.

An edit under functions/ or layers/ is run by the next command; another of what is deployed is
deployed onto the running stack.
"""

import sys

from scripts.install import Stop


def main() -> int:
    stop = Stop()
    # Only now: this takes a second, in which somebody may press Ctrl-C.
    from local.serving import serve

    return serve(stop)


if __name__ == "__main__":
    sys.exit(main())
