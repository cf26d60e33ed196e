"""An owner's picture: whatever was uploaded, as one small WebP that holds nothing else.

The library that decodes is large and reads what strangers made. So its kind is told by its first
bytes and only that decoder is asked, its dimensions are read and judged before anything of it is
decoded, and whatever the decoder says is the picture's fault.
"""

from __future__ import annotations

import io
import warnings
from hashlib import sha256
from typing import Final, NamedTuple

from PIL import Image, ImageCms

from adapters import files
from refused import RefusedError

MAX_BYTES: Final = 16 * 1024 * 1024
MAX_PIXELS: Final = 8_192 * 6_144
"""What phones take at most today (50 million), and illustrators paint. It decides the function's
memory (docs/decisions/0043-an-owners-own-gacha.md)."""
MAX_SIDE: Final = 16_383  # WebP's own limit, and beyond what Discord shows
MAX_SCANS: Final = 32
"""Of a progressive JPEG, which has about ten. Each is a pass over all of its pixels, and a few
bytes long if somebody wants it so."""

EDGE: Final = 1_024
"""The longest edge of what is kept, in pixels: what a phone shows of an embedded picture."""
_QUALITIES: Final = ((85, EDGE), (60, EDGE), (60, EDGE // 2))
"""WebP's quality, and the edge: the first that keeps within what a stored picture may have. Only
noise needs the others."""
_METHOD: Final = 4

_READABLE: Final = {"png": "PNG", "jpeg": "JPEG", "webp": "WEBP", "gif": "GIF"}
"""Kinds of pictures by their decoder's name."""

# Only decoders that are asked for by name are wanted, and none of them beyond what we allow.
Image.MAX_IMAGE_PIXELS = MAX_PIXELS
warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # `_check` has judged it by then


class Picture(NamedTuple):
    """`content` is WebP. `is_moving`: of several frames, this is the first."""

    content: bytes
    width: int
    height: int
    is_moving: bool


def kind(content: bytes) -> str:
    """What a file is by its first bytes, as far as owners send it; else an empty text."""
    start = content[:16]
    if start.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if start.startswith(b"\xff\xd8\xff"):
        return "jpeg"
    if start[:4] == b"RIFF" and start[8:12] == b"WEBP":
        return "webp"
    if start.startswith((b"GIF87a", b"GIF89a")):
        return "gif"
    if start[4:8] == b"ftyp":
        brand = start[8:12]
        return "heic" if brand[:2] in (b"he", b"mi") else "avif" if brand == b"avif" else "video"
    if start[:2] == b"BM" and start[6:10] == bytes(4):  # two letters alone may begin a sheet
        return "bmp"
    for name, signature in _OTHERS.items():
        if start.startswith(signature):
            return name
    head = content[:1_024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return "svg" if head.startswith((b"<svg", b"<?xml", b"<!doctype svg")) else ""


_OTHERS: Final[dict[str, tuple[bytes, ...]]] = {
    "pdf": (b"%PDF-",),
    "psd": (b"8BPS",),
    "tiff": (b"II*\0", b"MM\0*"),
    "video": (b"\x1aE\xdf\xa3",),
}
"""Told apart only so that the owner can be told what to save it as."""

PICTURES: Final = frozenset({*_READABLE, "heic", "avif", "svg", "psd", "bmp", "tiff"})


def source(content: bytes) -> str:
    """By what an upload is known, in hex."""
    return sha256(content).hexdigest()


def made(content: bytes) -> Picture:
    """What is kept of a picture. Raises RefusedError."""
    if len(content) > MAX_BYTES:
        most = MAX_BYTES // 2**20
        raise RefusedError("picture_heavy", megabytes=-(-len(content) // 2**20), most=most)
    found = kind(content)
    if found not in _READABLE:
        raise RefusedError("picture_kind", kind=found) if found else RefusedError("picture_none")
    try:
        with Image.open(io.BytesIO(content), formats=[_READABLE[found]]) as image:
            _check(image, content)
            is_moving = bool(getattr(image, "is_animated", False))
            small = _small(image)
            made_of_it = _encoded(small)
    except RefusedError:
        raise
    except Image.DecompressionBombError:
        raise RefusedError("picture_large", width=0, height=0, most=MAX_PIXELS // 10**6) from None
    except Exception as error:  # a decoder has no end of them: struct's, zlib's, SyntaxError
        raise RefusedError("picture_damaged", kind=found) from error
    return Picture(
        content=made_of_it,
        width=small.width,
        height=small.height,
        is_moving=is_moving,
    )


def _encoded(image: Image.Image) -> bytes:
    for quality, edge in _QUALITIES:
        image.thumbnail((edge, edge))
        output, alpha = io.BytesIO(), 100 if quality == _QUALITIES[0][0] else quality
        image.save(output, "WEBP", quality=quality, alpha_quality=alpha, method=_METHOD)
        if output.tell() <= files.ART.most:
            break
    return output.getvalue()


def _check(image: Image.Image, content: bytes) -> None:
    """Refuses by its header what would take too much to decode."""
    width, height = image.size
    if width * height > MAX_PIXELS or max(width, height) > MAX_SIDE:
        most = MAX_PIXELS // 10**6
        raise RefusedError("picture_large", width=width, height=height, most=most)
    if image.format == "JPEG" and content.count(b"\xff\xda") > MAX_SCANS:
        raise RefusedError("picture_damaged", kind="jpeg")


def _small(image: Image.Image) -> Image.Image:
    """The picture upright, at most EDGE pixels long, in sRGB, with nothing beside its pixels."""
    profile = image.info.get("icc_profile")
    image.draft(None, (2 * EDGE, 2 * EDGE))  # a JPEG is decoded no larger than it has to be
    upright = _orientation(image)
    pixels = _plain(image)
    pixels.thumbnail((EDGE, EDGE), Image.Resampling.LANCZOS)
    if upright is not None:
        pixels = pixels.transpose(upright)
    if isinstance(profile, bytes):
        pixels = _in_srgb(pixels, profile)
    if pixels.mode == "CMYK":
        pixels = pixels.convert("RGB")
    kept = Image.new(pixels.mode, pixels.size)
    kept.paste(pixels)
    return kept


def _plain(image: Image.Image) -> Image.Image:
    """In a mode that can be made smaller without loss of its colours: RGB, RGBA or CMYK."""
    mode = image.mode
    if mode in ("RGB", "RGBA", "CMYK"):
        image.load()
        return image
    if mode.startswith("I;16") or mode == "I":  # 16 bits a pixel, of which Pillow would cut off
        return image.convert("I").point(lambda value: value * (1 / 257)).convert("L").convert("RGB")
    has_alpha = mode in ("LA", "PA", "La", "RGBa") or "transparency" in image.info
    return image.convert("RGBA" if has_alpha else "RGB")


def _orientation(image: Image.Image) -> Image.Transpose | None:
    """How a camera says that its picture has to be turned."""
    try:
        return _TURNS.get(image.getexif().get(_ORIENTATION, 1))
    except Exception:  # damaged metadata of a sound picture
        return None


_ORIENTATION: Final = 0x0112
_TURNS: Final = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def _in_srgb(image: Image.Image, profile: bytes) -> Image.Image:
    """With the colours that its profile means. One that is damaged, or of other colours, is passed
    over, as browsers do."""
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        target = ImageCms.createProfile("sRGB")
        mode = "RGBA" if image.mode == "RGBA" else "RGB"
        turned = ImageCms.profileToProfile(image, source, target, outputMode=mode)
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return image
    return turned or image
