"""A server that answers, fails and hangs by script, plain and by TLS: for clients of our own."""

from __future__ import annotations

import contextlib
import datetime
import ipaddress
import json
import socket
import ssl
import struct
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

STARTED = b'{"executionArn":"arn:aws:states:ap-northeast-1:1:execution:pull:x","startDate":1.7e9}'
PATIENCE_S = 10  # how long a test waits for what never takes long, before it fails


@dataclass(frozen=True)
class Received:
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True)
class Answer:
    """A complete answer; `says_close` announces the end of the connection as AWS may."""

    status: int = 200
    body: bytes = STARTED
    says_close: bool = False
    headers: str = ""

    def __bytes__(self) -> bytes:
        close = "Connection: close\r\n" if self.says_close else ""
        head = f"HTTP/1.1 {self.status} x\r\nContent-Length: {len(self.body)}\r\n"
        head += f"{close}{self.headers}\r\n"
        return head.encode() + self.body


class Close:
    """The server closes the connection without reading on, as AWS does to one that slept."""


class Drop:
    """The request arrives; the connection is closed instead of an answer."""


class Silence:
    """The request arrives; no answer ever comes."""


@dataclass(frozen=True)
class CutShort:
    """Half of an answer, then the end; with `reset` a TCP reset."""

    reset: bool = False


Step = Answer | Close | Drop | Silence | CutShort


class Server:
    """Plays one list of steps per connection, in the order in which connections come.

    Until it is entered it refuses connections. A connection whose steps are used up stays open
    until the client closes it.
    """

    def __init__(self, *connections: Sequence[Step], asked: bytes = b"POST / ") -> None:
        """`asked` is how each request begins."""
        self._asked = asked
        self.received: list[Received] = []
        self.accepted = 0
        self.ended_by_client = 0
        self.closed = threading.Semaphore(0)
        """Released whenever the server has closed a connection by itself."""
        self._connections = connections
        self._failure: BaseException | None = None
        self._listener = socket.socket()
        self._listener.settimeout(PATIENCE_S)
        self._listener.bind(("127.0.0.1", 0))
        self.host = "127.0.0.1:{1}".format(*self._listener.getsockname())
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._peer: socket.socket | None = None

    def __enter__(self) -> Self:
        self._listener.listen()
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing of it stays, whatever the client keeps for later."""
        for each in (self._listener, self._peer):
            if each is not None:
                with contextlib.suppress(OSError):  # wakes the thread where it accepts or reads
                    each.shutdown(socket.SHUT_RDWR)
        self._thread.join(PATIENCE_S)
        self._listener.close()

    def join(self) -> None:
        """Wait until every scripted connection came and ended; there must not be another."""
        self._thread.join(PATIENCE_S)
        assert not self._thread.is_alive(), "a connection was never closed, or never came"
        if self._failure:
            raise self._failure
        self._listener.setblocking(False)
        with pytest.raises(BlockingIOError):
            self._listener.accept()

    def _serve(self) -> None:
        try:
            for steps in self._connections:
                peer, _ = self._listener.accept()
                self._peer = peer
                self.accepted += 1
                with peer:
                    peer.settimeout(PATIENCE_S)
                    self._play(peer, steps)
        except BaseException as failure:  # belongs to the test, which joins
            self._failure = failure

    def _play(self, peer: socket.socket, steps: Sequence[Step]) -> None:
        with contextlib.closing(peer.makefile("rb")) as stream:
            for step in steps:
                if isinstance(step, Close):
                    self._close(peer)
                    return
                self.received.append(_receive(stream, self._asked))
                match step:
                    case Answer():
                        peer.sendall(bytes(step))
                    case CutShort(reset):
                        whole = bytes(Answer())
                        peer.sendall(whole[: len(whole) - 20])
                        self._close(peer, reset=reset)
                        return
                    case Drop():
                        self._close(peer)
                        return
                    case Silence():
                        break
            with contextlib.suppress(ConnectionResetError):  # ends it just as well
                assert stream.read() == b"", "more was sent than the script has answers for"
            self.ended_by_client += 1

    def _close(self, peer: socket.socket, *, reset: bool = False) -> None:
        if reset:
            peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        else:
            peer.shutdown(socket.SHUT_RDWR)
        peer.close()
        self.closed.release()


def _receive(stream: Any, asked: bytes) -> Received:
    line = stream.readline()
    assert line.startswith(asked) and line.endswith(b" HTTP/1.1\r\n")
    headers = {}
    while (line := stream.readline()) != b"\r\n":
        name, value = line.decode().rstrip("\r\n").split(": ", 1)
        assert name.lower() not in headers
        headers[name.lower()] = value
    return Received(headers, stream.read(int(headers["content-length"])))


def error(kind: str, status: int = 400) -> Answer:
    return Answer(status, json.dumps({"__type": kind, "message": "m"}).encode())


@dataclass(frozen=True)
class SelfSigned:
    certificate: Path
    key: Path


def self_signed(folder: Path) -> SelfSigned:
    """A certificate for 127.0.0.1 that nobody vouches for."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]),
            critical=False,
        )
        .sign(key, hashes.SHA256())
    )
    made = SelfSigned(folder / "certificate.pem", folder / "key.pem")
    made.certificate.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    made.key.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return made


class TlsServer:
    """Shakes hands and answers 200; keeps what it was told after a handshake that held."""

    def __init__(self, identity: SelfSigned, port: int = 0) -> None:
        self.told: list[bytes] = []
        self.accepted = 0
        self.versions: list[str | None] = []
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(identity.certificate, identity.key)
        self._listener = socket.create_server(("127.0.0.1", port))
        self.port: int = self._listener.getsockname()[1]
        self._ended = threading.Event()
        self._open: socket.socket | None = None
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Ends a connection that its client keeps for later, too."""
        self._ended.set()
        if self._open:
            with contextlib.suppress(OSError):  # wakes the thread where it reads
                socket.socket.shutdown(self._open, socket.SHUT_RDWR)
        with contextlib.suppress(OSError):  # and where it accepts
            socket.create_connection(("127.0.0.1", self.port), PATIENCE_S).close()
        self._thread.join(PATIENCE_S)
        self._listener.close()

    def _serve(self) -> None:
        while not self._ended.is_set():
            peer, _ = self._listener.accept()
            peer.settimeout(PATIENCE_S)
            with peer, contextlib.suppress(OSError), self._wrapped(peer) as secure:
                self._open = secure
                self.accepted += 1
                self.versions.append(secure.version())
                while told := secure.recv(65536):
                    self.told.append(told)
                    if b"canary" in told:
                        secure.sendall(bytes(Answer()))

    def _wrapped(self, peer: socket.socket) -> ssl.SSLSocket:
        return self._context.wrap_socket(peer, server_side=True)
