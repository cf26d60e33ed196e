"""The first answer: our `interactions` beside the same handler with a boto3 client.

    PYTHONPATH=layers/gacha/python python -m benchmarks.first_answer

Each start is a process of its own that imports the built package with its compiled bytecode and
answers signed commands; the ways take turns. The rivals are copies of our package whose
`stepfunctions.py` is exchanged for `rivals/stepfunctions.py`, so everything but the client is the
same code, with its read of who may see the answer. All speak TLS with one stub of Step Functions
and DynamoDB on 127.0.0.1, whose throwaway CA joins the
roots that each trusts anyway: ours the five of Amazon, the rivals botocore's own bundle. (They get
it through AWS_CA_BUNDLE, which replaces the file to parse and changes nothing else; the pinned
rival gets our roots that way.)

A 128 MB function has 128/1769 of a CPU, but starts with a whole one, so the throttle (a cgroup of
our own, where we may make one) closes after the import. Where we may not, the waiting that it would
have meant is worked out from the CPU time.

Fails if ours takes more than TARGET of boto3's time: the least CPU time of a start, which has a
whole one to itself, and the least of a first command by the clock. A neighbour on the machine adds
to every other figure, and more to a start, which works, than to a command, which waits.
"""

from __future__ import annotations

import contextlib
import datetime
import fcntl
import ipaddress
import json
import os
import platform
import shutil
import ssl
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import Any, Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from nacl.public import PrivateKey
from nacl.signing import SigningKey

from local import LOCAL, ROOT
from local.client import Signer, command
from local.cloud import lambda_architecture
from local.ministack import REGION
from local.proxy import Handler, Server
from scripts.build import template_for

TARGET: Final = 0.09
SHARE: Final = 128 / 1769
PERIOD_US: Final = 20_000  # AWS does not publish the one it uses
ROUNDS: Final = 11
THROTTLED_ROUNDS: Final = 5  # of those throttled from the start, which are slow
COMMANDS: Final = 4  # the first, and three warm ones

BENCH: Final = LOCAL / "bench"
BUILD: Final = BENCH / "build"
LAYER: Final = BUILD / "GachaLayer/python"
OUR_LAYER: Final = BENCH / "our-layer"
OURS: Final = BENCH / "ours"
RIVAL: Final = BENCH / "rival"
BOTO3: Final = BENCH / f"boto3-{version('boto3')}-{version('botocore')}"
COLD_START: Final = ROOT / "benchmarks/rivals/cold_start.py"


@dataclass(frozen=True)
class Way:
    """One composition of the handler, and the seconds that its starts took, round by round."""

    name: str
    path: tuple[Path, ...]
    env: Mapping[str, str] = field(default_factory=dict)
    init: list[float] = field(default_factory=list)
    first: list[float] = field(default_factory=list)
    warm: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)  # of init and the first command
    init_cpu: list[float] = field(default_factory=list)

    @property
    def least(self) -> float:
        """What a start and its first command take where nothing else runs."""
        return min(self.init_cpu) + min(self.first)

    @property
    def both(self) -> list[float]:
        return [init + first for init, first in zip(self.init, self.first, strict=True)]


