"""The local AWS: ministack, tied to whoever started it, and with Lambda scaled to one machine.

Functions start as subprocesses. Names that are private to ministack are replaced here so that a
hundred calls at once neither start a hundred interpreters nor unpack a hundred copies of the code,
and so that nobody waits for a fixed time where it is known what is waited for. A guard stands
before it: ministack itself believes everybody, and allows every web page.

Runs in the local cloud's own environment: `python -P local/aws.py`.
"""

import array
import collections
import contextlib
import fcntl
import hashlib
import json
import os
import re
import select
import shutil
import signal
import sys
import tempfile
import termios
import threading
import time
import traceback
import zipfile
from collections.abc import Awaitable, Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Final
from urllib.parse import parse_qs

sys.path.append(str(Path(__file__).parents[1]))  # last, for `local.guard`

from ministack import app as emulator  # type: ignore[import-not-found]
from ministack.core import (  # type: ignore[import-not-found]
    lambda_runtime,
    persistence,
    sigv4,
)
from ministack.services import (  # type: ignore[import-not-found]
    apigateway,
    dynamodb,
    lambda_svc,
    stepfunctions,
)

from local.guard import loopback, refusal, unlike_interaction

ROOT: Final = Path(__file__).parents[1]
WORKERS: Final = 2 * (os.cpu_count() or 1)  # processes per function at most
UNSIGNED: Final = re.compile(r"GET /_ministack/health|PUT /_ministack/cfn-response/[0-9a-f-]+")

Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
Application = Callable[[dict[str, Any], Receive, Send], Awaitable[None]]


def obey_starter() -> None:
    """Do what standard input says, line by line, until it closes, which it does even if the starter
    is killed outright:

        save <path>      write the state files
        reload <path>    let the next call of a function run what its source says now

    When that is done, a file of this name is made.
    """
    for line in sys.stdin.buffer:
        order, _, path = line.decode().strip().partition(" ")
        try:
            {"save": save, "reload": reload}[order]()
            Path(path).touch()
        except Exception:
            traceback.print_exc()
    if os.environ.get("KEEP_STATE"):
        save()
    os.killpg(0, signal.SIGKILL)  # the functions are in our process group too


def save() -> None:
    """Write every service's state file as it is now. Raises OSError if one could not be."""
    began = time.time_ns()
    states = emulator._build_persistence_save_dict()
    with dynamodb._lock:  # no transaction is half done
        persistence.save_all(states)
    for name in states:
        written = Path(persistence.STATE_DIR, f"{name}.json")
        if written.exists() and written.stat().st_mtime_ns < began - CLOCK_NS:
            raise OSError(f"{written} could not be written")


CLOCK_NS: Final = 100_000_000
"""How far a file's time may lie behind the clock."""


def limit_workers() -> None:
    """Let calls queue for a process where ministack, like Lambda, would start another one.

    Our functions never call each other, so the queue always moves.
    """
    execute = lambda_svc._execute_function_warm
    free: dict[str, threading.Semaphore] = collections.defaultdict(
        lambda: threading.Semaphore(WORKERS)
    )

    def queued(function: dict[str, Any], event: Any, request_id: str) -> Any:
        name = function["config"]["FunctionName"]
        with free[name]:
            result = _named(execute(function, event, request_id))
        if result.get("error"):
            tell_failure(name, event, result)
        return result

    lambda_svc._execute_function_warm = queued


def _named(result: dict[str, Any]) -> dict[str, Any]:
    """An invocation's result, a failed one with its exception's class as Lambda names it: ministack
    calls them all Runtime.HandlerError, and no Retry or Catch by name would match.

    The traceback in the log has "module.Class: message", after which Python may suggest a name. It
    is printed, so that a developer finds it.
    """
    body = result.get("body")
    if isinstance(body, dict) and body.get("errorType") == "Runtime.HandlerError":
        log = str(result.get("log", ""))
        message, *_ = str(body["errorMessage"]).splitlines() or [""]
        told = rf"(\w+): {re.escape(message)}.*" if message else r"(\w+)"
        names = re.findall(rf"^(?:\S+\.)?{told}$", log, re.MULTILINE)
        body["errorType"] = names[-1] if names else "Exception"
        print(log, file=sys.stderr, flush=True)
    return result


