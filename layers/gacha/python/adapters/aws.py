"""AWS as the functions reach it: signed requests over one kept connection for each service.

The connections are opened while a function starts, when it has a whole processor, and outlive its
runs. TLS trusts the roots of Amazon Trust Services alone. Instead of an SDK, because an SDK is most
of what a cold start costs (docs/decisions/0006 and 0036). `setup` and the tools use boto3.

Requests and answers have the names of AWS's own API references; values of DynamoDB's stay under the
names of their types.
"""

from __future__ import annotations

import gc
import hashlib
import json
import os
import re
import ssl
import time
from binascii import crc32
from collections.abc import Callable, Iterator
from functools import cache
from threading import Thread
from typing import Any, Final, NamedTuple, TypeVar

from adapters import http1, xray
from adapters.sigv4 import Credentials, signed_headers

Answer = dict[str, Any]
Got = TypeVar("Got")

TRIES: Final = 4
"""Requests for one call, those on a kept connection that AWS had closed left out."""

CONNECT_S: Final = 2.0
READ_S: Final = 5.0

MOST_SPENT_S: Final = 15.0
"""No try begins later than this after the first, so that a call ends within a function's 30 s."""

EARLY_S: Final = 3.0
"""After so many seconds a start begins with nothing more: it may take 10, and one call 7."""

BESIDE_S: Final = 0.3
"""How long a start waits at its end for what it began beside the rest."""

CLOSED: Final = (
    ConnectionResetError,  # with http1.ClosedError
    BrokenPipeError,
    ssl.SSLEOFError,
    ssl.SSLZeroReturnError,
)
"""How a kept connection looks that the other side closed because it slept too long."""

THROTTLED: Final = frozenset(
    {
        "LimitExceededException",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "RequestThrottled",
        "RequestThrottledException",
        "SlowDown",
        "ThrottledException",
        "Throttling",
        "ThrottlingError",
        "ThrottlingException",
        "TooManyRequestsException",
        "TransactionInProgressException",
    }
)
_PASSING: Final = THROTTLED | {
    "ConditionalRequestConflict",
    "RequestTimeout",
    "RequestTimeoutException",
}

_tries = TRIES
_PAUSE_S: Final = 0.05
_THROTTLED_PAUSE_S: Final = 0.5
_ROOTS: Final = os.path.join(os.path.dirname(__file__), "amazon-roots.pem")


class AwsError(Exception):
    """AWS did not do what was asked, after all tries."""


class UnreachableError(AwsError):
    """No answer came, or none that can be read. What was asked may have been done."""


class ServiceError(AwsError):
    """AWS answered with an error. `code` is its bare name, `answer` what came with it."""

    def __init__(self, code: str, message: str = "", answer: Answer | None = None) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.answer = answer or {}


class Service(NamedTuple):
    """A service's name in addresses and signatures; where it speaks AWS's JSON protocol, what its
    operations' names begin with, and the protocol's version."""

    name: str
    target: str = ""
    version: str = ""


DYNAMODB: Final = Service("dynamodb", "DynamoDB_20120810", "1.0")
SECRETS_MANAGER: Final = Service("secretsmanager", "secretsmanager", "1.1")
STEP_FUNCTIONS: Final = Service("states", "AWSStepFunctions", "1.0")
S3_SERVICE: Final = Service("s3")


class Response(NamedTuple):
    """What came back, read to its end. `checksum` is the CRC-32 that DynamoDB sends along."""

    status: int
    body: bytes
    checksum: str | None


