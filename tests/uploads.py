"""An outside client's files: what people upload, where Discord's own hosts would have it."""

from __future__ import annotations

from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, Final, Self

from local.client import snowflake

TYPES: Final = {
    "csv": "text/csv",
    "png": "image/png",
    "toml": "application/octet-stream",
    "zip": "application/zip",
    "xlsx": "application/octet-stream",
}


Answer = Callable[[BaseHTTPRequestHandler], None]
"""What is done instead of handing a file over."""


class Uploads:
    """A context manager: a server on this machine, which has what was sent and nothing else."""

    def __init__(self) -> None:
        self._files: dict[str, bytes | Answer] = {}
        self.fetched: list[str] = []
        """The paths of what was asked for, each time."""
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def send(self, name: str, content: bytes | Answer, **described_as: Any) -> dict[str, Any]:
        """A file that somebody sends, as Discord describes it: `filename` has ASCII signs only, and
        where these are not all, `title` has what it was called. `described_as` is what is said
        otherwise of it."""
        plain = "".join(sign if sign.isascii() else "_" for sign in name)
        stem, _, ending = name.rpartition(".")
        id_ = snowflake()
        path = f"/files/{id_}/{plain}"
        self._files[path] = content
        described = {
            "id": id_,
            "filename": plain,
            "size": 100 if callable(content) else len(content),
            "url": f"{self.url}{path}",
            "proxy_url": f"{self.url}{path}",
            "content_type": TYPES[ending],
            "ephemeral": True,
            **described_as,
        }
        return described if plain == name else described | {"title": stem}

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        files, fetched = self._files, self.fetched

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                fetched.append(self.path)
                content = files.get(self.path)
                if callable(content):
                    content(self)
                    return
                self.send_response(404 if content is None else 200)
                self.send_header("Content-Length", str(len(content or b"")))
                self.end_headers()
                self.wfile.write(content or b"")

            def log_message(self, *_: object) -> None:
                """Nobody reads it."""

        return Handler
