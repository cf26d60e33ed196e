"""`make run` starts, says so, follows edits, and leaves nothing behind but what it keeps."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Self

import pytest

from local import ROOT
from local.client import Signer, Standin, ping, snowflake
from local.cloud import LocalCloud, Stack, free_port
from local.players import Player, World
from local.remembered import DEPLOYED

ENDS_WITHIN = 10  # seconds

pytestmark = pytest.mark.skipif(
    not Path("/proc/self/stat").exists(), reason="finds processes by /proc, which is Linux's"
)


def environment(port: int) -> dict[str, str]:
    """Ours, without what a developer may have set for `make run`."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("DISCORD_")}
    return {**kept, "PORT": str(port)}


class Run:
    """`make run` in a session of its own, by which its processes are told."""

    def __init__(
        self,
        output: Path,
        checkout: Path = ROOT,
        port: int | None = None,
        **variables: str,
    ) -> None:
        self.port = port or free_port()
        self.output = output
        self._checkout = checkout
        # In a copy of the checkout nothing is installed, and make would begin with that.
        run = ["make", "--no-print-directory", "run"]
        if checkout != ROOT:
            run = [str(checkout / ".venv/bin/python"), "-m", "local.run"]
        with output.open("wb") as log:
            self.process = subprocess.Popen(
                run,
                cwd=checkout,
                env={**environment(self.port), **variables},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                # A shell's background job ignores it, and what it starts would, too.
                preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.process.terminate()
            self.process.wait(30)

    def lines(self) -> list[str]:
        return self.output.read_text().splitlines()

    def wait_until_ready(self) -> None:
        self.wait_for(f"ready http://127.0.0.1:{self.port}/interactions")

    def wait_for(self, text: str, seconds: float = 300, times: int = 1) -> None:
        """Wait for so many lines that begin like this, or hold it after a semicolon."""
        deadline = time.monotonic() + seconds
        while sum(line.startswith(text) or f"; {text}" in line for line in self.lines()) < times:
            assert self.process.poll() is None, self.output.read_text()
            assert time.monotonic() < deadline, self.output.read_text()
            time.sleep(0.05)

    def player(self) -> Player:
        """Somebody new, who reads English."""
        stack = Stack.running(self._checkout / ".local/stack.json")
        assert stack and stack.port == self.port
        world = World(
            stack,
            Signer.development(self._checkout / ".local/discord-key.json"),
            Standin(stack.standin_url),
        )
        return Player(world, snowflake(), "en-US")

    def processes(self) -> list[str]:
        """Every process of the session, zombies included."""
        found = []
        for stat in Path("/proc").glob("[0-9]*/stat"):
            with contextlib.suppress(OSError):  # it ended just now
                text = stat.read_text()
                if int(text.rpartition(")")[2].split()[3]) == self.process.pid:
                    found.append(text)
        return found

    def open_ports(self) -> list[int]:
        ports = range(self.port, self.port + 4)
        return [port for port in ports if listening(port)]


def listening(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture
def run(tmp_path: Path, stack_file: None) -> Iterator[Run]:
    """A second local cloud beside the tests' own."""
    with Run(tmp_path / "output") as run:
        yield run


def test_sigterm_ends_everything(run: Run) -> None:
    run.wait_for(f"ready http://127.0.0.1:{run.port}/interactions")
    stack = Stack.running()
    assert stack and stack.port == run.port
    assert ping(stack.interactions_url, Signer.development()) == ""
    run.wait_for(f"play http://127.0.0.1:{run.port + 3}/")
    assert len(run.open_ports()) == 4
    assert len(run.processes()) >= 3  # make, run.py, ministack and a function

    asked = time.monotonic()
    run.process.terminate()  # make alone
    run.process.wait(ENDS_WITHIN)
    assert time.monotonic() - asked < ENDS_WITHIN
    assert not run.processes()
    assert not run.open_ports()
    assert Stack.running() is None


@pytest.fixture
def checkout(tmp_path: Path, cloud: LocalCloud, world: World) -> Path:
    """A copy of ours, to be edited, with what is installed, built and deployed here."""
    copy = tmp_path / "checkout"
    copy.mkdir()
    for name in (
        "local",
        "scripts",
        "functions",
        "layers",
        "statemachines",
        "analytics",
        "requirements",
    ):
        shutil.copytree(ROOT / name, copy / name)
    for name in ("template.yaml", "samconfig.toml"):
        shutil.copy2(ROOT / name, copy)
    (copy / ".venv").symlink_to(ROOT / ".venv")
    (copy / ".local").mkdir()
    for name in ("cloud", "wheels"):
        (copy / ".local" / name).symlink_to(ROOT / ".local" / name)
    shutil.copy2(ROOT / ".local/discord-key.json", copy / ".local")  # a parameter of the stack
    with cloud._build_lock():  # another test may deploy just now
        for name in ("build", DEPLOYED):
            shutil.copytree(ROOT / ".local" / name, copy / ".local" / name)
    return copy


def edit(file: Path, before: str, after: str) -> None:
    text = file.read_text("utf-8")
    assert before in text
    file.write_text(text.replace(before, after), "utf-8")


def test_sigint_while_deploying_ends_everything(checkout: Path, tmp_path: Path) -> None:
    shutil.rmtree(checkout / ".local" / DEPLOYED)
    with Run(tmp_path / "output", checkout) as run:
        interrupt_after("sam deploy …", run)


def test_sigint_while_building_ends_everything(checkout: Path, tmp_path: Path) -> None:
    shutil.rmtree(checkout / ".local" / DEPLOYED)
    shutil.rmtree(checkout / ".local/build")
    with Run(tmp_path / "output", checkout) as run:
        interrupt_after("sam build …", run)


def test_unchanged_it_deploys_nothing_and_begins_with_empty_tables(
    checkout: Path, tmp_path: Path
) -> None:
    user_id = snowflake()
    promised = set()
    for number in range(2):
        with Run(tmp_path / f"output{number}", checkout) as run:
            run.wait_until_ready()
            assert not any(line.startswith(("sam build", "sam deploy …")) for line in run.lines())
            player = Player(run.player().world, user_id, "en-US")
            players = player.world.stack.client("dynamodb").scan(
                TableName=player.world.stack.outputs["UsersTable"]
            )
            assert players["Count"] == 0
            player.pull()
            assert len(player.ledger) == 1
            application = player.world.standin.application()
            assert application["commands"], "what the deployment told Discord is not forgotten"
            promised.add(player.state["commitment"])
    assert len(promised) == 2, "a seed that one start revealed is another's"


def test_the_next_command_runs_what_was_edited_and_the_tables_stay(
    checkout: Path, tmp_path: Path
) -> None:
    texts = checkout / "layers/gacha/python/commands/pull/texts.py"
    function = checkout / "functions/interactions/app.py"
    with Run(tmp_path / "output", checkout) as run:
        run.wait_until_ready()
        player = run.player()
        assert "Paid 160" in player.world.message(player.pull())
        edit(texts, "Paid {price:coins}.", "It took {price:,}.")
        run.wait_for("the next command runs it")
        assert "It took 160" in player.world.message(player.pull())

        edit(function, 'PONG: Final = {"type": 1}', 'PONG: Final = {"type": 1, "edited": 1}')
        run.wait_for(f"changed: {function.relative_to(checkout)}")
        assert "edited" in ping(player.world.stack.interactions_url, player.world.signer)

        draw = checkout / "functions/draw/app.py"
        works = draw.read_text("utf-8")
        edit(draw, "    return decisions.decide(", "    1 / 0\n    return decisions.decide(")
        run.wait_for(f"changed: {draw.relative_to(checkout)}")
        failed = player.pull().id
        run.wait_for("draw raised ZeroDivisionError (receipt number ")
        [told, *_] = [line for line in run.lines() if line.startswith("draw raised ")]
        assert f"(receipt number {failed})" in told
        log = Path(told.rpartition("the traceback is in ")[2])
        assert "ZeroDivisionError: division by zero" in log.read_text()
        draw.write_text(works, "utf-8")
        run.wait_for(f"changed: {draw.relative_to(checkout)}", times=2)

        function.write_text("def handler(:\n")
        run.wait_for("the functions run what they ran")
        assert any(line.startswith("functions/interactions/app.py:1: ") for line in run.lines())
        player.pull()
        kinds = [row["kind"] for row in player.ledger]
        assert kinds == ["pull", "pull", "void", "pull"]
        assert not any(line.startswith("sam ") and "…" in line for line in run.lines())


def test_a_changed_template_is_deployed_onto_the_running_stack(
    checkout: Path, tmp_path: Path
) -> None:
    template = checkout / "template.yaml"
    before = template.read_text("utf-8")
    with Run(tmp_path / "output", checkout) as run:
        run.wait_until_ready()
        player = run.player()
        player.pull()
        edit(template, "\n  PullsConsole:", "\n  PullsConsoleOfTomorrow:")
        run.wait_for("the change is deployed")
        deployed = run.lines()
        time.sleep(0.3)  # in which the new outputs are published
        outputs = run.player().world.stack.outputs
        assert set(outputs) ^ set(player.world.stack.outputs) == {
            "PullsConsole",
            "PullsConsoleOfTomorrow",
        }
        player.pull()
        assert len(player.ledger) == 2

        template.write_text(before.replace("\nResources:", "\nResourcse:"), "utf-8")
        run.wait_for("the stack stands as it was")
        player.pull()
        assert len(player.ledger) == 3

        template.write_text(before, "utf-8")
        edit(template, "\n  PullsConsole:", "\n  PullsConsoleOfTomorrow:")
        assert not any(line.startswith("sam build …") for line in deployed)
        run.wait_for("the change is deployed", times=2)
        stack = player.world.stack
        assert stack.client("stepfunctions").list_executions(
            stateMachineArn=stack.outputs["PullStateMachineArn"]
        )["executions"]

    # What was played is not part of what is remembered, and what was deployed is.
    with Run(tmp_path / "again", checkout) as run:
        run.wait_until_ready()
        assert "sam deploy: nothing has changed since the last one" in run.lines()
        stack = run.player().world.stack
        assert "PullsConsoleOfTomorrow" in stack.outputs
        for table in stack.client("dynamodb").list_tables()["TableNames"]:
            assert stack.client("dynamodb").scan(TableName=table)["Count"] == 0
        for machine in stack.client("stepfunctions").list_state_machines()["stateMachines"]:
            assert not stack.client("stepfunctions").list_executions(
                stateMachineArn=machine["stateMachineArn"]
            )["executions"]
        player = run.player()
        player.pull()
        assert len(player.ledger) == 1


@pytest.mark.parametrize(
    ("end", "is_edited"), [(signal.SIGTERM, False), (signal.SIGKILL, True)], ids=["term", "kill"]
)
def test_kept_tables_are_there_after_the_next_start(
    checkout: Path, tmp_path: Path, end: signal.Signals, is_edited: bool
) -> None:
    with Run(tmp_path / "first", checkout, KEEP="1") as run:
        run.wait_until_ready()
        player = run.player()
        player.pull()
        promised = player.state["commitment"]
        with Run(tmp_path / "another", checkout, KEEP="1") as other:
            assert other.process.wait(30) == 1
            assert "end it, or start without KEEP=1" in "\n".join(other.lines())
        run.process.send_signal(end)
        run.process.wait(ENDS_WITHIN)
        deadline = time.monotonic() + ENDS_WITHIN
        # ministack sees its end, saves, and ends; who has nobody left to wait for it is a zombie.
        while any(stat.rpartition(")")[2].split()[0] != "Z" for stat in run.processes()):
            assert time.monotonic() < deadline
            time.sleep(0.05)
    if is_edited:
        texts = checkout / "layers/gacha/python/commands/pull/texts.py"
        edit(texts, "Paid {price:coins}.", "It took {price:,}.")
    with Run(tmp_path / "second", checkout, KEEP="1") as run:
        run.wait_until_ready()  # on another port
        again = Player(run.player().world, player.user_id, "en-US")
        assert [row["kind"] for row in again.ledger] == ["pull"]
        assert again.state["commitment"] == promised
        price = "It took 160" if is_edited else "Paid 160"
        assert price in again.world.message(again.pull())
        assert len(again.ledger) == 2


def interrupt_after(line: str, run: Run) -> None:
    run.wait_for(line)
    time.sleep(0.7)
    run.process.send_signal(signal.SIGINT)  # make alone
    run.process.wait(ENDS_WITHIN)
    assert not run.processes()
    assert not run.open_ports()
    assert not any(line.startswith("ready") for line in run.lines())


def test_where_the_page_cannot_be_the_rest_is(tmp_path: Path, stack_file: None) -> None:
    port = free_port()
    with socket.create_server(("127.0.0.1", port + 3)), Run(tmp_path / "output", port=port) as run:
        run.wait_for(f"ready http://127.0.0.1:{port}/interactions")
        run.wait_for(f"no page to play on: port {port + 3}", times=2)  # the second beside `ready`
        assert "set PORT" in run.lines()[-1]
        assert not any(line.startswith("play ") for line in run.lines())


def test_a_taken_port_is_named() -> None:
    port = free_port()
    with socket.create_server(("127.0.0.1", port + 1)):
        ended = subprocess.run(
            ["make", "--no-print-directory", "run"],
            cwd=ROOT,
            env=environment(port),
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )
    assert ended.returncode != 0
    assert f"port {port + 1}" in ended.stderr
    assert "ready" not in ended.stdout
