"""Everything around the handlers, in one process: AWS, Discord, and the time that passes there.

The handlers and the workflow definitions are the real ones. They reach this world where they would
reach the real one: through the clients of `adapters.aws`, through `adapters.http1`
(`interactions`), and through the transport adapter of requests. Each passage may meet a fault (see
faults.py).
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib
import io
import json
import logging
import os
import random
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, field
from functools import lru_cache, partial
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from types import CodeType, ModuleType
from typing import Any, Final, TypeVar
from unittest import mock
from urllib.parse import unquote, urlsplit

import requests
from botocore.exceptions import ClientError

from adapters import aws, banners, files, http1
from local.client import Signer
from local.discord_faults import FAILURES, error, scripted
from local.discord_form import joined
from local.discord_standin import WEBHOOK as WEBHOOK_PATH
from local.discord_standin import Token, Webhooks
from tests.aws import RealConnection
from tests.conftest import ROOT, load_function
from tests.faults import asl, template
from tests.faults.clock import Clock, Future, Killed, Task, current, virtual
from tests.faults.dynamodb import DynamoDB
from tests.faults.faults import (
    CONFLICT,
    KILLED_AFTER,
    KILLED_BEFORE,
    LATE,
    LOST,
    SERVER_ERROR,
    THROTTLED,
    Faults,
)
from tests.judge import Judge
from tests.rights import may

Json = dict[str, Any]
Result = TypeVar("Result")

START: Final = 1_795_013_997.0
"""When every run begins, in Unix seconds: three seconds before midnight in Japan, so that claims of
two days race one another."""

REGION: Final = "ap-northeast-1"

ANSWER_WITHIN_S: Final = 3.0
"""How long Discord waits for the first answer."""

EXPRESS_LIFE_S: Final = 300.0

TOO_MANY: Final = "Lambda.TooManyRequestsException"
"""What a workflow is told where as many functions run as the account may run at once."""

SIGNER: Final = Signer(
    "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
    "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",  # RFC 8032, 7.1, test 1
)

Mutation = Callable[[Mapping[str, ModuleType]], None]
"""Changes a function's freshly loaded modules, by name, to see whether the suite notices."""

_ANEW: Final = ("adapters.", "commands.")
"""Packages of which each instance has modules of its own; the domain has no state."""

_FUNCTIONS: Final = str(ROOT / "functions")

_SHARED: Final = frozenset(
    {
        "adapters.aws",
        "adapters.http1",
        "adapters.logs",
        "adapters.metrics",
        "commands.asked",
        "commands.command",
    }
)
"""Modules whose clients this world takes the place of, or without state."""


class World:
    """One run's world. Use it inside `entered`."""

    def __init__(
        self,
        seed: int,
        workflow_type: str = "STANDARD",
        *,
        faults: Faults | None = None,
        mutation: Mutation | None = None,
        machines: Mapping[str, asl.Definition] | None = None,
        concurrency: int | None = None,
        cold_start_s: float = 0.0,
    ) -> None:
        """`concurrency` is how many functions the account may run at once (None: any number), and
        `cold_start_s` how long a new instance of a worker takes before it works."""
        self._seed = seed
        self.rng = random.Random(seed)
        self.clock = Clock(START, self.rng)
        self.faults = faults or Faults(random.Random(f"faults {seed}"), 0.0)
        self.workflow_type = workflow_type
        self.trace = hashlib.sha256()
        self.log: list[str] = []
        self.database = DynamoDB(template.schemas())
        self.bucket: dict[str, bytes] = {}
        """The stack's files, by key."""
        self.functions = Functions(self, mutation, concurrency, cold_start_s)
        self.workflows = Workflows(self, machines or {})
        self.discord = Discord(self)
        self.skews: list[float] = [0.0]
        self.starting = False
        """Whether an instance is just being loaded. Then no time passes, for a module that is half
        imported must not meet another task; and who would be killed would only be started again."""

    # --- side effects -----------------------------------------------------------------------------

    def note(self, what: str) -> None:
        """A line of what happened, in order; equal runs have equal lines."""
        line = f"{self.clock.now - START:9.3f} {current().name} {what}"
        self.trace.update(line.encode() + b"\n")
        self.log.append(line)

    def pause(self, most: float = 0.04) -> None:
        """Something takes a moment, in which others may act."""
        self.clock.sleep(self.rng.uniform(0.001, most))

    def side_effect(
        self,
        boundary: str,
        effect: Callable[[], Result],
        failures: Mapping[str, Callable[[], BaseException]],
    ) -> Result:
        """Do it, unless a fault comes before it, and say so, unless one comes after it."""
        if self.starting:
            fault = self.faults.pick(boundary, self.clock.now)
            self.note(f"start: {boundary}{f' ({fault})' if fault else ''}")
            if fault is not None and fault in failures:
                raise failures[fault]()
            return effect()
        self.pause()
        fault = self.faults.pick(boundary, self.clock.now)
        self.note(f"{boundary}{f' ({fault})' if fault else ''}")
        if fault == KILLED_BEFORE:
            raise Killed(fault)
        if fault not in (None, KILLED_AFTER, LOST):
            self.pause(0.3)
            raise failures[fault]()
        result = effect()
        self.pause()
        if fault == KILLED_AFTER:
            raise Killed(fault)
        if fault == LOST:
            self.clock.sleep(self.rng.choice([0.05, 5.0, 20.0]))
            raise failures[LOST]()
        return result

    @contextmanager
    def entered(self) -> Iterator[World]:
        """The handlers' world is this one while the block lasts."""
        with (
            virtual(),
            _drawing(self._seed),
            mock.patch.object(aws, "dynamodb", return_value=FaultyDynamoDB(self)),
            mock.patch.object(aws, "secrets_manager", return_value=Secrets(self)),
            mock.patch.object(aws, "s3", return_value=Bucket(self)),
            mock.patch.object(aws, "step_functions", return_value=StepFunctionsClient(self)),
            mock.patch.object(aws, "Connection", RealConnection),
            mock.patch.object(requests.adapters.HTTPAdapter, "send", self.discord.send),
            mock.patch.object(  # nobody connects to Discord ahead of an edit
                requests.adapters.HTTPAdapter,
                "get_connection_with_tls_context",
                side_effect=ConnectionRefusedError,
            ),
            mock.patch.dict(os.environ),
            contextlib.redirect_stdout(io.StringIO()),
        ):
            logging.disable(logging.CRITICAL)
            for name in [name for name in os.environ if name.startswith("AWS_ENDPOINT")]:
                del os.environ[name]
            os.environ |= {
                "AWS_REGION": REGION,
                "AWS_ACCESS_KEY_ID": "faults",
                "AWS_SECRET_ACCESS_KEY": "faults",
                "AWS_ENDPOINT_URL": "http://states.faults",
            }
            try:
                yield self
            finally:
                self.clock.stop()
                logging.disable(logging.NOTSET)


