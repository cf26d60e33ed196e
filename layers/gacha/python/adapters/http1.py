"""HTTP/1.1 over one kept connection, as far as AWS's services speak it.

`http.client` would do, but reads headers with the package for e-mail, whose import is a quarter of
what the first answer costs (docs/decisions/0045). `tests/unit/test_http1.py` holds what is here
against it. What came is taken as RFC 9112 has it, and refused where that leaves a choice.
"""

from __future__ import annotations

import socket
from typing import IO, TYPE_CHECKING, Any, Final, NamedTuple

if TYPE_CHECKING:
    import ssl

_MOST_IN_A_LINE: Final = 65_536
_PORTION: Final = 2**20
_MOST_LINES: Final = 200
"""Of a head, and informational answers before the one that counts."""

_VERSIONS: Final = (b"HTTP/1.0", b"HTTP/1.1")
_HEXADECIMAL: Final = b"0123456789abcdefABCDEF"
_MOST_DIGITS: Final = 15
"""Of a length."""

_NO_CONTENT: Final = (204, 304)


class BrokenError(Exception):
    """What came is no answer, or ends before its end."""


class ClosedError(ConnectionResetError):
    """The other side closed the connection in place of an answer."""


class Answer(NamedTuple):
    """Names of headers in small letters. `body` may have been cut, if so asked."""

    status: int
    headers: dict[str, str]
    body: bytes


class Connection:
    """A connection that is opened by `connect`, again and again; with a `context`, TLS.

    The time limits, in seconds, hold for each step of connecting and for each read.
    """

    def __init__(
        self,
        host: str,
        port: int,
        *,
        connect_s: float,
        read_s: float,
        context: ssl.SSLContext | None,
    ) -> None:
        self.host: Final = host
        self.port: Final = port
        self.context: Final = context
        self._connect_s: Final = connect_s
        self._read_s: Final = read_s
        self._socket: socket.socket | None = None

    @property
    def is_open(self) -> bool:
        """As far as is known here."""
        return self._socket is not None

    def connect(self) -> None:
        """Raises OSError."""
        self.close()
        # Names of AWS's are ASCII. For a text Python would load its codec for all others.
        host: Any = self.host.encode("ascii")
        made = socket.create_connection((host, self.port), self._connect_s)
        try:
            made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if self.context is not None:
                made = self.context.wrap_socket(made, server_hostname=host)
            made.settimeout(self._read_s)
        except BaseException:
            made.close()
            raise
        self._socket = made

    def close(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def ask(
        self, method: str, path: str, headers: dict[str, str], body: bytes, most: int | None = None
    ) -> Answer:
        """Send a request and read the answer. Of a body longer than `most` bytes one byte more is
        read, and the connection closed. `headers` name the host, and have no line ends. Raises
        OSError or BrokenError; whoever catches them closes the connection."""
        if self._socket is None:
            self.connect()
        assert self._socket is not None
        lines = [f"{name}: {value}" for name, value in headers.items()]
        head = [f"{method} {path} HTTP/1.1", *lines, f"content-length: {len(body)}"]
        if any("\r" in line or "\n" in line for line in head):
            raise ValueError("a header with a line end")
        self._socket.sendall("\r\n".join([*head, "\r\n"]).encode("latin-1") + body)
        with self._socket.makefile("rb") as stream:
            status, told = _head(stream)
            content, ends = _content(stream, status, told, most)
        if ends or "close" in _tokens(told.get("connection", "")):
            self.close()
        return Answer(status, told, content)


def _head(stream: IO[bytes]) -> tuple[int, dict[str, str]]:
    """The status and the headers of the answer, behind whatever only informs of it."""
    for _ in range(_MOST_LINES):
        line = stream.readline(_MOST_IN_A_LINE)
        if not line:
            raise ClosedError("no answer")
        version, _, rest = line.partition(b" ")
        code, behind = rest[:3], rest[3:4]
        is_one = version in _VERSIONS and len(code) == 3 and code.isdigit() and code >= b"100"
        if not is_one or behind not in b" \r\n" or not line.endswith(b"\n"):
            raise BrokenError("no status")
        status, told = int(code), _headers(stream)
        if version == b"HTTP/1.0":
            told["connection"] = "close"
        if status >= 200:
            return status, told
        if status == 101:
            break
    raise BrokenError("no answer behind what informs of it")


def _headers(stream: IO[bytes]) -> dict[str, str]:
    told: dict[str, str] = {}
    for _ in range(_MOST_LINES):
        line = stream.readline(_MOST_IN_A_LINE)
        if line in (b"\r\n", b"\n"):
            return told
        name, colon, value = line.decode("latin-1").partition(":")
        if not (colon and value.endswith("\n") and name and name == name.strip()):
            raise BrokenError("no header")
        name, value = name.lower(), value.strip(" \t\r\n")
        told[name] = f"{told[name]}, {value}" if name in told else value
    raise BrokenError("too many headers")


def _content(
    stream: IO[bytes], status: int, told: dict[str, str], most: int | None
) -> tuple[bytes, bool]:
    """The body, and whether the connection ends with it: its end marks the body's, or more would
    follow."""
    if status in _NO_CONTENT:
        return b"", "transfer-encoding" in told or told.get("content-length", "0") != "0"
    limit = None if most is None else most + 1
    if "transfer-encoding" in told:
        if told["transfer-encoding"].lower() != "chunked":
            raise BrokenError("an unknown encoding")
        return _chunks(stream, limit)
    if "content-length" not in told:
        return stream.read(-1 if limit is None else limit), True
    text = told["content-length"]
    if not (text.isascii() and text.isdecimal() and len(text) <= _MOST_DIGITS):
        raise BrokenError("no length")
    length = int(text)
    read = length if limit is None else min(length, limit)
    return _exactly(stream, read), read < length


def _chunks(stream: IO[bytes], limit: int | None) -> tuple[bytes, bool]:
    content: list[bytes] = []
    left = limit
    while True:
        line = stream.readline(_MOST_IN_A_LINE)
        text = line.partition(b";")[0].rstrip()
        is_one = 0 < len(text) <= _MOST_DIGITS and not text.strip(_HEXADECIMAL)
        if not is_one or not line.endswith(b"\n"):
            raise BrokenError("no chunk")
        size = int(text, 16)
        if size == 0:
            _headers(stream)
            return b"".join(content), False
        if left is not None and size >= left:
            content.append(_exactly(stream, left))
            return b"".join(content), True
        content.append(_exactly(stream, size))
        if stream.readline(3) not in (b"\r\n", b"\n"):
            raise BrokenError("a chunk without its end")
        left = None if left is None else left - size


def _exactly(stream: IO[bytes], size: int) -> bytes:
    """In portions: what a head promises takes no memory before it comes."""
    content: list[bytes] = []
    while size > 0:
        portion = stream.read(min(size, _PORTION))
        if not portion:
            raise BrokenError("an answer that was cut short")
        content.append(portion)
        size -= len(portion)
    return b"".join(content)


def _tokens(text: str) -> list[str]:
    return [each.strip().lower() for each in text.split(",")]