def main() -> int:
    with alone(), throttle() as cgroup, stub() as (port, roots):
        build()
        ours = pack(roots)
        environment = function_environment(port)
        bundle = BENCH / "botocore-and-stub.pem"
        bundle.write_text((BOTO3 / "botocore/cacert.pem").read_text() + roots)
        boto3 = Way(
            "boto3, at module level", (RIVAL, OUR_LAYER, BOTO3), {"AWS_CA_BUNDLE": str(bundle)}
        )
        ways = [
            Way("ours", (OURS, OUR_LAYER)),
            boto3,
            Way("boto3, pinned roots", boto3.path, {"AWS_CA_BUNDLE": str(ours)}),
            Way("boto3, in the handler", boto3.path, {**boto3.env, "CLIENT_IN_HANDLER": "1"}),
        ]
        slow = [Way("ours", ways[0].path), Way(boto3.name, boto3.path, boto3.env)]
        for _ in range(ROUNDS):
            for way in ways:
                start(way, environment, cgroup, "command")
        for _ in range(THROTTLED_ROUNDS if cgroup else 0):
            for way in slow:
                start(way, environment, cgroup, "init")

    python = f"{platform.python_implementation()} {platform.python_version()}"
    print(f"{python}, {platform.machine()}, {os.cpu_count()} CPUs, boto3 {version('boto3')}")
    how = "measured in a cgroup" if cgroup else "worked out from CPU time: no cgroup can be made"
    print(f"a 128 MB function's {SHARE:.1%} of a CPU after init ({how})")
    middle = report(ways, boto3)
    if cgroup:
        print("the same share from the start, as if Lambda gave no CPU for init")
        report(slow, slow[1])
    ratio = ways[0].least / boto3.least
    print(f"ours / boto3 at module level: medians {middle:.3f}, ", end="")
    print(f"where nothing else runs {ratio:.3f} (target: at most {TARGET})")
    return int(ratio > TARGET)


def report(ways: list[Way], rival: Way) -> float:
    """Print a table; the first way's time as a share of the rival's."""
    title = f"ms, median of {len(ways[0].init)}"
    print(f"  {title:24}{'init':>7}{'first':>8}{'warm':>7}", end="")
    print(f"{'init+first':>12}{'(min…max)':>14}{'ratio':>8}{'CPU':>7}")
    for way in ways:
        both = f"({min(way.both) * 1000:.0f}…{max(way.both) * 1000:.0f})"
        print(f"  {way.name:24}{ms(way.init, 7)}{ms(way.first, 8)}{ms(way.warm, 7, 1)}", end="")
        ratio = median(way.both) / median(rival.both)
        print(f"{ms(way.both, 12)}{both:>14}{ratio:8.3f}{ms(way.cpu, 7)}")
    return median(ways[0].both) / median(rival.both)


def ms(seconds: list[float], width: int, digits: int = 0) -> str:
    return f"{median(seconds) * 1000:{width}.{digits}f}"


# --- one start ------------------------------------------------------------------------------------


def start(way: Way, env: Mapping[str, str], cgroup: Path | None, throttled_from: str) -> None:
    order = {
        "cgroup": str(cgroup),
        "throttled_from": throttled_from if cgroup else "never",
        "events": [signed_command() for _ in range(COMMANDS)],
    }
    path = ":".join(map(str, way.path))
    process = subprocess.run(
        [sys.executable, "-S", "-P", "-B", str(COLD_START)],
        input=json.dumps(order),
        capture_output=True,
        text=True,
        env={**env, **way.env, "PYTHONPATH": path},
        timeout=120,
    )
    if process.returncode:
        sys.exit(f"{way.name}: {process.stderr}")
    times = json.loads(process.stdout.splitlines()[-1])
    wall = [took if cgroup else took + throttled(cpu) for took, cpu in times]
    way.init.append(times[0][0])
    way.first.append(wall[1])
    way.warm.append(median(wall[2:]))
    way.cpu.append(times[0][1] + times[1][1])
    way.init_cpu.append(times[0][1])


def throttled(cpu: float) -> float:
    """Seconds of waiting where a throttle were: for every share used up, the rest of a period."""
    period = PERIOD_US / 1e6
    return cpu // (SHARE * period) * (period - SHARE * period)


_key: Final = SigningKey.generate()
_signer: Final = Signer(_key.verify_key.encode().hex(), _key.encode().hex())


def signed_command() -> dict[str, Any]:
    """A pull, as the HTTP API hands it to the function."""
    body = json.dumps(command(["gacha", "pull"], {"count": 10}), ensure_ascii=False)
    return {
        "version": "2.0",
        "routeKey": "POST /interactions",
        "headers": {name.lower(): text for name, text in _signer.headers(body.encode()).items()},
        "body": body,
        "isBase64Encoded": False,
    }