FAILURES: Final = "failures.jsonl"
"""In our temporary folder: what functions raised, a line each, for whoever started us."""


def tell_failure(name: str, event: Any, result: dict[str, Any]) -> None:
    """Write down that a function failed: which, by what, and at whose interaction."""
    body = result.get("body")
    told = {
        "function": name_of_room(name),
        "error": str(body.get("errorType", "?")) if isinstance(body, dict) else "?",
        "receipt": receipt_number(event),
    }
    with Path(tempfile.gettempdir(), FAILURES).open("a") as file:  # one write, whole
        file.write(json.dumps(told) + "\n")


def receipt_number(event: Any) -> str:
    """Of the interaction that a function was called for; empty where it was none: as Discord sent
    it, or as a workflow hands it on."""
    with contextlib.suppress(KeyError, TypeError, ValueError):
        if "interaction" in event:
            return str(event["interaction"]["interaction_id"])
        return str(json.loads(event["body"])["id"])
    return ""


def share_code() -> None:
    """Unpack a package once for all processes, which leave it alone as they must in Lambda.

    It also keeps the bytecode that the first of them compiles.
    """
    unpacked = Path(tempfile.mkdtemp(prefix="code-"))
    lock = threading.Lock()

    class Shared(zipfile.ZipFile):
        def extractall(self, path: Any = None, members: Any = None, pwd: Any = None) -> None:
            assert self.filename
            code = unpacked / hashlib.sha256(Path(self.filename).read_bytes()).hexdigest()
            with lock:
                if not code.exists():
                    super().extractall(code, members, pwd)
                    source, package = _source(Path(path), code)
                    _packages[package] = source
                    if _has_reloaded.is_set():
                        follow(source, package)
            Path(path).rmdir()
            Path(path).symlink_to(code)

    lambda_runtime.zipfile = SimpleNamespace(
        ZipFile=Shared,
        BadZipFile=zipfile.BadZipFile,
    )


_packages: Final[dict[Path, Path]] = {}
"""The folder of each unpacked package's modules, and the one that they were built from."""

_has_reloaded: Final = threading.Event()
_outdated: Final[set[int]] = set()
"""The workers, by id, that a reload found at work: they end what they do, and then themselves."""


def _source(target: Path, code: Path) -> tuple[Path, Path]:
    """Where the modules of a package come from, and where they are in what was unpacked of it.

    A function's is unpacked as `ministack-lambda-<its name>-<random>/code`, the layer beside it.
    """
    if target.name != "code":
        return ROOT / "layers/gacha/python", code / "python"
    return ROOT / "functions" / name_of_room(target.parent.name), code


def name_of_room(deployed: str) -> str:
    """The folder below functions/ that a deployed function was made from; "-" for none of ours."""
    named = re.search(r"-([A-Za-z]+)Function-", deployed)
    return named[1].lower() if named else "-"


def reload() -> None:
    """Bring the unpacked packages up to date, and let no process serve again that has read them."""
    _has_reloaded.set()
    for package, source in list(_packages.items()):
        follow(source, package)
    with lambda_runtime._lock:
        idle = []
        for key, workers in list(lambda_runtime._workers.items()):
            idle += [each for each in workers if not each.in_use]
            _outdated.update(id(each) for each in workers if each.in_use)
            lambda_runtime._workers[key] = [each for each in workers if each.in_use]
    lambda_runtime.kill_workers(idle)


def retire_outdated() -> None:
    """End a process that a reload found at work as soon as it is done."""
    release = lambda_runtime.release_worker

    def released(worker: Any) -> None:
        if id(worker) in _outdated:
            with lambda_runtime._lock:
                _outdated.discard(id(worker))
                for workers in lambda_runtime._workers.values():
                    if worker in workers:
                        workers.remove(worker)
            lambda_runtime.kill_workers([worker])
        release(worker)

    lambda_runtime.release_worker = lambda_svc.release_worker = released


