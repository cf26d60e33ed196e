"""The server that `python -m scripts.inspect --serve` starts, for the operator's own browser.

It listens on 127.0.0.1. Other people may be logged in on that machine, too, and the pages show what
the operator's credentials may read, so the pages lie under a folder that nobody can guess.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable

from local.guard import refusal_of_page
from local.proxy import Handler, Server
from scripts.stack import Deployment
from scripts.viewer.site import Viewer


class Pages(Handler):
    """Hands requests to the viewer, and refuses what other pages ask for."""

    viewer: Viewer
    timeout = 60  # seconds that a browser may keep a connection without a request

    def refused(self) -> str:
        return refusal_of_page(self.headers.items(), self.server.hosts)

    def answer(self) -> None:
        if self.body() is None:
            return
        headers = {name.lower(): value for name, value in self.headers.items()}
        answer = self.viewer.answer(self.command, self.path, headers)
        self.send_response_only(answer.status)
        for name, value in answer.headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.body)

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = answer


def server(deployment: Callable[[], Deployment], port: int = 0) -> tuple[Server, str]:
    """A server that is not started yet, and the address of its pages. `port` 0 is any free one."""
    folder = f"/{secrets.token_urlsafe(12)}"

    class Here(Pages):
        viewer = Viewer(deployment, folder)

    made = Server(port, Here)
    return made, f"http://127.0.0.1:{made.server_port}{folder}"
