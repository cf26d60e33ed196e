"""What a tool prints for a person: what strangers wrote commands no terminal and misleads no eye.

Client seeds, reasons, names and whatever else a player or an old table holds may have signs that
move the cursor, write a clipboard (OSC 52), turn the direction of a line or show nothing at all.
They are printed as escapes. Joiners (U+200D) are among them: two seeds that look alike could differ
by one, and an emoji in parts can still be read.

For command lines only; no function imports it. `verify.py` stands alone and has its own.
"""

from __future__ import annotations

import os
import re
import sys
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final, TextIO

from gacha.names import UNSEEN

SPACES: Final = "\u3000\u00a0"
"""Not "printable" to Python, but ordinary: Japanese's own, and what keeps a number and its unit on
one line in our sentences."""

INTERRUPTED: Final = 130
"""The exit code after Ctrl-C, as shells have it."""

SELECTORS: Final = "\ufe0e\ufe0f"
"""They choose between the two pictures of the sign before them; ❤️ has one."""


def is_plain(sign: str) -> bool:
    """Whether a sign shows itself and does nothing else."""
    return sign in SPACES or (sign.isprintable() and (sign in SELECTORS or not UNSEEN.match(sign)))


def plain(text: str) -> str:
    """`text` on one line, with escapes for all other signs, also for the ends of lines."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        sign if is_plain(sign) else sign.encode("unicode_escape").decode() for sign in text
    )


def language(environment: Mapping[str, str]) -> str:
    """`ja` where the terminal's messages are Japanese (POSIX, 8.2: the first that is set), else
    `en`."""
    names = ("LC_ALL", "LC_MESSAGES", "LANG")
    chosen = next(filter(None, map(environment.get, names)), "")
    return "ja" if re.match(r"ja(?:[_.@]|$)", chosen) else "en"


class Plain:
    """A stream that a tool writes lines to: the same, line by line, and for what the terminal's
    encoding does not have. Everything else is the stream's own."""

    def __init__(self, stream: TextIO) -> None:
        self.stream = stream

    def write(self, text: str) -> int:
        encoding = self.stream.encoding or "utf-8"
        shown = "\n".join(map(plain, text.split("\n")))
        self.stream.write(shown.encode(encoding, "backslashreplace").decode(encoding))
        return len(text)

    def writelines(self, lines: Iterator[str]) -> None:
        for line in lines:
            self.write(line)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.stream, name)


@contextmanager
def guarded() -> Iterator[None]:
    """What is printed inside goes through `Plain`, a traceback too."""
    before = sys.stdout, sys.stderr
    sys.stdout, sys.stderr = (
        stream if isinstance(stream, Plain) else Plain(stream) for stream in before
    )
    try:
        yield
    finally:
        sys.stdout, sys.stderr = before


def ending(tool: Callable[[], int | None]) -> int:
    """Run a tool and return its exit code. It ends as a shell's own commands do: silently with 141
    where nobody reads on (`| head`), with 130 after Ctrl-C. A file that cannot be read or written
    is a sentence and 2, a fault of our own a traceback and 3."""
    with guarded():
        try:
            code = tool()
        except SystemExit as end:  # argparse has said why
            code = end.code if isinstance(end.code, int) else 2
        except KeyboardInterrupt:
            print("interrupted", file=sys.stderr)
            code = INTERRUPTED
        except BrokenPipeError:
            code = 141
        except OSError as error:
            print(error, file=sys.stderr)
            code = 2
        except Exception:
            traceback.print_exc()
            code = 3
        try:
            sys.stdout.flush()
        except BrokenPipeError:
            code = 141
        if code == 141:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # flushed at the end
        return code or 0