class Connection:
    """One connection to a service, which sends what it is given once.

    The endpoint is `AWS_ENDPOINT_URL` where that is set (the local cloud), else the Region's, or
    what is named before that: a bucket.
    """

    def __init__(self, service: Service, connect_s: float, read_s: float, before: str = "") -> None:
        """The time limits, in seconds, hold for connecting and for each read."""
        self._service: Final = service
        self._region: Final = os.environ["AWS_REGION"]
        endpoint = os.environ.get("AWS_ENDPOINT_URL")
        endpoint = endpoint or f"https://{before}{service.name}.{self._region}.amazonaws.com"
        scheme, _, address = endpoint.partition("://")
        self._host: Final = address.partition("/")[0]
        name, _, port = self._host.partition(":")
        is_plain = scheme == "http"
        self._http: Final = http1.Connection(
            name,
            int(port or (80 if is_plain else 443)),
            connect_s=connect_s,
            read_s=read_s,
            context=None if is_plain else _trusting(_ROOTS),
        )

    @property
    def is_open(self) -> bool:
        """As far as is known here."""
        return self._http.is_open

    def connect(self) -> None:
        """Raises OSError."""
        self._http.connect()

    def close(self) -> None:
        self._http.close()

    def post(self, operation: str, body: bytes) -> Response:
        """An operation of AWS's JSON protocol; raises as `request` does."""
        headers = {
            "content-type": f"application/x-amz-json-{self._service.version}",
            "x-amz-target": f"{self._service.target}.{operation}",
        }
        return self.request("POST", "/", headers, body)

    def request(
        self, method: str, path: str, headers: dict[str, str], body: bytes, most: int | None = None
    ) -> Response:
        """A signed request, and the answer. Of a body longer than `most` bytes one byte more is
        read, and the connection closed. Raises OSError or `http1.BrokenError`; whoever catches
        them closes the connection."""
        signed = signed_headers(
            {"host": self._host, **headers},
            body,
            service=self._service.name,
            region=self._region,
            credentials=Credentials(
                os.environ["AWS_ACCESS_KEY_ID"],
                os.environ["AWS_SECRET_ACCESS_KEY"],
                os.environ.get("AWS_SESSION_TOKEN", ""),
            ),
            now=time.time(),
            method=method,
            path=path,
        )
        trace = os.environ.get("_X_AMZN_TRACE_ID")
        if trace:
            signed["x-amzn-trace-id"] = trace  # ties what is done there to this function's trace
        answer = self._http.ask(method, path, signed, body, most)
        return Response(answer.status, answer.body, answer.headers.get("x-amz-crc32"))


class Client:
    """Calls a service's operations, tries again what may help, and says what went wrong."""

    def __init__(self, service: Service) -> None:
        self._service: Final = service
        self._connection: Final = Connection(service, CONNECT_S, READ_S)

    def connect(self) -> None:
        """Connect ahead of the first call. Raises UnreachableError."""
        try:
            self._connection.connect()
        except OSError as error:
            self._connection.close()
            raise UnreachableError(f"{self._service.name}: {type(error).__name__}") from None

    def close(self) -> None:
        self._connection.close()

    def call(self, operation: str, request: Answer) -> Answer:
        """The operation's answer. Raises ServiceError or UnreachableError.

        A call can be done twice where an answer was lost: what changes something bears a condition
        under which that does no harm.
        """
        with xray.subsegment(
            self._service.name,
            namespace="aws",
            aws={"operation": operation, "region": os.environ["AWS_REGION"]},
        ):
            body = json.dumps(request).encode()
            return patiently(
                operation, self._connection, lambda: read(self._connection.post(operation, body))
            )


def patiently(operation: str, connection: Connection, once: Callable[[], Got]) -> Got:
    """What `once` returns, which sends one request, after as many tries as may help. Raises
    ServiceError or UnreachableError."""
    began, tries, error = time.monotonic(), 0, AwsError()
    while True:
        was_open = connection.is_open
        try:
            return once()
        except (OSError, http1.BrokenError) as failure:
            connection.close()
            if was_open and isinstance(failure, CLOSED):
                continue  # on a new connection, where the same costs a try
            error, pause = UnreachableError(f"{operation}: {type(failure).__name__}"), _PAUSE_S
        except UnreachableError as failure:
            error, pause = failure, _PAUSE_S
        except ServiceError as failure:
            if failure.code not in _PASSING:
                raise
            error = failure
            pause = _THROTTLED_PAUSE_S if failure.code in THROTTLED else _PAUSE_S
        tries += 1
        if tries == _tries:
            raise error
        import random  # no start and hardly a call needs it

        # Those who were refused together do not come back together.
        pause = random.uniform(0, pause * 2**tries)
        if time.monotonic() - began + pause > MOST_SPENT_S:
            raise error
        time.sleep(pause)