def follow(source: Path, package: Path) -> None:
    """Make a package's modules those of its source folder. What its build made of them goes: the
    bytecode, and banners' rates, which a function then computes by itself."""
    if source.parent == ROOT / "functions":  # wheels lie beside our modules
        for file in source.glob("*.py"):
            _bring(file, package / file.name)
        return
    for there in sorted(package.rglob("*"), reverse=True):  # what is in a folder before the folder
        if "__pycache__" not in there.parts and not (source / there.relative_to(package)).exists():
            shutil.rmtree(there) if there.is_dir() else there.unlink()
    for file in source.rglob("*"):
        if file.is_file() and "__pycache__" not in file.parts:
            _bring(file, package / file.relative_to(source))


def _bring(file: Path, target: Path) -> None:
    content = file.read_bytes()
    if target.exists() and target.read_bytes() == content:
        return
    for compiled in (target.parent / "__pycache__").glob(f"{target.stem}.*.pyc"):
        compiled.unlink()
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(content)


DISCORD: Final = "http://discord.localhost/api/v10"
"""As in local/ministack.py, which this environment cannot import."""


def find_discord(address: str, pictures: str, uploads: str) -> None:
    """Let functions reach Discord at this address, and what people upload at `uploads`, too; and
    name `pictures` as where Discord finds ours."""
    start = lambda_runtime.Worker.__init__

    def started(worker: Any, name: str, config: dict[str, Any], *rest: Any) -> None:
        environment = config.get("Environment", {})
        variables = {
            variable: address if value == DISCORD else value
            for variable, value in environment.get("Variables", {}).items()
        }
        if "ART_URL" in variables:
            variables["ART_URL"] = pictures
        if uploads:
            variables["DISCORD_CDN_BASE_URL"] = uploads
        changed = {**config, "Environment": {**environment, "Variables": variables}}
        start(worker, name, changed, *rest)

    lambda_runtime.Worker.__init__ = started


BEFORE_AN_EXECUTION: Final = 0.15
"""Seconds that ministack sleeps before an execution's first state. No Wait state is as long, whose
seconds are whole; nor is one of its retries' pauses, which last a second or more."""


def start_at_once() -> None:
    """Let an execution begin when it is started, as it does on AWS within a few milliseconds."""

    def sleep(seconds: float) -> None:
        if seconds != BEFORE_AN_EXECUTION:
            time.sleep(seconds)

    stepfunctions.time = SimpleNamespace(sleep=sleep, time=time.time, monotonic=time.monotonic)


LOG_WITHIN: Final = 0.25
"""Seconds after a function's answer in which its log is waited for."""


def read_logs_at_once() -> None:
    """Take a function's log when all of it is there.

    A function writes its log before its answer, so with the answer the log is in the pipe or was
    read. ministack waits until nothing came for a while: longer than Draw itself takes.
    """
    reading = threading.Lock()  # nothing is read but not handed on while somebody holds it

    def read(worker: Any) -> None:
        pipe, queue = worker._proc.stderr.fileno(), worker._stderr_queue
        rest = b""
        while True:
            select.select([pipe], [], [])
            with reading:
                if not (piece := os.read(pipe, 1 << 16)):
                    return
                *lines, rest = (rest + piece).split(b"\n")
                for line in lines:
                    queue.put(line.decode(errors="replace"))

    def drained(worker: Any, **_: Any) -> str:
        if worker._proc is None:  # it failed, and was ended
            worker._stderr_thread.join(LOG_WITHIN)
        deadline = time.monotonic() + LOG_WITHIN
        while time.monotonic() < deadline:
            with reading:
                if worker._proc is None or not _unread(worker._proc.stderr.fileno()):
                    break
            time.sleep(0.0005)
        lines = []
        while not worker._stderr_queue.empty():
            lines.append(worker._stderr_queue.get_nowait())
        return "\n".join(lines)

    lambda_runtime.Worker._read_stderr = read
    lambda_runtime.Worker._drain_stderr_bounded = drained