def lambda_environment(port: int) -> dict[str, str]:
    """What Lambda gives every function, with the stub of AWS behind this port."""
    return {
        "LANG": "C.UTF-8",
        "TZ": ":UTC",
        "HOME": str(BENCH),  # no ~/.aws, as in Lambda
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ACCESS_KEY_ID": "ASIAEXAMPLE",
        "AWS_SECRET_ACCESS_KEY": "example",
        "AWS_SESSION_TOKEN": "x" * 900,  # about what a role's session has
        "AWS_ENDPOINT_URL": f"https://127.0.0.1:{port}",
    }


def function_environment(port: int) -> dict[str, str]:
    machine = f"arn:aws:states:{REGION}:123456789012:stateMachine:bench"
    return {
        **lambda_environment(port),
        "DISCORD_PUBLIC_KEY": _signer.public_key,
        "SEALING_PUBLIC_KEY": bytes(PrivateKey.generate().public_key).hex(),
        "ALLOWED_GUILD_IDS": "any",
        "PULL_STATE_MACHINE_ARN": machine,
        "REPLY_STATE_MACHINE_ARN": machine,
        "DYNAMODB_SETTINGS_TABLE": "server_settings",
        "DYNAMODB_USERS_TABLE": "discord_users",
    }


# --- what is measured -----------------------------------------------------------------------------


def build() -> None:
    """Our package as `sam build` makes it, and boto3 with bytecode as well."""
    runtime = f"python{sys.version_info.major}.{sys.version_info.minor}"
    with template_for(lambda_architecture(), runtime) as template:
        run(
            [ROOT / ".venv/bin/sam", "build", "InteractionsFunction", "--cached"],
            ["--template-file", template, "--build-dir", BUILD],
            ["--cache-dir", BENCH / "cache", "--config-file", ROOT / "samconfig.toml"],
            ["--config-env", "local"],
        )
    if not BOTO3.exists():
        unfinished = BENCH / "boto3-unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        run(
            [sys.executable, "-m", "pip", "install", "--disable-pip-version-check", "--no-compile"],
            ["--target", unfinished, "--constraint", ROOT / "requirements/dev.txt", "boto3"],
        )
        compile_all(unfinished)
        unfinished.rename(BOTO3)


def pack(roots: str) -> Path:
    """The packages to measure, trusting the stub; the path of our pinned roots."""
    for package in (OURS, RIVAL):
        shutil.rmtree(package, ignore_errors=True)
        shutil.copytree(BUILD / "InteractionsFunction", package)
    shutil.rmtree(OUR_LAYER, ignore_errors=True)
    shutil.copytree(LAYER, OUR_LAYER)
    pinned = OUR_LAYER / "adapters/amazon-roots.pem"
    pinned.write_text(pinned.read_text() + roots)
    for stale in RIVAL.glob("__pycache__/stepfunctions.*"):
        stale.unlink()
    shutil.copy(ROOT / "benchmarks/rivals/stepfunctions.py", RIVAL)
    compile_all(RIVAL)
    return pinned


def compile_all(package: Path) -> None:
    mode = ["--invalidation-mode", "unchecked-hash"]
    run([sys.executable, "-m", "compileall", "-q", *mode, package])


