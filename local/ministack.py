"""Starts ministack, the local AWS, and nothing around it."""

import os
import secrets
import subprocess
import time
from pathlib import Path
from typing import IO, Final

import requests

from local import LOCAL, ROOT
from local.processes import Group

REGION: Final = "ap-northeast-1"
ACCESS_KEY_ID: Final = "000000000000"
"""An account's number is the key id of its root, and ministack hands it to the functions."""
SECRET_ACCESS_KEY: Final = secrets.token_hex(20)
"""Of the local AWS that this process starts."""
DISCORD: Final = "http://discord.localhost/api/v10"
"""Discord's address in what is deployed here. A function gets in its place the one that the local
AWS has been told as `DISCORD`, so that what was deployed is good for other ports, too."""
PYTHON: Final = LOCAL / "cloud/bin/python"


def start(
    port: int, folder: Path, log: IO[bytes], state: Path | None = None, **environment: str
) -> Group:
    """A group whose ministack listens on 127.0.0.1:`port` soon, and keeps its files in `folder`; it
    begins with what an earlier one saved in `state`, if that is given, and saves there.

    It ends with us, however we end: it reads our end of a pipe.
    """
    # Functions inherit ministack's environment, so it gets nothing that Lambda would not have.
    state = state or folder / "state"
    env = {
        "PATH": f"{PYTHON.parent}:{os.environ['PATH']}",
        "LANG": "C.UTF-8",
        "TZ": "UTC",
        "TMPDIR": str(folder),
        "BIND_HOST": "127.0.0.1",
        "GATEWAY_PORT": str(port),
        "MINISTACK_REGION": REGION,
        "STATE_DIR": str(state),
        "S3_DATA_DIR": str(state / "s3"),
        "PERSIST_STATE": "1",
        "S3_PERSIST": "1",
        "SFTP_ENABLED": "0",
        "IOT_MTLS_ENABLED": "0",
        "LAMBDA_ACCOUNT_CONCURRENCY": "1000",
        "DOCKER_HOST": "unix:///nonexistent",
        # Unset, ministack would set it, and X-Ray's SDK empty a file of a fixed name in /tmp, which
        # another user may have made a link to any file of ours. Nothing here reads it.
        "LAMBDA_TASK_ROOT": "",
        "AWS_ACCESS_KEY_ID": ACCESS_KEY_ID,
        "AWS_SECRET_ACCESS_KEY": SECRET_ACCESS_KEY,
        "PYTHONUNBUFFERED": "1",
        **environment,
    }
    command = [str(PYTHON), "-P", str(ROOT / "local/aws.py")]
    return Group(command, env=env, cwd=folder, output=log, stdin=subprocess.PIPE)


def is_up(port: int) -> bool:
    try:
        with requests.Session() as session:
            session.trust_env = False  # no proxy stands between this machine and itself
            return session.get(f"http://127.0.0.1:{port}/_ministack/health", timeout=2).ok
    except requests.RequestException:
        return False


def wait_until_up(port: int, group: Group, seconds: float = 60) -> None:
    """Raises TimeoutError if it is not up by then, or ended."""
    deadline = time.monotonic() + seconds
    while not is_up(port):
        if group.status() is not None or time.monotonic() > deadline:
            raise TimeoutError(f"ministack does not answer on port {port}")
        time.sleep(0.05)
