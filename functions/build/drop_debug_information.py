"""Cuts shared objects after the last byte that is ever loaded. Takes the files as arguments.

PyNaCl's wheels carry 2 to 5 MB of debugging information. `strip` knows only the architecture that
it was built for, and the functions' need not be this machine's; the ELF format is the same for all
(source: System V ABI, "ELF Header" and "Program Header").
"""

import struct
import sys
from pathlib import Path
from typing import Final

ELF_64_LITTLE_ENDIAN: Final = b"\x7fELF\x02\x01"


def loaded(content: bytes) -> bytes:
    """The part of a shared object that its program headers name, without a table of sections."""
    if content[:6] != ELF_64_LITTLE_ENDIAN:
        raise ValueError("not a 64-bit little-endian ELF file")
    (headers,) = struct.unpack_from("<Q", content, 32)
    size, count = struct.unpack_from("<HH", content, 54)
    segments = (struct.unpack_from("<8xQ16xQ", content, headers + n * size) for n in range(count))
    kept = bytearray(content[: max(offset + length for offset, length in segments)])
    struct.pack_into("<Q", kept, 40, 0)
    struct.pack_into("<HHH", kept, 58, 0, 0, 0)
    return bytes(kept)


if __name__ == "__main__":
    for name in sys.argv[1:]:
        Path(name).write_bytes(loaded(Path(name).read_bytes()))
