"""Starts the local cloud: ministack, the Discord stand-in, and the stack that `sam` deploys."""

import contextlib
import fcntl
import hashlib
import json
import os
import platform
import re
import secrets
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Final, Self

import boto3
import requests
import yaml
from botocore.config import Config

from local import LOCAL, ROOT, built, ministack, remembered, write_private
from local.client import Signer, ping
from local.discord_application import BOT_TOKEN
from local.discord_standin import Discord, DiscordStandin
from local.playground import pulls
from local.playground.experiments import Experiments, audit
from local.playground.relay import Playground, PlaygroundError, commands
from local.processes import Group, adopt_orphans
from local.proxy import Server, proxy
from scripts import build
from scripts.install import WHEELS, Progress, replace
from scripts.stack import LOCAL_NAME, Deployment
from scripts.template import TemplateError, parsed

BUCKET: Final = "deployments"
ENCRYPTED_OR_HERE: Final = re.compile(
    r"(https://[^/?#@\s]+|http://(127\.0\.0\.1|localhost)(:[0-9]{1,5})?)(/[^?#\s]*)?"
)
"""Where messages may be sent: an address whose path holds an interaction's token is encrypted, or
does not leave this machine."""
REMOVAL: Final = 3  # seconds
SAVED_WITHIN: Final = 5
"""Seconds that ministack may take to save everything; a run has ten to end."""
FAILURES: Final = "failures.jsonl"
"""As in local/aws.py, which runs in another environment."""
RELOADED_WITHIN: Final = 2.5
"""Seconds that it may take to bring the packages up to date, on a busy machine."""
OWNER: Final = "owner.lock"
"""Held by the process whose folder it lies in, and given up by the kernel however that ends."""

PROGRAMS: Final = Path(sys.executable).parent
"""Where this environment's `sam` is, and the `pip` that it calls."""

STACK_FILE: Final = LOCAL / "stack.json"
BUILD: Final = LOCAL / "build"
NEW_BUILD: Final = LOCAL / "build.new"
BUILD_STAMP: Final = BUILD / "inputs.sha256"
"""Of all that is built; and of what the packages alone are made of."""
PACKAGES_STAMP: Final = BUILD / "packages.sha256"
PACKAGE_INPUTS: Final = [
    ROOT / name for name in ("functions", "layers", "requirements", "samconfig.toml")
]
BUILD_INPUTS: Final = [*PACKAGE_INPUTS, ROOT / "template.yaml", ROOT / "statemachines"]


class StartError(Exception):
    """The local cloud did not start; the message is for the person who started it."""


class StoppedError(Exception):
    """Somebody asked for the end while it was still starting."""


@dataclass(frozen=True)
class Stack:
    """A running local cloud."""

    port: int
    outputs: Mapping[str, str]
    region: str = ministack.REGION
    secret_access_key: str = field(default=ministack.SECRET_ACCESS_KEY, repr=False)

    @property
    def interactions_url(self) -> str:
        return f"http://127.0.0.1:{self.port}/interactions"

    @property
    def aws_endpoint_url(self) -> str:
        return f"http://127.0.0.1:{self.port + 1}"

    @property
    def standin_url(self) -> str:
        return f"http://127.0.0.1:{self.port + 2}"

    @property
    def credentials(self) -> dict[str, str]:
        """What the local AWS wants to be signed with, as boto3 takes it."""
        return {
            "aws_access_key_id": ministack.ACCESS_KEY_ID,
            "aws_secret_access_key": self.secret_access_key,
        }

    def client(self, service: str) -> Any:
        """A boto3 client of the local AWS."""
        return boto3.client(  # type: ignore[call-overload]
            service,
            endpoint_url=self.aws_endpoint_url,
            region_name=self.region,
            **self.credentials,
            config=Config(max_pool_connections=50, proxies={}, retries={"total_max_attempts": 1}),
        )

    @property
    def deployment(self) -> Deployment:
        """The stack as the operator's tools know it."""
        return Deployment(
            LOCAL_NAME,
            self.region,
            self.outputs,
            self.aws_endpoint_url,
            credentials=self.credentials,
        )

    @contextlib.contextmanager
    def published(self, path: Path = STACK_FILE) -> Iterator[None]:
        """Let `running` and other programs find the stack during the block."""
        described = {
            "aws_endpoint_url": self.aws_endpoint_url,
            "region": self.region,
            **self.credentials,
            "outputs": dict(self.outputs),
        }
        text = json.dumps(described, indent=2) + "\n"
        unfinished = path.with_suffix(f".{os.getpid()}")
        write_private(unfinished, text)
        unfinished.replace(path)
        try:
            yield
        finally:
            with contextlib.suppress(FileNotFoundError):
                if path.read_text() == text:  # and not that of another stack started since
                    path.unlink()

    @classmethod
    def running(cls, path: Path = STACK_FILE) -> Self | None:
        """The stack that `make run` keeps, if it is up."""
        with contextlib.suppress(OSError, ValueError, KeyError):
            described = json.loads(path.read_text())
            port = int(described["aws_endpoint_url"].rpartition(":")[2]) - 1
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return cls(
                port,
                described["outputs"],
                described["region"],
                described["aws_secret_access_key"],
            )
        return None


