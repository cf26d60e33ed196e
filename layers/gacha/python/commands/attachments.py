"""Files that somebody sent with a command or a form, as one option of a workflow's input."""

# See commands/command.py on annotations.

from collections.abc import Sequence
from typing import Final, NamedTuple

MOST: Final = 10
"""Files that one field of a form takes."""

MOST_NAME: Final = 100
"""Characters of a file's name."""

MOST_BYTES: Final = 25 * 1024 * 1024
"""Of one file (`adapters.files.MOST_UPLOADED`, which a first answer does not load)."""


class Attachment(NamedTuple):
    """A file as Discord describes it: how many bytes, where it lies for a while, and its name."""

    size: int
    address: str
    name: str


def name(filename: str, title: object) -> str:
    """What a file was called. Discord leaves ASCII signs only in `filename`, and says as `title`
    what stood there, without the ending (discord-api-docs 6945)."""
    if not (isinstance(title, str) and title.strip()):
        return filename
    _, dot, ending = filename.rpartition(".")
    ends = dot and dot + ending
    return title if title.endswith(ends) else title + ends


def written(files: Sequence[Attachment]) -> str:
    """A line for each. Addresses have no blanks, names no line breaks."""
    return "\n".join(f"{each.size} {each.address} {each.name}" for each in files)


def read(text: str) -> tuple[Attachment, ...]:
    """What `written` gave. Raises ValueError for anything else."""
    files = []
    for line in text.split("\n") if text else []:
        size, address, name = line.split(" ", 2)
        files.append(Attachment(int(size), address, name))
    return tuple(files)