@contextmanager
def _drawing(seed: int) -> Iterator[None]:
    """What handlers draw themselves, such as a pause or the order of a round, follows from it."""
    before = random.getstate()
    random.seed(seed)
    try:
        yield
    finally:
        random.setstate(before)


# --- functions ------------------------------------------------------------------------------------


@dataclass
class Instance:
    """A running copy of a function: modules of its own, and a clock that may be wrong."""

    app: ModuleType
    skew: float


@dataclass(frozen=True)
class Answer:
    """How an invocation ended: with a value, or with Lambda's name of the error."""

    value: Any = None
    error: str | None = None
    cause: str = ""


class Functions:
    """Lambda: one invocation to an instance at a time, and a killed instance never again."""

    def __init__(
        self,
        world: World,
        mutation: Mutation | None,
        concurrency: int | None,
        cold_start_s: float,
    ) -> None:
        self._world = world
        self._mutation = mutation
        self._concurrency = concurrency
        self._cold_start_s = cold_start_s
        self._running = 0
        self.throttled: Counter[str] = Counter()
        """How many invocations of each function were refused."""
        self._free: dict[str, list[Instance]] = defaultdict(list)
        self._banner: Callable[[str], str] = str
        self._write_banners()
        self.errors: list[tuple[str, str]] = []
        """Function and error of every invocation that raised."""

    def deploy(self, banner: Callable[[str], str] | None = None) -> None:
        """A new deployment, whose banner files may be changed: from now on, every start of an
        instance sees them. Instances at work finish what they do, and are not used again."""
        self._banner = banner or self._banner
        self._write_banners()
        self._free = defaultdict(list)

    def _write_banners(self) -> None:
        """What the stack's custom resource does in each deployment, before Draw is deployed."""
        for banner_id in banners.ids():
            file = self._banner(banners.text(banner_id)).encode()
            self._world.bucket[files.BANNERS.key(files.BANNERS.hash(file))] = file

    def invoke(self, name: str, event: Any, *, after: float = 0.0) -> tuple[Future, Task]:
        """Start an invocation; its Answer comes in the future, unless nobody is left to give it."""
        answer = Future()
        payload = json.dumps(event)

        def work() -> None:
            if self._concurrency is not None and self._running >= self._concurrency:
                self.throttled[name] += 1
                answer.set(Answer(error=TOO_MANY, cause="Rate Exceeded."))
                return
            self._running += 1
            try:
                run()
            finally:
                self._running -= 1

        def run() -> None:
            task = current()
            task.deadline = self._world.clock.now + template.timeout_of(name)
            free = self._free
            if free[name]:
                instance = free[name].pop()
            else:
                instance = self._load(name)
                if name != "interactions":  # small enough to start within a moment
                    self._world.clock.sleep(self._cold_start_s)
            task.skew = instance.skew
            try:
                value = instance.app.handler(json.loads(payload), None)
                given = Answer(json.loads(json.dumps(value)))
            except Killed as killed:
                task.deadline = None
                answer.set(
                    Answer(
                        error="Sandbox.Timedout" if "timed" in str(killed) else "Runtime.ExitError",
                        cause=str(killed),
                    )
                )
                return
            except Exception as error:
                kind = type(error).__name__
                told = {"errorMessage": str(error), "errorType": kind, "stackTrace": ["…"]}
                given = Answer(error=kind, cause=json.dumps(told))
                self.errors.append((name, f"{type(error).__name__}: {error}"))
            task.deadline = None
            free[name].append(instance)
            answer.set(given)

        return answer, self._world.clock.spawn(f"{current().name}/{name}", work, after)

    def _load(self, name: str) -> Instance:
        """A cold start: the function's own modules and the adapters afresh, the domain shared."""
        os.environ |= self.environment(name)
        own: dict[str, ModuleType] = {}
        with self._loading(own):
            self._read_at_once(importlib.import_module("adapters.inline"))
            with mock.patch.object(http1, "Connection", self._connection):
                app = load_function(name, own_modules=own)
            registry: Any = importlib.import_module("commands.registry")
        registry.import_module = partial(self._later, own)
        domain = {each: module for each, module in sys.modules.items() if each[:6] == "gacha."}
        self._change(domain | own)
        return Instance(app, self._world.rng.choice(self._world.skews))

    def _later(self, own: dict[str, ModuleType], name: str) -> ModuleType:
        """A module of a room, which an instance loads when it is asked for: its own, too."""
        if self._world.starting:  # a module that is being loaded asks for it
            return importlib.import_module(name)
        if name not in own:
            before = own.copy()
            with self._loading(own):
                importlib.import_module(name)
            self._change({each: own[each] for each in own if each not in before})
        return own[name]

    @contextmanager
    def _loading(self, own: dict[str, ModuleType]) -> Iterator[None]:
        """What is imported is an instance's own, beside what it has; no fault happens meanwhile."""
        self._world.starting = True
        try:
            with _once_read(), _afresh(own):
                yield
        finally:
            self._world.starting = False

    def _change(self, loaded: dict[str, ModuleType]) -> None:
        if "adapters.banners" in loaded:
            _replace_banners(loaded["adapters.banners"], self._banner)
        if self._mutation:
            self._mutation(loaded)

    def _read_at_once(self, inline: Any) -> None:
        """What a first answer reads, it reads in a thread of its own, which this world's clock
        knows nothing of: here it is there at once. That it may be late, or not come, is
        tests/unit/test_visibility.py's."""

        class Reading:
            def __init__(self, read: Callable[[], None]) -> None:
                read()

            def wait(self, seconds: float) -> None:
                pass

        def get(table: str, key: Any, **_: object) -> Any:
            return self._world.database.get_item(TableName=os.environ[table], Key=dict(key))

        inline.Reading, inline.get, inline.connect = Reading, get, lambda: None

    def _connection(self, _host: str, _port: int, *, read_s: float, **_: object) -> Connection:
        return Connection(self._world, read_s)

    def environment(self, name: str) -> dict[str, str]:
        given = template.environment_of(name, self._world.workflow_type)
        values = {key: str(value) for key, value in given.items()}
        values["DISCORD_PUBLIC_KEY"] = SIGNER.public_key
        if "SEALING_PUBLIC_KEY" in values:
            values["SEALING_PUBLIC_KEY"] = sealing_key()
        return values