def read(response: Response) -> Answer:
    """The answer in an HTTP response. Raises ServiceError; UnreachableError for what is none."""
    status, body, checksum = response
    if checksum is not None and checksum != str(crc32(body)):
        raise UnreachableError("an answer that was damaged on its way")
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        answer = None
    answer = answer if isinstance(answer, dict) else None
    code = str((answer or {}).get("__type") or "").rpartition("#")[2]
    if status >= 500:
        raise UnreachableError(f"{status} {code}")
    if status != 200:
        message = (answer or {}).get("message") or (answer or {}).get("Message") or ""
        raise ServiceError(code or str(status), str(message), answer)
    if answer is None:
        raise UnreachableError("an answer that is not JSON")
    return answer


class DynamoDB(Client):
    def __init__(self) -> None:
        super().__init__(DYNAMODB)

    def get_item(self, **request: Any) -> Answer:
        return self.call("GetItem", request)

    def batch_get_item(self, **request: Any) -> Answer:
        return self.call("BatchGetItem", request)

    def batch_write_item(self, **request: Any) -> Answer:
        return self.call("BatchWriteItem", request)

    def query(self, **request: Any) -> Answer:
        return self.call("Query", request)

    def update_item(self, **request: Any) -> Answer:
        return self.call("UpdateItem", request)

    def transact_write_items(self, **request: Any) -> Answer:
        return self.call("TransactWriteItems", request)


class SecretsManager(Client):
    def __init__(self) -> None:
        super().__init__(SECRETS_MANAGER)

    def get_secret_value(self, **request: Any) -> Answer:
        return self.call("GetSecretValue", request)


class StepFunctions(Client):
    def __init__(self) -> None:
        super().__init__(STEP_FUNCTIONS)

    def describe_execution(self, **request: Any) -> Answer:
        return self.call("DescribeExecution", request)

    def list_executions(self, **request: Any) -> Answer:
        return self.call("ListExecutions", request)

    def start_execution(self, **request: Any) -> Answer:
        return self.call("StartExecution", request)


class S3:
    """A bucket: the stack's own, whose name is in the environment as `BUCKET`, or the one named.

    Keys hold letters, digits and `/-._`. The role may not list the bucket, so S3 says AccessDenied
    of what is not there, too.
    """

    MISSING: Final = frozenset({"AccessDenied", "NoSuchKey"})

    def __init__(self, bucket: str = "") -> None:
        bucket = bucket or os.environ["BUCKET"]
        self._bucket: Final = bucket
        self._connection = self._new()
        # The local cloud has one address for all buckets.
        self._root: Final = f"/{bucket}/" if os.environ.get("AWS_ENDPOINT_URL") else "/"

    def _new(self) -> Connection:
        return Connection(S3_SERVICE, CONNECT_S, READ_S, f"{self._bucket}.")

    def connect(self) -> None:
        """Connect ahead of the first request, which takes the connection once it is there; so this
        may be done beside others. Without one it connects itself, and answers for it."""
        connection = self._new()
        try:
            connection.connect()
        except OSError:
            connection.close()
            return
        self._connection = connection

    def close(self) -> None:
        self._connection.close()

    def get_object(self, key: str, most: int) -> bytes | None:
        """The object; None if there is none. Raises ServiceError, with the code TOO_LARGE for one
        of more than `most` bytes; or UnreachableError."""
        try:
            return self._call("GetObject", "GET", key, b"", {}, most)
        except ServiceError as error:
            if error.code in self.MISSING:
                return None
            raise

    def get_once(self, key: str, most: int) -> bytes | None:
        """The same in one try and without a trace, for who cannot wait: in a thread, on a
        connection of its own. Raises OSError or http1.BrokenError, too."""
        headers = {"x-amz-content-sha256": hashlib.sha256(b"").hexdigest()}
        read = max(most, _MOST_SAID)
        try:
            answer = self._connection.request("GET", self._root + key, headers, b"", read)
            return read_object(answer, most)
        except ServiceError as error:
            if error.code in self.MISSING:
                return None
            raise

    def put_object(self, key: str, body: bytes, content_type: str, *, once: bool) -> None:
        """Raises ServiceError or UnreachableError. With `once` what is there stays, and that is no
        error."""
        headers = {"content-type": content_type, **({"if-none-match": "*"} if once else {})}
        try:
            self._call("PutObject", "PUT", key, body, headers, _MOST_SAID)
        except ServiceError as error:
            if not once or error.code != "PreconditionFailed":
                raise

    def _call(
        self, operation: str, method: str, key: str, body: bytes, headers: Answer, most: int
    ) -> bytes:
        headers = {"x-amz-content-sha256": hashlib.sha256(body).hexdigest(), **headers}
        read = max(most, _MOST_SAID)  # an error has a body, too
        connection = self._connection

        def once() -> bytes:
            path = self._root + key
            return read_object(connection.request(method, path, headers, body, read), most)

        with xray.subsegment(
            S3_SERVICE.name,
            namespace="aws",
            aws={"operation": operation, "region": os.environ["AWS_REGION"]},
        ):
            return patiently(operation, connection, once)