def run(*parts: list[str | Path], environment: Mapping[str, str] | None = None) -> None:
    command_line = [str(argument) for part in parts for argument in part]
    environment = {
        **os.environ,
        **(environment or {}),
        "PATH": f"{ROOT / '.venv/bin'}:{os.environ['PATH']}",
        "SAM_CLI_TELEMETRY": "0",
        "__SAM_CLI_APP_DIR": str(LOCAL / "sam"),
    }
    done = subprocess.run(
        command_line, cwd=BENCH, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        sys.exit(f"{done.stdout}{done.stderr}\n{' '.join(command_line)} failed")


# --- where it is measured -------------------------------------------------------------------------


@contextlib.contextmanager
def alone() -> Iterator[None]:
    """Wait for another measurement to end: two would disturb each other, and share directories."""
    BENCH.mkdir(parents=True, exist_ok=True)
    with (BENCH / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@contextlib.contextmanager
def throttle() -> Iterator[Path | None]:
    """A cgroup with a 128 MB function's share of a CPU, or None where we may not make one."""
    quota_us = round(SHARE * PERIOD_US)
    kinds: list[tuple[str, dict[str, int | str]]] = [
        ("/sys/fs/cgroup", {"cpu.max": f"{quota_us} {PERIOD_US}"}),
        ("/sys/fs/cgroup/cpu", {"cpu.cfs_period_us": PERIOD_US, "cpu.cfs_quota_us": quota_us}),
    ]
    for parent, limits in kinds:
        cgroup = Path(parent) / f"gacha-bench-{os.getpid()}"
        if not (cgroup.parent / "cgroup.procs").exists():
            continue
        try:
            cgroup.mkdir()
        except OSError:
            continue
        try:
            for name, limit in limits.items():
                (cgroup / name).write_text(str(limit))
        except OSError:
            cgroup.rmdir()
            continue
        try:
            yield cgroup
        finally:
            cgroup.rmdir()
        return
    yield None


@contextlib.contextmanager
def stub() -> Iterator[tuple[int, str]]:
    """Step Functions and DynamoDB on 127.0.0.1; their port, and the CA that vouches for it."""
    ca, chain = certificates()
    server = Server(0, Stub)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain)
    # The handshake waits until the connection has a thread of its own.
    server.socket = context.wrap_socket(
        server.socket, server_side=True, do_handshake_on_connect=False
    )
    server.start()
    try:
        yield server.server_port, ca
    finally:
        server.stop()


NO_USE: Final = dict.fromkeys(
    (
        "digital_signature",
        "content_commitment",
        "key_encipherment",
        "data_encipherment",
        "key_agreement",
        "key_cert_sign",
        "crl_sign",
        "encipher_only",
        "decipher_only",
    ),
    False,
)


class Stub(Handler):
    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        target = self.headers["X-Amz-Target"]
        known = target in ("AWSStepFunctions.StartExecution", "DynamoDB_20120810.GetItem")
        said: dict[str, Any] = {"Item": {}}  # nobody settled anything
        if target == "AWSStepFunctions.StartExecution":
            machine = asked["stateMachineArn"].replace("stateMachine", "execution")
            said = {"executionArn": f"{machine}:{asked['name']}", "startDate": 1.8e9}
        answer = json.dumps(said).encode()
        self.send_response(200 if known and self.headers["Authorization"] else 400)
        self.send_header("Content-Type", "application/x-amz-json-1.0")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)


def certificates() -> tuple[str, Path]:
    """A throwaway CA, and a file with the stub's certificate and key: RSA, as Amazon's are."""
    ca_key, key = (rsa.generate_private_key(public_exponent=65537, key_size=2048) for _ in "ab")
    ca = certificate("bench CA", ca_key, ca_key, x509.BasicConstraints(ca=True, path_length=0))
    address = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    secret = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    chain = BENCH / "stub.pem"
    chain.touch(mode=0o600)
    chain.write_bytes(secret + certificate("bench stub", key, ca_key, address))
    return ca.decode(), chain


def certificate(
    name: str, key: rsa.RSAPrivateKey, ca_key: rsa.RSAPrivateKey, extension: x509.ExtensionType
) -> bytes:
    now = datetime.datetime.now(datetime.UTC)
    key_id = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    ca_id = x509.AuthorityKeyIdentifier.from_issuer_public_key(ca_key.public_key())
    subject, issuer = (
        x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, common_name)])
        for common_name in (name, "bench CA")
    )
    usage = {"key_cert_sign": True} if key is ca_key else {"digital_signature": True}
    return (
        x509.CertificateBuilder(issuer, subject, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(extension, critical=key is ca_key)
        .add_extension(x509.KeyUsage(**{**NO_USE, **usage}), critical=True)
        .add_extension(key_id, critical=False)
        .add_extension(ca_id, critical=False)
        .sign(ca_key, hashes.SHA256())
        .public_bytes(serialization.Encoding.PEM)
    )


if __name__ == "__main__":
    sys.exit(main())