@contextmanager
def _afresh(own: dict[str, ModuleType]) -> Iterator[None]:
    """Modules of adapters and rooms are imported anew during the block, beside those that are `own`
    already and into them; then all is as before, so that each instance has its own."""

    def take() -> dict[str, ModuleType]:
        names = [each for each in sys.modules if each[:9] in _ANEW and each not in _SHARED]
        taken = {each: sys.modules.pop(each) for each in names}
        for each in taken:
            parent, _, name = each.partition(".")
            vars(sys.modules[parent]).pop(name, None)  # where `from package import module` looks
        return taken

    def put(modules: dict[str, ModuleType]) -> None:
        for each, module in modules.items():
            if each[:9] in _ANEW:
                sys.modules[each] = module
                if each.count(".") == 1:
                    parent, _, name = each.partition(".")
                    setattr(sys.modules[parent], name, module)

    before = take()
    put(own)
    try:
        yield
    finally:
        own |= take()
        put(before)


@contextmanager
def _once_read() -> Iterator[None]:
    """The files of the modules that are imported during the block are read for the first instance,
    and run for each: a run has tens of instances of two hundred modules."""
    sys.meta_path.insert(0, _Files)
    try:
        yield
    finally:
        sys.meta_path.remove(_Files)


class _Files(MetaPathFinder):
    _specs: Final[dict[tuple[str, str], ModuleSpec | None]] = {}

    @classmethod
    def find_spec(cls, name: str, path: Any = None, target: Any = None) -> ModuleSpec | None:
        folder = ""
        if name[:9] not in _ANEW:
            folder = sys.path[0]  # functions' own modules have the same names
            if "." in name or not folder.startswith(_FUNCTIONS):
                return None
            path = [folder]
        if (folder, name) not in cls._specs:
            spec = PathFinder.find_spec(name, path, target)
            if spec is not None and isinstance(spec.loader, SourceFileLoader):
                spec.loader = _File(name, spec.loader.path)
            cls._specs[folder, name] = spec
        return cls._specs[folder, name]