def _unread(pipe: int) -> int:
    """How many bytes wait in a pipe."""
    size = array.array("i", [0])
    fcntl.ioctl(pipe, termios.FIONREAD, size)
    return size[0]


def guarded(
    app: Application, port: int, secret_access_key: str, is_api: Callable[[str], bool]
) -> Application:
    """The emulator's application, for whoever has signed with this key and is no browser.

    Unsigned come only the interactions, which the API's function judges, the question whether it is
    up, and what a custom resource says, to an address that nobody guesses. `is_api` tells whether
    the emulator has an API of an id: what it does not know for one goes to a service, unsigned.
    """
    # As narrow as the emulator's own pattern, past which a request goes to a service.
    api = re.compile(rf"([a-f0-9]{{8}})\.execute-api\.localhost:{port}")

    async def guard(scope: dict[str, Any], receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            return await app(scope, receive, send)
        headers = [
            (name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"]
        ]
        named = next((value for name, value in headers if name.lower() == "host"), "")
        found = api.fullmatch(named)
        to_api = found is not None and is_api(found[1])
        reason = refusal(headers, (named,) if to_api else loopback(port))
        if not reason and scope["type"] != "http":
            reason = "this server has no websockets"
        if not reason and to_api:
            reason = unlike_interaction(
                scope["method"], scope["path"], scope["query_string"], headers
            )
        elif not reason and (
            scope["query_string"] or not UNSIGNED.fullmatch(f"{scope['method']} {scope['path']}")
        ):
            body = await read(receive)
            receive = again(body, receive)
            reason = unsigned(scope, dict(headers), body, secret_access_key)
        if not reason:
            return await app(scope, receive, send)
        return await refuse(scope, send, reason)

    return guard


def unsigned(scope: dict[str, Any], headers: dict[str, str], body: bytes, secret: str) -> str:
    """Why a request does not count as signed; empty if it does."""
    lower = {name.lower(): value for name, value in headers.items()}
    signature = sigv4.parse_header_signature(lower)
    failure = signature if isinstance(signature, tuple) else sigv4.request_time_failure(signature)
    query = parse_qs(scope["query_string"].decode("latin-1"), keep_blank_values=True)
    path = scope["raw_path"].decode("latin-1")
    if failure := failure or sigv4.header_signature_failure(
        signature, secret, scope["method"], path, query, lower, body
    ):
        return f"{failure[0]}: sign with the credentials in .local/stack.json"
    return ""


async def read(receive: Receive) -> bytes:
    """A request's whole body, or what has come when its sender hangs up."""
    body = b""
    while (message := await receive())["type"] == "http.request":
        body += message.get("body", b"")
        if not message.get("more_body"):
            break
    return body


def again(body: bytes, receive: Receive) -> Receive:
    """A body that was read, to be read once more; then whatever comes after it."""
    messages = [{"type": "http.request", "body": body, "more_body": False}]

    async def repeated() -> dict[str, Any]:
        return messages.pop() if messages else await receive()

    return repeated


async def refuse(scope: dict[str, Any], send: Send, reason: str) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1008})  # 403, since nothing was accepted
        return
    body = json.dumps({"__type": "AccessDeniedException", "message": reason}).encode()
    start = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 403, "headers": start})
    await send({"type": "http.response.body", "body": body})


if __name__ == "__main__":
    threading.Thread(target=obey_starter, daemon=True).start()
    limit_workers()
    share_code()
    retire_outdated()
    find_discord(
        os.environ.get("DISCORD", DISCORD),
        os.environ.get("PICTURES", ""),
        os.environ.get("UPLOADS", ""),
    )
    start_at_once()
    read_logs_at_once()
    emulator.app = guarded(
        emulator.app,
        int(os.environ["GATEWAY_PORT"]),
        os.environ["AWS_SECRET_ACCESS_KEY"],
        lambda api: apigateway.find_api_scope(api) is not None,
    )
    emulator.main()
