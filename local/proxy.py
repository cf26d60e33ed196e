"""The public face of the local API: passes requests on, untouched but for the Host header.

API Gateway tells APIs apart by host name. A signature covers the raw body, so not a byte of it may
change on the way.
"""

import http.client
import re
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Final

from local.guard import is_for_api, loopback, refusal

# They describe one connection, not the request (RFC 9110, 7.6.1); Host is replaced.
PER_CONNECTION: Final = {"connection", "expect", "host", "keep-alive", "proxy-connection", "te"}
TIMEOUT: Final = 35  # seconds; an HTTP API gives up after 30
LENGTH: Final = re.compile(r"[0-9]{1,8}")
MAX_BODY: Final = 10 * 1024 * 1024
"""Bytes of a request's body; as many as an HTTP API takes."""
BODY_WITHIN: Final = 10
"""Seconds that a client may be silent while it sends the body that it announced."""


class Server(ThreadingHTTPServer):
    """A threaded server on the loopback interface, which takes a hundred connections at once."""

    daemon_threads = True
    request_queue_size = 512

    def __init__(self, port: int, handler: type["Handler"]) -> None:
        super().__init__(("127.0.0.1", port), handler)
        self.hosts = loopback(self.server_port)

    def start(self) -> None:
        """Serve in a thread of its own."""
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()

    def stop(self) -> None:
        """Stop listening; a server that was never started must not be stopped."""
        self.shutdown()
        self.server_close()

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up is no news; a fault of ours is."""
        if not isinstance(sys.exception(), ConnectionError | TimeoutError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]


class Handler(BaseHTTPRequestHandler):
    """Refuses browsers and foreign hosts, whatever they ask by whatever method."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: Server

    def parse_request(self) -> bool:
        if not super().parse_request():
            return False
        if reason := self.refused():
            self.close_connection = True  # with what it sent after its headers
            self.send_error(403, explain=reason)
            return False
        return True

    def refused(self) -> str:
        """Why nothing of this client's is answered; empty if it is."""
        return refusal(self.headers.items(), self.server.hosts)

    def body(self) -> bytes | None:
        """The request's body, or None if it cannot be read; then that was answered."""
        lengths = self.headers.get_all("Content-Length", ["0"])
        status = 0
        if "Transfer-Encoding" in self.headers:
            status = 411  # API Gateway reads no chunked body either
        elif len(lengths) > 1 or not LENGTH.fullmatch(lengths[0]):
            status = 413 if lengths[0].isdecimal() and len(lengths) == 1 else 400
        elif int(lengths[0]) > MAX_BODY:
            status = 413
        if not status:
            self.connection.settimeout(BODY_WITHIN)
            try:
                body = self.rfile.read(int(lengths[0]))
            except TimeoutError:
                status = 408
            else:
                self.connection.settimeout(self.timeout)
                if len(body) == int(lengths[0]):
                    return body
                status = 400  # it hung up half-way
        self.close_connection = True  # where the next request begins, nobody knows
        self.send_error(status)
        return None

    def log_message(self, *_: object) -> None:
        """Requests are logged where they are handled."""


def proxy(port: int, *, upstream_port: int, host: str) -> Server:
    """A server on `port` that forwards interactions, and requests for pictures, to
    127.0.0.1:`upstream_port` in the name of `host`."""

    class Forwarding(Handler):
        def forward(self) -> None:
            if not is_for_api(self.command, self.path):  # a query, too, is none of theirs
                self.close_connection = True
                self.send_error(404)
                return
            body = self.body()
            if body is None:
                return
            upstream = http.client.HTTPConnection("127.0.0.1", upstream_port, timeout=TIMEOUT)
            try:
                upstream.putrequest(
                    self.command, self.path, skip_host=True, skip_accept_encoding=True
                )
                upstream.putheader("Host", host)
                for name, value in self.headers.items():
                    if name.lower() not in PER_CONNECTION:
                        upstream.putheader(name, value)
                upstream.endheaders(body)
                answer = upstream.getresponse()
                content = answer.read()
            except (OSError, http.client.HTTPException) as error:
                self.send_error(502, explain=f"the local AWS did not answer: {error}")
                return
            finally:
                upstream.close()
            self.send_response_only(answer.status, answer.reason)
            for name, value in answer.getheaders():
                if name.lower() not in PER_CONNECTION | {"content-length", "transfer-encoding"}:
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(content)

        do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = forward

    return Server(port, Forwarding)