class _File(SourceFileLoader):
    def get_code(self, name: str) -> CodeType | None:
        if not hasattr(self, "code"):
            self.code = super().get_code(name)
        return self.code


def _replace_banners(banners: Any, changed: Callable[[str], str]) -> None:
    """Let an instance's banners be those of another deployment."""
    shipped = banners.text

    def text(banner_id: str) -> str:
        return changed(shipped(banner_id))

    def load(banner_id: str) -> Any:
        if banner_id not in banners.ids():
            raise KeyError(banner_id)
        return _parsed(text(banner_id))

    banners.text, banners.load = text, load


@lru_cache(maxsize=64)
def _parsed(toml: str) -> Any:
    return importlib.import_module("gacha.banner").parse(toml.encode(), "changed.toml")


def sealing_key() -> str:
    """What the stack's setup resource publishes, from the secret that this world's stack has."""
    sealing = importlib.import_module("adapters.sealing")
    return bytes(sealing.private_key(secret_of("SealingSecret")).public_key).hex()


def secret_of(name: str) -> str:
    """The content of a secret: letters that follow from its name."""
    return hashlib.sha256(name.encode()).hexdigest()


# --- AWS as `adapters.aws` shows it ---------------------------------------------------------------
# What its client raises once its tries are used up: tests/unit/test_aws.py shows that it does.

Failures = Mapping[str, Callable[[], BaseException]]

_OUTAGE: Final = {
    LOST: lambda: aws.UnreachableError("TimeoutError"),
    SERVER_ERROR: lambda: aws.UnreachableError("500 InternalServerError"),
    "outage": lambda: aws.UnreachableError("ConnectionRefusedError"),
}


def _refused(code: str) -> Callable[[], aws.ServiceError]:
    return lambda: aws.ServiceError(code, "injected")


def as_the_client_says(call: Callable[[], Result]) -> Result:
    """The call's result, or its error, which boto3 raises, as our client raises it."""
    try:
        return call()
    except ClientError as error:
        more = {name: each for name, each in error.response.items() if name != "Error"}
        said = error.response["Error"]
        raise aws.ServiceError(said["Code"], said["Message"], more) from None