class LocalCloud:
    """A context manager: a stack on `port` and the two ports after it, until the block ends; with
    `playground`, a page to play on at the next one. Where there can be none, the rest goes on.

    `stopping` is asked several times a second while it starts; StoppedError follows a yes.
    `say` gets a line about each step, and one every few seconds while a step takes long. What was
    deployed before, unchanged, is taken over and not deployed again; `keeps` takes over the tables
    of the last run that kept its own, too, and leaves these to the next. `judge` is asked what
    Discord would say to each message that nobody plays for.
    """

    def __init__(
        self,
        port: int,
        signer: Signer,
        *,
        discord_api_base_url: str | None = None,
        discord_cdn_base_url: str | None = None,
        parameters: Mapping[str, str] | None = None,
        playground: bool = False,
        keeps: bool = False,
        judge: Discord | None = None,
        say: Callable[[str], None] = lambda line: None,
        stopping: Callable[[], bool] = lambda: False,
    ) -> None:
        self.port = port
        self._signer = signer
        self._discord_api_base_url = discord_api_base_url
        self._discord_cdn_base_url = discord_cdn_base_url
        self._parameters = parameters or {}
        self._has_playground = playground
        self.playground: Playground | None = None
        self.missing_page = ""
        """Why there is no page, in a sentence."""
        self._keeps = keeps
        self._judge = judge
        self._progress = Progress(say)
        self._say = self._progress.say
        self._stopping = stopping
        self._state = LOCAL / f"run-{port}"
        self._ends = contextlib.ExitStack()
        self._ministack: Group | None = None
        self._standin: DiscordStandin | None = None
        self._stack = Stack(port, {})
        self._told_failures = 0

    @property
    def _memory(self) -> Path:
        """The folder of ministack's state files."""
        return remembered.kept() if self._keeps else self._state / "memory"

    @property
    def ministack_log(self) -> Path:
        return self._state / "ministack.log"

    def workers(self) -> dict[int, str]:
        """The processes in which functions run, by pid, each with what names its function.

        Linux only. A worker's command line has the folder ministack-lambda-<function>-<random>.
        """
        found = {}
        for folder in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                command = (folder / "cmdline").read_bytes().decode().replace("\0", " ")
                named = re.search(r"ministack-lambda-(\S+)-[^-/]+/_worker", command)
                ours = self._ministack and os.getpgid(int(folder.name)) == self._ministack.pgid
                if named and ours:
                    found[int(folder.name)] = named[1]
        return found

    def failures(self) -> list[str]:
        """What functions raised since this was last asked, a line for a person each; those that
        came at once and are alike are one."""
        file = self._state / "tmp" / FAILURES
        if not file.exists():
            return []
        with file.open() as told:
            told.seek(self._told_failures)
            lines = [line for line in told if line.endswith("\n")]
        self._told_failures += sum(len(line.encode()) for line in lines)
        alike: dict[tuple[str, str], list[str]] = {}
        for line in lines:
            failed = json.loads(line)
            if failed["error"] == "PatienceError":  # Discord asked to wait; the workflow does
                continue
            alike.setdefault((failed["function"], failed["error"]), []).append(failed["receipt"])
        return [
            f"{function} raised {error}"
            + (f" (receipt number {receipts[-1]})" if receipts[-1] else "")
            + (f", {len(receipts)} times" if len(receipts) > 1 else "")
            + f": the traceback is in {self.ministack_log}"
            for (function, error), receipts in alike.items()
        ]

    def alive(self) -> bool:
        return self._ministack is not None and self._ministack.status() is None

    def deploy_again(self, **parameters: str) -> Mapping[str, str]:
        """Deploy the running stack anew, with these parameters on top; returns its outputs."""
        overrides = [f"{name}={value}" for name, value in parameters.items()]
        with self._build_lock():
            self._sam("deploy", *self._deploy_arguments(), *overrides)
        return self._outputs()

    def deploy_changes(self) -> Stack:
        """Build what has changed and deploy it onto the running stack, whose tables stay. Raises
        StartError; then the stack stands as it was."""
        with self._progress.step("deploying the change"), self._build_lock():
            inputs = self._inputs()
            self._deploy()
            self._remember(inputs)
        self._stack = Stack(self.port, self._outputs())
        if self.playground:
            self.playground.use(self._stack)
        return self._stack

    def reload(self) -> None:
        """Let the functions' next calls run what their source says now."""
        if not self._order("reload", RELOADED_WITHIN):
            self._say(f"the local AWS has not taken this over yet; see {self.ministack_log}")
        if self.playground:
            try:
                self.playground.register(commands())
            except PlaygroundError as error:
                self._say(f"the page to play on lists the commands as they were: {error}")

    def __enter__(self) -> Stack:
        started = time.monotonic()
        adopt_orphans()
        try:
            with self._progress.step("starting"):
                stack = self._start()
        except BaseException:
            self._ends.close()
            raise
        self._say(f"the local cloud is up after {time.monotonic() - started:.1f} s")
        return stack

    def __exit__(self, *_: object) -> None:
        with self._progress.step("ending"):
            self._ends.close()

    def _start(self) -> Stack:
        self._check_ports()
        self._say("looking for what has changed since the last start")
        self._take_state()
        with self._build_lock():
            inputs = self._inputs()
            before, is_empty = self._take_over(inputs)
            self._start_ministack()  # it boots while the build runs
            self._serve_standin(before)
            if self._has_playground:
                self._start_playground(self._standin)
            if before is not None and before.inputs == inputs:
                self._wait_for_ministack()
                if is_empty:
                    self._replace_fairness_secret()
                self._say("sam deploy: nothing has changed since the last one")
            else:
                self._deploy()
                self._remember(inputs)
        stack = self._stack = Stack(self.port, self._outputs())
        host = f"{stack.outputs['ApiId']}.execute-api.localhost:{self.port + 1}"
        self._serve(proxy(self.port, upstream_port=self.port + 1, host=host))
        with self._step("first answer"):
            self._verify(stack)
        if self.playground:
            self.playground.use(stack)
            if self._standin:
                Experiments(self.playground, self._standin, self.workers, audit)
        return stack

    def _start_playground(self, standin: DiscordStandin | None) -> None:
        """It starts while the build runs, and nothing waits for it."""
        try:
            playground = Playground(
                self.port + 3,
                self._state,
                self._signer,
                cdn=self._uploads(),
                elsewhere=self._discord_api_base_url,
                keeps=self._keeps,
            )
            self._ends.callback(playground.stop)
            pulls.add(playground.page, playground.deployment)
            playground.start()
        except PlaygroundError as error:
            self.missing_page = f"no page to play on: {error}"
            self._say(self.missing_page)
            return
        self.playground = playground
        if standin:
            standin.playground = playground

    def _take_state(self) -> None:
        """Make the folder of this run, which nobody else removes while we hold its lock; and remove
        what runs left that were killed, or ended on a machine too busy to wait for."""
        LOCAL.mkdir(exist_ok=True)
        with (LOCAL / "runs.lock").open("w") as runs:  # a folder and its lock come at once
            fcntl.flock(runs, fcntl.LOCK_EX)
            for left in (
                self._state,
                *LOCAL.glob("ended-*"),
                *filter(_is_dead, LOCAL.glob("run-*")),
            ):
                shutil.rmtree(left, ignore_errors=True)
            self._state.mkdir()
            lock = self._ends.enter_context((self._state / OWNER).open("w"))
            fcntl.flock(lock, fcntl.LOCK_EX)
        self._ends.callback(self._remove_state)

    def _remove_state(self) -> None:
        """Delete what a moment is enough for, so that the end is quick; a start does the rest."""
        ended = self._state.with_name(f"ended-{self.port}-{os.getpid()}")
        self._state.rename(ended)
        deadline = time.monotonic() + REMOVAL
        for folder, _, files in os.walk(ended):
            for file in files:
                Path(folder, file).unlink(missing_ok=True)
            if time.monotonic() > deadline:
                return
        shutil.rmtree(ended, ignore_errors=True)

    # --- what is taken over -----------------------------------------------------------------------

    def _inputs(self) -> str:
        """A digest of all that a deployment here is made of. No address is part of it."""
        digest = hashlib.sha256("\0".join(self._parameter_overrides()).encode())
        digest.update(_digest([*BUILD_INPUTS, ministack.PYTHON]).encode())
        return digest.hexdigest()

    def _take_over(self, inputs: str) -> tuple[remembered.Manifest | None, bool]:
        """What stands in this run's memory before ministack starts, None if that is nothing; and
        whether the tables are empty."""
        if self._keeps:
            lock = remembered.hold_kept()
            if lock is None:
                raise StartError(
                    "another `make run KEEP=1` has the tables that are kept: end it, or start "
                    "without KEEP=1"
                )
            self._ends.enter_context(lock)
            if manifest := remembered.Manifest.of(self._memory):
                return manifest, False
            shutil.rmtree(self._memory, ignore_errors=True)  # of a start that came to nothing
        self._memory.mkdir(mode=remembered.PRIVATE)
        return remembered.take_over(remembered.deployed(inputs), self._memory), True

    def _replace_fairness_secret(self) -> None:
        """Make other seeds than those of every earlier start, some of which were revealed to the
        players whom empty tables forget. Before a worker runs, which reads it once."""
        Stack(self.port, {}).client("secretsmanager").put_secret_value(
            SecretId=self._outputs()["FairnessSecretArn"], SecretString=secrets.token_hex(32)
        )

    def _remember(self, inputs: str) -> None:
        """Write down what was deployed, so that it need not be done again unchanged."""
        if not self._order("save", SAVED_WITHIN):
            self._say(f"this deployment is not remembered; see {self.ministack_log}")
            return
        told = self._standin.read_application() if self._standin else {}
        manifest = remembered.Manifest(inputs, told)
        if self._keeps:
            manifest.write(self._memory)
        else:
            remembered.remember(self._memory, manifest)

    def _order(self, what: str, within: float) -> bool:
        """Whether ministack did one of what local/aws.py lists, within so many seconds."""
        assert self._ministack is not None
        done = self._state / f"{what}-done"
        done.unlink(missing_ok=True)
        self._ministack.tell(f"{what} {done}")
        deadline = time.monotonic() + within
        while not done.exists():
            if time.monotonic() > deadline:
                return False
            self._pause()
        return True

    def _keep(self) -> None:
        """Let ministack save everything, and end."""
        if self._ministack is not None and not self._ministack.hang_up(SAVED_WITHIN):
            self._say("there was no time to keep the tables: they are as the last end left them")

    # --- the servers ------------------------------------------------------------------------------

    def _check_ports(self) -> None:
        uses = ["interactions", "the local AWS"]
        if self._discord_api_base_url is None:
            uses.append("the Discord stand-in")
        for port, use in enumerate(uses, self.port):
            with socket.socket() as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                try:
                    probe.bind(("127.0.0.1", port))
                except OSError as error:
                    message = f"port {port} ({use}) cannot be used: {error.strerror}; set PORT"
                    raise StartError(message) from None

    def _serve(self, server: Server) -> None:
        server.start()
        self._ends.callback(server.stop)

    def _start_ministack(self) -> None:
        temporary = self._state / "tmp"
        temporary.mkdir()
        log = self._ends.enter_context(self.ministack_log.open("wb"))
        told = {
            "DISCORD": self._discord(),
            "PICTURES": f"http://127.0.0.1:{self.port}/art/",
            "UPLOADS": self._uploads(),
            **({"KEEP_STATE": "1"} if self._keeps else {}),
        }
        self._ministack = self._ends.enter_context(
            ministack.start(self.port + 1, temporary, log, self._memory, **told)
        )
        if self._keeps:
            self._ends.callback(self._keep)

    def _serve_standin(self, before: remembered.Manifest | None) -> None:
        if self._discord_api_base_url is None:
            self._standin = DiscordStandin(self.port + 2, self._signer.public_key, self._judge)
            if before is not None and before.application:
                self._standin.application.recall(before.application)
            self._serve(self._standin)

    def _wait_for_ministack(self) -> None:
        with self._step("ministack"):
            deadline = time.monotonic() + 60
            while not ministack.is_up(self.port + 1):
                self._pause()
                if time.monotonic() > deadline:
                    raise self._ministack_failed("ministack does not answer")

    def _verify(self, stack: Stack) -> None:
        """Signed interactions are answered, and others refused."""
        deadline = time.monotonic() + 30
        problem = "no answer"
        while time.monotonic() < deadline:
            self._pause()
            try:
                problem = ping(stack.interactions_url, self._signer)
            except requests.RequestException as error:
                problem = str(error)
            if not problem:
                return
        raise self._ministack_failed(f"the stack is deployed, but a PING got: {problem}")

    def _pause(self) -> None:
        time.sleep(0.05)
        if self._stopping():
            raise StoppedError
        # It has not begun yet, while another start has the build.
        if self._ministack is not None and not self.alive():
            raise self._ministack_failed("ministack ended by itself")

    def _ministack_failed(self, message: str) -> StartError:
        return StartError(f"{_tail(self.ministack_log)}\n{message}")

    # --- the stack --------------------------------------------------------------------------------

    @contextlib.contextmanager
    def _build_lock(self) -> Iterator[None]:
        """`sam build` owns its directory, and `sam deploy` reads from it."""
        with (LOCAL / "build.lock").open("w") as lock:
            waiting = False
            while True:
                try:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except BlockingIOError:
                    if not waiting:
                        self._say("waiting for another start to finish its build")
                        waiting = True
                    self._pause()
            yield

    def _deploy(self) -> None:
        """Build and deploy, onto what stands there."""
        self._build()
        self._wait_for_ministack()
        client = Stack(self.port, {}).client("s3")
        if BUCKET not in [bucket["Name"] for bucket in client.list_buckets()["Buckets"]]:
            client.create_bucket(
                Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": ministack.REGION}
            )
        arguments = self._deploy_arguments()
        parts = built.uploads((BUILD / "template.yaml").read_text("utf-8"))
        self._sam("deploy", *arguments, parts=parts)

    def _build(self) -> None:
        """`sam build`, unless what it would make of the packages is what it made the last time."""
        shutil.rmtree(NEW_BUILD, ignore_errors=True)  # of a build that did not end
        inputs = _digest([*BUILD_INPUTS, ministack.PYTHON])
        if BUILD_STAMP.exists() and BUILD_STAMP.read_text() == inputs:
            self._say("sam build: nothing has changed")
            return
        if not WHEELS.is_dir():
            raise StartError("the functions' packages are not there: `make setup` fetches them")
        with self._fitted_template() as path:
            template = _read_template(path)
            packages = _packages(template)
            if PACKAGES_STAMP.exists() and PACKAGES_STAMP.read_text() == packages:
                self._say("sam build: no package has changed, only what is around them")
                BUILD_STAMP.unlink(missing_ok=True)  # until the template is whole
                (BUILD / "template.yaml").write_text(built.written(template, BUILD, ROOT), "utf-8")
                BUILD_STAMP.write_text(inputs)
                return
            parts = len(list(built.packaged(template)))
            if template:  # SAM reads it three times, each time slowly where it is YAML
                path.write_text(json.dumps(template, ensure_ascii=False), "utf-8")
            self._sam("build", *self._build_arguments(path), parts=parts)
        (NEW_BUILD / BUILD_STAMP.name).write_text(inputs)
        (NEW_BUILD / PACKAGES_STAMP.name).write_text(packages)
        # The old build stays until the new one stands: undoing a change needs no build.
        replace(BUILD, NEW_BUILD)

    @contextlib.contextmanager
    def _fitted_template(self) -> Iterator[Path]:
        """The template for this machine, while the block runs. Raises StartError."""
        try:
            with build.template_for(lambda_architecture(), cloud_runtime()) as path:
                yield path
        except (TemplateError, UnicodeDecodeError) as error:
            raise StartError(f"template.yaml: {error}") from None

    def _build_arguments(self, template: Path) -> list[str]:
        return [
            "--cached",
            "--parallel",
            "--template-file",
            str(template),
            "--build-dir",
            str(NEW_BUILD),
            "--cache-dir",
            str(LOCAL / "build-cache"),
        ]

    def _deploy_arguments(self) -> list[str]:
        return [
            "--template-file",
            str(self._template()),
            "--s3-bucket",
            BUCKET,
            "--use-json",  # it writes the template once and reads it twice
            "--parameter-overrides",
            *self._parameter_overrides(),
        ]

    def _template(self) -> Path:
        """The built template, with a name of our own in place of Discord's address."""
        text = build.put(
            (BUILD / "template.yaml").read_text("utf-8"), {build.DISCORD: ministack.DISCORD}
        )
        path = BUILD / "template-local.yaml"
        path.write_text(built.with_outputs_noted(parsed(text)), "utf-8")
        return path

    def _discord(self) -> str:
        """Where the functions find Discord. Raises StartError."""
        address = self._discord_api_base_url or f"http://127.0.0.1:{self.port + 2}/api/v10"
        if not ENCRYPTED_OR_HERE.fullmatch(address):
            raise StartError(
                f"DISCORD_API_BASE_URL is {address}: it has to begin with https://; http:// is for "
                "this machine alone (127.0.0.1)"
            )
        return address

    def _uploads(self) -> str:
        """Where the functions find what people upload, besides Discord's own hosts: at the page to
        play on, if nowhere else."""
        return self._discord_cdn_base_url or f"http://127.0.0.1:{self.port + 3}/cdn"

    def _parameter_overrides(self) -> list[str]:
        values = {
            "DiscordPublicKey": self._signer.public_key,
            # Whoever else receives messages need not know of applications.
            "DiscordBotToken": "none" if self._discord_api_base_url else BOT_TOKEN,
            **self._parameters,
        }
        return [f"{name}={value}" for name, value in values.items()]

    def _sam(self, command: str, *arguments: str, parts: int = 0) -> None:
        """Call SAM. `parts`: how many packages it builds, or files it uploads; 0 where nobody
        knows."""
        log = self._state / f"sam-{command}.log"
        detail = partial(_progress, log, parts)
        with self._step(f"sam {command}", detail), log.open("wb") as output:
            line = [str(PROGRAMS / "sam"), command, *arguments]
            line += ["--config-file", str(ROOT / "samconfig.toml"), "--config-env", "local"]
            # From .local, because `sam build` keeps dependencies in .aws-sam where it stands.
            with Group(line, env=self._sam_environment(), cwd=LOCAL, output=output) as sam:
                while (status := sam.status()) is None:
                    self._pause()
            if status != 0:
                raise StartError(f"{_tail(log)}\n`sam {command}` failed (exit status {status})")

    def _sam_environment(self) -> dict[str, str]:
        # Nothing of a developer's real AWS account: neither profiles nor endpoints nor tokens.
        kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
        no_proxy = ",".join(filter(None, [os.environ.get("NO_PROXY"), "127.0.0.1,localhost"]))
        return {
            **kept,
            "PATH": f"{PROGRAMS}:{os.environ['PATH']}",
            "TMPDIR": str(self._state / "tmp"),
            "AWS_ENDPOINT_URL": f"http://127.0.0.1:{self.port + 1}",
            "AWS_ACCESS_KEY_ID": ministack.ACCESS_KEY_ID,
            "AWS_SECRET_ACCESS_KEY": ministack.SECRET_ACCESS_KEY,
            "AWS_DEFAULT_REGION": ministack.REGION,
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            # The functions' packages come from here alone, where each was held against its hash.
            "PIP_CONFIG_FILE": os.devnull,
            "PIP_NO_INDEX": "1",
            "PIP_ONLY_BINARY": ":all:",
            "PIP_FIND_LINKS": WHEELS.as_uri(),
            "SAM_CLI_POLL_DELAY": "0.1",
            "SAM_CLI_TELEMETRY": "0",
            "__SAM_CLI_APP_DIR": str(LOCAL / "sam"),
            "NO_PROXY": no_proxy,
            "no_proxy": no_proxy,
        }

    def _outputs(self) -> dict[str, str]:
        [stack] = Stack(self.port, {}).client("cloudformation").describe_stacks()["Stacks"]
        return {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}

    @contextlib.contextmanager
    def _step(self, name: str, detail: Callable[[], str] = lambda: "") -> Iterator[None]:
        self._say(f"{name} …")
        started = time.monotonic()
        with self._progress.step(name, detail):
            yield
        self._say(f"{name}: {time.monotonic() - started:.1f} s")