TOO_LARGE: Final = "TooLarge"
"""Our own code, beside those of S3."""

_MOST_SAID: Final = 16_384
"""Bytes of an error of S3's."""


def read_object(response: Response, most: int) -> bytes:
    """The object in a response of S3's. Raises ServiceError; UnreachableError for what is none."""
    status, body, _ = response
    if status == 200:
        if len(body) > most:
            raise ServiceError(TOO_LARGE, f"more than {most} bytes")
        return body
    found = re.search(rb"<Code>([\w.]+)</Code>", body[:_MOST_SAID])
    code = found[1].decode() if found else str(status)
    if status >= 500 and code not in THROTTLED:
        raise UnreachableError(f"{status} {code}")
    raise ServiceError(code)


@cache
def dynamodb() -> DynamoDB:
    """This process's client; so are the next three."""
    return DynamoDB()


@cache
def secrets_manager() -> SecretsManager:
    return SecretsManager()


@cache
def step_functions() -> StepFunctions:
    return StepFunctions()


@cache
def s3() -> S3:
    return S3()


def pages(call: Callable[..., Answer], token: tuple[str, str], **request: Any) -> Iterator[Answer]:
    """All pages of an answer. `token` names what an answer says of the next page, and as what the
    next request hands it back."""
    answered, asked = token
    while True:
        page = call(**request)
        yield page
        if not page.get(answered):
            return
        request[asked] = page[answered]


def early(*work: Callable[[], object], beside: Callable[[], object] | None = None) -> None:
    """Do it while the function starts, when it has a whole processor. Where AWS cannot be reached
    the rest is left to the first run, which does the same again, and answers for it. Nothing is
    tried twice, since a start may take no more than 10 s.

    `beside` is begun first, in a thread of its own, and waited for a moment: a connection that the
    first run may want.

    The last thing that a start does: what it made stays, so no collection of garbage looks through
    all of it again. One takes 4 ms, and 14 times that under a throttle."""
    global _tries
    _tries, began = 1, time.monotonic()
    thread = Thread(target=beside, daemon=True) if beside else None
    if thread:
        thread.start()
    try:
        for task in work:
            if time.monotonic() - began > EARLY_S:
                return
            task()
    except AwsError:
        pass
    finally:
        _tries = TRIES
        if thread:
            thread.join(BESIDE_S)
        gc.freeze()


@cache
def _trusting(roots: str) -> ssl.SSLContext:
    """TLS that trusts these roots alone, which are those of Amazon Trust Services: parsing the
    system's hundreds of certificates would take most of the first answer's time. Read once for all
    connections."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(roots)
    return context