class FaultyDynamoDB:
    """The client that the adapters hold: the tables behind everything that can go wrong."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._database = world.database
        self._failures: Failures = {
            **_OUTAGE,
            THROTTLED: _refused("ProvisionedThroughputExceededException"),
            CONFLICT: _refused("TransactionConflictException"),
        }

    def connect(self) -> None:
        """Nothing is asked yet."""

    def get_item(self, **request: Any) -> Any:
        return self._read("read", "get_item", request)

    def query(self, **request: Any) -> Any:
        return self._read("read", "query", request)

    def _read(self, boundary: str, operation: str, request: Json) -> Any:
        effect = getattr(self._database, operation)
        return self._world.side_effect(
            boundary, lambda: as_the_client_says(lambda: effect(**request)), self._failures
        )

    def batch_get_item(self, **request: Any) -> Any:
        left = self._world.faults.chance("batch read", "unprocessed keys", self._world.faults.rate)
        if not left:
            return self._read("batch read", "batch_get_item", request)
        # The first half is answered, the rest, at least one key, is not.
        answered, unprocessed = deepcopy(request), {}
        for table, asked in request["RequestItems"].items():
            half = len(asked["Keys"]) // 2
            answered["RequestItems"][table]["Keys"] = asked["Keys"][:half]
            unprocessed[table] = {**asked, "Keys": asked["Keys"][half:]}
        answer = self._read("batch read", "batch_get_item", answered)
        return {**answer, "UnprocessedKeys": unprocessed}

    def update_item(self, **request: Any) -> Any:
        return self._read("mark", "update_item", request)

    def transact_write_items(self, **request: Any) -> Any:
        """Of what erases; all others' are the workflows' own."""
        assert current().name.endswith("/erase"), f"{current().name} may not write"
        return self._read("blanking", "transact_write_items", request)

    def batch_write_item(self, **request: Any) -> Any:
        assert current().name.endswith("/erase"), f"{current().name} may not delete"
        rate = self._world.faults.rate
        if not self._world.faults.chance("deletion", "unprocessed rows", rate):
            return self._read("deletion", "batch_write_item", request)
        [(table, asked)] = request["RequestItems"].items()
        half = len(asked) // 2  # is left
        done = {"RequestItems": {table: asked[half:]}}
        answer = self._read("deletion", "batch_write_item", done)
        return {**answer, "UnprocessedItems": {table: asked[:half]} if half else {}}


class Bucket:
    """The stack's bucket, as the adapters' client shows it."""

    def __init__(self, world: World) -> None:
        self._world = world

    def connect(self) -> None:
        """In a thread of the start's, which this world's clock knows nothing of: it takes no time,
        and changes nothing."""

    def get_object(self, key: str, most: int) -> bytes | None:
        failures = {**_OUTAGE, THROTTLED: _refused("SlowDown")}
        function = current().name.rpartition("/")[2]
        assert may(function, "GetObject", key), f"{function} may not read {key}"
        found = self._world.bucket.get(key)
        if found is not None and len(found) > most:
            raise aws.ServiceError(aws.TOO_LARGE)
        return self._world.side_effect("file", lambda: found, failures)

    def put_object(self, key: str, body: bytes, content_type: str, *, once: bool) -> None:
        """With `once` what is there stays, and the client says nothing of it."""
        failures = {**_OUTAGE, THROTTLED: _refused("SlowDown")}
        function = current().name.rpartition("/")[2]
        assert may(function, "PutObject", key), f"{function} may not write {key}"

        def put() -> None:
            if not (once and key in self._world.bucket):
                self._world.bucket[key] = body

        self._world.side_effect("file written", put, failures)


class Secrets:
    """Secrets Manager."""

    def __init__(self, world: World) -> None:
        self._world = world

    def get_secret_value(self, *, SecretId: str) -> Json:
        failures = {**_OUTAGE, THROTTLED: _refused("ThrottlingException")}
        answer = {"SecretString": secret_of(SecretId)}
        return self._world.side_effect("secret", lambda: answer, failures)

    def close(self) -> None:
        """Nothing is open."""


# --- Step Functions -------------------------------------------------------------------------------


@dataclass
class Execution:
    """One run of a workflow: as Step Functions' console shows it."""

    machine: str
    kind: str
    name: str
    input: str
    definition: asl.Definition
    status: str = "RUNNING"
    state: str = ""
    data: Any = None
    began: float = 0.0
    stopped: float = 0.0
    error: str = ""
    outputs: list[tuple[str, Any]] = field(default_factory=list)
    """Every state that was entered, with its input."""
    task: Task | None = None

    @property
    def arn(self) -> str:
        return f"{self.machine}:{self.name}"

    def described(self) -> Json:
        """As DescribeExecution and ListExecutions have it."""
        return {
            "executionArn": self.arn,
            "stateMachineArn": self.machine,
            "name": self.name,
            "status": self.status,
            "input": self.input,
            "startDate": self.began,
            **({"stopDate": self.stopped} if self.stopped else {}),
        }


class Aborted(Exception):
    """Somebody stopped the execution."""


class TimedOut(Exception):
    """The execution lived longer than it may."""


class Workflows:
    """The state machines and their executions."""

    def __init__(self, world: World, changed: Mapping[str, asl.Definition]) -> None:
        self._world = world
        self._machines = {}
        for name in template.MACHINES:
            kind, definition = template.machine(name, world.workflow_type)
            self._machines[f"{name.title()}StateMachine"] = kind, changed.get(name, definition)
        self.executions: list[Execution] = []
        self.ended: list[Callable[[Execution], None]] = []

    def start(self, machine: str, name: str, input_: str) -> tuple[int, Json]:
        """StartExecution: the HTTP status and the answer."""
        if machine not in self._machines:
            return 400, {"__type": "StateMachineDoesNotExist"}
        kind, definition = self._machines[machine]
        if kind == "STANDARD":
            for known in self.executions:
                if (known.machine, known.name) == (machine, name):
                    if known.status == "RUNNING" and known.input == input_:
                        return 200, {"executionArn": known.arn}
                    return 400, {"__type": "ExecutionAlreadyExists"}
        execution = Execution(machine, kind, name, input_, definition)
        execution.state, execution.data = definition.start_at, json.loads(input_)
        self.executions.append(execution)
        self._go(execution)
        return 200, {"executionArn": execution.arn}

    def redrive(self, execution: Execution) -> None:
        """Go on with a failed execution where it ended, as the console's button does."""
        if execution.kind != "STANDARD" or execution.status in ("RUNNING", "SUCCEEDED"):
            raise LookupError("only a failed Standard execution can be redriven")
        self._go(execution)

    def abort(self, execution: Execution) -> None:
        if execution.task is not None and execution.status == "RUNNING":
            self._world.clock.interrupt(execution.task, Aborted())

    def _go(self, execution: Execution) -> None:
        """Run it from the state that it is in."""
        execution.status, execution.began = "RUNNING", self._world.clock.now
        execution.stopped = 0.0
        host = ExecutionHost(self._world, execution)
        seen = {
            "Input": json.loads(execution.input),
            "Name": execution.name,
            "Id": execution.arn,
        }

        def work() -> None:
            try:
                self._world.pause()
                asl.run(execution.definition, host, seen, execution.state, execution.data)
                execution.status = "SUCCEEDED"
            except asl.StateError as error:
                execution.status, execution.error = "FAILED", str(error)
            except Aborted:
                execution.status = "ABORTED"
            except TimedOut:
                execution.status = "TIMED_OUT"
            execution.stopped = self._world.clock.now
            self._world.note(f"ends {execution.status}")
            for told in self.ended:
                told(execution)

        execution.task = self._world.clock.spawn(f"{execution.machine[:4]}-{execution.name}", work)