def _is_dead(run: Path) -> bool:
    """Whether nobody holds the lock of a run's folder any more."""
    try:
        with (run / OWNER).open("r") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:  # it was killed before it had one, or while it was removed
        return True
    return True


def lambda_architecture() -> str:
    """This machine's architecture in Lambda's words: functions run on it directly."""
    return "arm64" if platform.machine().lower() in ("arm64", "aarch64") else "x86_64"


def cloud_runtime() -> str:
    """The Lambda runtime of the interpreter that runs the functions, such as python3.13."""
    version = "import sys; print('python%d.%d' % sys.version_info[:2])"
    command = [str(ministack.PYTHON), "-c", version]
    # In a group of its own, or a Ctrl-C would be its traceback.
    said: str = subprocess.check_output(command, text=True, process_group=0)
    return said.strip()


def _read_template(path: Path) -> dict[str, Any]:
    """An empty one where the text is none: what is wrong with it, SAM says."""
    try:
        template = parsed(path.read_text("utf-8"))
    except yaml.YAMLError:
        return {}
    return template if isinstance(template, dict) else {}


def _packages(template: dict[str, Any]) -> str:
    """A digest of all that the packages are made of."""
    made_of = _digest([*PACKAGE_INPUTS, ministack.PYTHON]) + built.shape(template)
    return hashlib.sha256(made_of.encode()).hexdigest()