class ExecutionHost:
    """Where one execution runs."""

    def __init__(self, world: World, execution: Execution) -> None:
        self._world = world
        self._execution = execution

    def _left(self) -> float:
        life = self._execution.definition.timeout or 365 * 86_400
        if self._execution.kind == "EXPRESS":
            life = min(life, EXPRESS_LIFE_S)
        return self._execution.began + life - self._world.clock.now

    def now(self) -> float:
        return self._world.clock.now

    def sleep(self, seconds: float) -> None:
        if seconds > self._left():
            self._world.clock.sleep(max(0.0, self._left()))
            raise TimedOut
        self._world.clock.sleep(seconds)

    def random(self) -> float:
        return self._world.rng.random()

    def entered(self, state: str, data: Any) -> None:
        self._execution.state, self._execution.data = state, data
        self._execution.outputs.append((state, data))
        self._world.note(f"enters {state}")
        self.sleep(self._world.rng.uniform(0.001, 0.02))

    def invoke(self, function: str, payload: Any, timeout: float | None) -> Any:
        world, name = self._world, template.function_of(function)
        fault = world.faults.pick(name.title(), world.clock.now)
        if fault:
            world.note(f"invoke {name} ({fault})")
        if fault == KILLED_BEFORE:
            self.sleep(world.rng.uniform(0.01, 1.0))
            raise asl.StateError("Lambda.Unknown", fault)
        if fault == THROTTLED:
            raise asl.StateError(TOO_MANY, "Rate Exceeded.")
        late = (timeout or 60.0) + world.rng.uniform(-20, 20) if fault == LATE else 0.0
        answer, _ = world.functions.invoke(name, payload, after=late)
        came = answer.wait(min(timeout or 1e9, max(0.0, self._left())))
        if self._left() <= 0:
            raise TimedOut
        if not came:
            raise asl.StateError("States.Timeout", name)
        if fault in (KILLED_AFTER, LOST):
            if fault == LOST:
                self.sleep(world.rng.choice([0.1, 5.0]))
            raise asl.StateError(
                "Lambda.Unknown" if fault == KILLED_AFTER else "Lambda.SdkClientException", fault
            )
        given: Answer = answer.value
        if given.error is not None:
            raise asl.StateError(given.error, given.cause)
        return given.value

    def call(self, service: str, action: str, arguments: Any, timeout: float | None) -> Any:
        """DynamoDB, called by the workflow itself: there is no code to be killed, but an answer can
        be lost, and the call can arrive after the state gave it up."""
        operation = _CALLED[service, action]
        asked = {name: each for name, each in arguments.items() if name in _ASKED}
        if unknown := arguments.keys() - _ASKED - {"ReturnConsumedCapacity"}:
            raise NotImplementedError(f"{action}: {sorted(unknown)}")
        plain_types(asked)
        world, boundary, longest = self._world, self._execution.state, timeout or 60.0

        def effect() -> Any:
            world.note(f"{boundary} arrives")
            if has_empty(asked):
                raise asl.StateError("DynamoDb.DynamoDbException", "an AttributeValue is empty")
            try:
                answer = getattr(world.database, operation)(**asked)
            except ClientError as error:
                code = error.response["Error"]["Code"]
                raise asl.StateError(f"DynamoDb.{code}", str(error)) from None
            return {"ConsumedCapacity": [{"TableName": "any", "CapacityUnits": 2.0}], **answer}

        def late() -> None:
            with contextlib.suppress(asl.StateError):
                effect()

        world.pause()
        fault = world.faults.pick(boundary, world.clock.now)
        world.note(f"{boundary}{f' ({fault})' if fault else ''}")
        match fault:
            case "TransactionConflict" | "throttled":
                world.pause(0.3)
                cancelled = "TransactionCanceledException"
                name = cancelled if action == "transactWriteItems" else "ThrottlingException"
                raise asl.StateError(f"DynamoDb.{name}", f"injected: {fault}")
            case "server error" | "outage":
                self.sleep(world.rng.choice([0.1, 5.0]))
                raise asl.StateError("DynamoDb.InternalServerErrorException", fault)
            case "answers after its timeout":
                world.clock.spawn(
                    f"{current().name}/late {boundary}", late, longest + world.rng.uniform(-5, 30)
                )
                self.sleep(longest)
                raise asl.StateError("States.Timeout", boundary)
            case "answer lost":
                late()
                self.sleep(world.rng.choice([0.05, 5.0, longest]))
                raise asl.StateError("DynamoDb.SdkClientException", fault)
        answer = effect()
        world.pause()
        return answer


_CALLED: Final = {
    ("dynamodb", "transactWriteItems"): "transact_write_items",
    ("dynamodb", "getItem"): "get_item",
}
_ASKED: Final = frozenset({"TransactItems", "TableName", "Key", "ConsistentRead"})


def plain_types(value: Any) -> None:
    """Raises NotImplementedError for an attribute value that Step Functions' own calls of DynamoDB
    write under another name than boto3 does: all but S, N, L and M."""
    if isinstance(value, list):
        for each in value:
            plain_types(each)
    elif isinstance(value, dict):
        if len(value) == 1 and (name := next(iter(value))) in _OTHER_TYPES:
            raise NotImplementedError(f"a workflow's call with a value of type {name}")
        for each in value.values():
            plain_types(each)


def has_empty(value: Any) -> bool:
    """Whether an attribute value has no type, as one has whose text was not in the input: DynamoDB
    answers ValidationException. A map without members is none of them."""
    if isinstance(value, list):
        return any(map(has_empty, value))
    if not isinstance(value, dict) or value == {"M": {}}:
        return False
    return not value or any(map(has_empty, value.values()))


_OTHER_TYPES: Final = frozenset({"B", "BOOL", "NULL", "SS", "NS", "BS"})


class Connection:
    """`http1.Connection`, as `interactions` uses it, to Step Functions."""

    def __init__(self, world: World, timeout: float) -> None:
        self._world = world
        self._timeout = timeout
        self.is_open = False

    def connect(self) -> None:
        self.is_open = True

    def close(self) -> None:
        self.is_open = False

    def ask(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes, _most: None
    ) -> http1.Answer:
        if (method, path) != ("POST", "/"):
            raise NotImplementedError(f"{method} {path}")
        if headers["x-amz-target"] != "AWSStepFunctions.StartExecution":
            raise NotImplementedError(headers["x-amz-target"])
        self.connect()
        world, asked = self._world, json.loads(body)

        def start() -> tuple[int, Json]:
            return world.workflows.start(asked["stateMachineArn"], asked["name"], asked["input"])

        world.pause()
        fault = world.faults.pick("StartExecution", world.clock.now)
        world.note(f"StartExecution{f' ({fault})' if fault else ''}")
        match fault:
            case None:
                answer = start()
                world.pause()
            case "killed before":
                raise Killed(fault)
            case "killed after":
                start()
                world.pause()
                raise Killed(fault)
            case "throttled":
                world.pause()
                answer = 400, {"__type": "ThrottlingException"}
            case "server error":
                if world.rng.random() < 0.5:
                    start()
                world.pause()
                answer = 500, {"__type": "InternalFailure"}
            case "connection closed":
                if world.rng.random() < 0.5:
                    start()
                world.pause()
                raise ConnectionResetError("closed")
            case "answer lost":
                start()
                world.clock.sleep(self._timeout)
                raise TimeoutError("timed out")
            case "slow":
                late = world.rng.uniform(0, 2 * self._timeout)
                world.clock.spawn(f"{current().name}/slow start", lambda: (start(), None)[1], late)
                world.clock.sleep(min(late, self._timeout))
                if late > self._timeout:
                    raise TimeoutError("timed out")
                world.pause()
                answer = 200, {}
        return http1.Answer(answer[0], {}, json.dumps(answer[1]).encode())


class StepFunctionsClient:
    """The client of functions that look at executions or start them."""

    def __init__(self, world: World) -> None:
        self._world = world

    def _call(self, effect: Callable[[], Result]) -> Result:
        failures = {**_OUTAGE, THROTTLED: _refused("ThrottlingException")}
        return self._world.side_effect("Step Functions", effect, failures)

    def start_execution(self, **asked: str) -> Json:
        def start() -> Json:
            status, answer = self._world.workflows.start(
                asked["stateMachineArn"], asked["name"], asked["input"]
            )
            if status != 200:
                raise aws.ServiceError(answer["__type"])
            return answer

        return self._call(start)

    def describe_execution(self, **asked: str) -> Json:
        def describe() -> Json:
            for execution in self._world.workflows.executions:
                if execution.arn == asked["executionArn"] and execution.kind == "STANDARD":
                    return execution.described()
            raise aws.ServiceError("ExecutionDoesNotExist")

        return self._call(describe)

    def list_executions(self, **asked: str) -> Json:
        """All in one page, the newest first."""
        found = [
            execution.described()
            for execution in reversed(self._world.workflows.executions)
            if execution.machine == asked["stateMachineArn"]
            and execution.status == asked["statusFilter"]
        ]
        return self._call(lambda: {"executions": found})


# --- Discord --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Edit:
    """A request for a message that reached Discord, and whether it changed it."""

    at: float
    body: Json
    applied: bool