def _digest(paths: Iterable[Path]) -> str:
    """Of the names and contents of all files at these paths, compiled bytecode apart."""
    digest = hashlib.sha256()
    files = (file for path in paths for file in (sorted(path.rglob("*")) or [path]))
    for file in files:
        if file.is_file() and "__pycache__" not in file.parts:
            name = os.path.relpath(file, ROOT)  # the checkout may be moved
            digest.update(f"{name}\0".encode() + hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


def free_port() -> int:
    """The first of four neighbouring free ports, outside the range of outgoing connections."""
    # Of processes that look at once, with pids in a row, none comes to where another looks.
    for first in range(18000 + os.getpid() * 37 % 1000 * 10, 32000, 10):
        with contextlib.ExitStack() as probes:
            try:
                for port in range(first, first + 4):
                    probe = probes.enter_context(socket.socket())
                    probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return first
    raise StartError("no four neighbouring free ports")


BUILT: Final = re.compile(r"^\s*(\w+): Running CustomMakeBuilder:MakeBuild$", re.MULTILINE)
UPLOADED: Final = re.compile(r"\bUploading to ([0-9a-f]{32}) ")
UPLOADED_BEFORE: Final = re.compile(r"^\s*File with same data already exists at ", re.MULTILINE)
MADE: Final = re.compile(r"^(?:CREATE|UPDATE)_COMPLETE ", re.MULTILINE)
"""What SAM says of each package, file and resource."""


def _progress(log: Path, parts: int) -> str:
    """Where SAM is: at which of its `parts`, as long as their number is known (it is not 0), else
    what it said last."""
    if not log.exists():  # it has just ended, and its folder with it
        return ""
    said = log.read_text(errors="replace")
    packages = list(dict.fromkeys(BUILT.findall(said)))
    if packages and parts:
        return f"package {len(packages)} of {parts}, {packages[-1]}"
    files = len(set(UPLOADED.findall(said))) + len(UPLOADED_BEFORE.findall(said))
    if files and files < parts:
        return f"file {files} of {parts}"
    if made := len(MADE.findall(said)):  # of how many, the template's conditions decide
        return f"{made} resources are there"
    return _latest(said)


def _latest(said: str) -> str:
    """What a step says last, on one line."""
    lines = [" ".join(line.split()) for line in said.splitlines()]
    # SAM's own sentences begin like one; what make and its recipes print does not.
    told = (line for line in reversed(lines) if re.match("[A-Z][A-Za-z]+:? .", line))
    return next(told, "it begins")[:90]


def _tail(log: Path, lines: int = 60) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-lines:])