class Discord:
    """Discord's webhooks, behind requests' transport adapter: what the bundled stand-in keeps of
    them, and the rules of the tests' judge."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.judge = Judge()
        self.webhooks = Webhooks()
        self.deferred: dict[str, float] = {}
        """The tokens whose first answer was a deferral, and when Discord got it."""
        self.expires: dict[str, float] = {}
        self.edits: dict[str, list[Edit]] = defaultdict(list)

    def message(self, token: str) -> Json | None:
        """What stands in place of "thinking…"."""
        known = self.webhooks.tokens.get(token)
        return None if known is None else next(iter(known.messages.values()), None)

    def send(
        self, request: requests.PreparedRequest, timeout: Any = None, **_: Any
    ) -> requests.Response:
        """HTTPAdapter.send, bound to this Discord."""
        path = WEBHOOK_PATH.fullmatch(urlsplit(str(request.url)).path)
        if path is None:
            raise NotImplementedError(f"{request.method} of something that is no webhook")
        world, token = self._world, unquote(path["token"])
        world.pause()
        fault = world.faults.pick("PATCH", world.clock.now)
        known = self.webhooks.tokens.setdefault(token, Token())
        if script := _script_of(fault):
            self.webhooks.set_script(token, [script])
            fault = None
        world.note(f"{request.method} {f'({fault})' if fault else ''}")
        if fault == KILLED_BEFORE:
            raise Killed(fault)
        if fault == "refused connection":
            raise requests.ConnectionError("injected")
        if fault == "expired while retrying":
            self.expires[token] = world.clock.now
        entry = known.script.next(world.clock.now)
        if entry["do"] == "slow":
            if float(entry["seconds"]) > timeout[1]:
                world.clock.spawn(
                    f"{current().name}/late edit",
                    lambda: (self._apply(request, path, token), None)[1],
                    float(entry["seconds"]),
                )
                world.clock.sleep(timeout[1])
                raise requests.ReadTimeout("injected")
            world.clock.sleep(float(entry["seconds"]))
        refused = self._refused(token, fault)
        status: int = 0
        content: Json | bytes | None = None
        if refused:
            status, content = refused
        elif entry["do"] in ("deliver", "slow") or entry.get("applied"):
            status, content = self._apply(request, path, token)
        if entry["do"] not in ("deliver", "slow"):
            status, content = scripted(entry)
        world.pause(0.2)
        if fault == KILLED_AFTER:
            raise Killed(fault)
        match entry["do"]:
            case "never":
                world.clock.sleep(timeout[1])
                raise requests.ReadTimeout("injected")
            case "cut":
                raise requests.ConnectionError("injected")
        return _response(request, status, content, entry["do"])

    def _refused(self, token: str, fault: str | None) -> tuple[int, Any] | None:
        """What the token's state says, whatever the body."""
        now = self._world.clock.now
        if fault == "invalid form":
            return error(400, "Invalid Form Body", 50035)
        if now >= self.expires.get(token, float("inf")):
            return FAILURES["invalid_token"]
        if token not in self.deferred:
            return FAILURES["unknown_webhook"]
        return None

    def _apply(
        self, request: requests.PreparedRequest, path: re.Match[str], token: str
    ) -> tuple[int, Any]:
        body = request.body or b""
        body = body.encode() if isinstance(body, str) else body
        kind = str(request.headers["Content-Type"])
        refused = len(self.judge.refused)
        reply = self.webhooks.apply(str(request.method), path, kind, body, self.judge.ask)
        if self.judge.has_bare_words(token) and "components_v2" in str(reply[1]):
            # What follows the last resort, after a form that was refused by a fault, takes it, too.
            del self.judge.refused[refused:]
        edit = Edit(self._world.clock.now, joined(kind, body), reply[0] < 300)
        self.edits[token].append(edit)
        return reply


def _script_of(fault: str | None) -> Json | None:
    """The stand-in's script for a fault that is one of Discord's."""
    scripts: dict[str | None, Json] = {
        "429": {"do": "rate_limit", "retry_after": 4.2},
        "429 of Cloudflare": {"do": "cloudflare", "times": 2},
        "404 for ten seconds": {"do": "unknown_webhook", "for": 10},
        "404 for ever": {"do": "unknown_webhook", "times": "forever"},
        "404 message deleted": {"do": "unknown_message", "times": "forever"},
        "401 invalid token": {"do": "invalid_token", "times": "forever"},
        "500 once": {"do": "server_error", "status": 503},
        "500 for ever": {"do": "server_error", "times": "forever"},
        "slow": {"do": "slow", "seconds": 6},
        "never answers": {"do": "never"},
        "closed half-way": {"do": "cut"},
        "applied, answer lost": {"do": "cut", "applied": True},
    }
    return scripts.get(fault)


def _response(
    request: requests.PreparedRequest, status: int, content: Json | bytes | None, kind: str
) -> requests.Response:
    response = requests.Response()
    response.status_code = status
    response.request = request
    response.url = str(request.url)
    data = content if isinstance(content, bytes) else json.dumps(content).encode()
    response.raw = io.BytesIO(data)
    if kind != "cloudflare":
        response.headers["Via"] = "1.1 google"
    if kind == "rate_limit" and isinstance(content, dict):
        response.headers["Retry-After"] = str(int(content["retry_after"]) + 1)
    return response
