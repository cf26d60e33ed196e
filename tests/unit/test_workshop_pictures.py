"""Pictures of strangers: taken as a small WebP without anything else in it, or refused."""

from __future__ import annotations

import io
import os
import struct
import zlib
from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms, PngImagePlugin

from adapters import files
from tests.conftest import load_function

_own: dict[str, ModuleType] = {}
pictures: ModuleType = load_function("workshop", "pictures", _own)
RefusedError: Any = _own["refused"].RefusedError

RED, GREEN, BLUE = (220, 20, 20), (20, 200, 20), (20, 20, 220)


def saved(image: Image.Image, kind: str = "PNG", **options: Any) -> bytes:
    output = io.BytesIO()
    image.save(output, kind, **options)
    return output.getvalue()


def plain(width: int = 40, height: int = 30, mode: str = "RGB") -> Image.Image:
    return Image.new(mode, (width, height), RED if mode.startswith("RGB") else 128)


def opened(picture: Any) -> Image.Image:
    """What was kept, as somebody else's decoder sees it."""
    image = Image.open(io.BytesIO(picture.content))
    image.load()
    return image


def refused(content: bytes) -> str:
    with pytest.raises(RefusedError) as refusal:
        pictures.made(content)
    return str(refusal.value.key)


def is_near(one: Any, two: Any, by: int = 12) -> bool:
    return all(abs(a - b) <= by for a, b in zip(one, two, strict=False))


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF"])
def test_each_kind_becomes_a_webp(kind: str) -> None:
    content = saved(plain(), kind)
    picture = pictures.made(content)
    image = opened(picture)
    assert image.format == "WEBP" and image.size == (40, 30)
    assert is_near(image.convert("RGB").getpixel((20, 15)), RED)
    assert not picture.is_moving
    assert pictures.made(content) == picture


@pytest.mark.parametrize(
    ("size", "kept"),
    [
        ((1024, 1024), (1024, 1024)),
        ((1025, 10), (1024, 10)),
        ((4000, 1000), (1024, 256)),
        ((1000, 5000), (205, 1024)),
        ((1, 1), (1, 1)),
        ((8000, 1), (1024, 1)),
    ],
)
def test_it_is_at_most_1024_pixels_long(size: tuple[int, int], kept: tuple[int, int]) -> None:
    picture = pictures.made(saved(plain(*size)))
    assert opened(picture).size == kept == (picture.width, picture.height)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_nothing_of_its_metadata_stays(kind: str) -> None:
    exif = Image.Exif()
    exif[0x010F] = "SECRET-CAMERA"
    exif.get_ifd(0x8825)[2] = (35.0, 40.0, 1.0)  # where it was taken
    options: dict[str, Any] = {"exif": exif, "icc_profile": srgb()}
    if kind == "PNG":
        options["pnginfo"] = PngImagePlugin.PngInfo()
        options["pnginfo"].add_text("Comment", "SECRET-TEXT")
        options["pnginfo"].add_itxt("XML:com.adobe.xmp", "SECRET-XMP")
    if kind == "JPEG":
        options["comment"] = b"SECRET-COMMENT"
    content = saved(plain(), kind, **options)
    assert b"SECRET" in content
    picture = pictures.made(content)
    assert b"SECRET" not in picture.content
    chunks = [name for name in (b"EXIF", b"XMP ", b"ICCP") if name in picture.content]
    assert not chunks and not opened(picture).getexif()


def srgb() -> bytes:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_picture_stands_as_its_camera_says(orientation: int) -> None:
    """Against the library's own way to turn it, which we do not use: it decodes before."""
    from PIL import ImageOps

    image = Image.new("RGB", (64, 32), BLUE)
    image.paste(RED, (0, 0, 32, 16))
    image.paste(GREEN, (32, 0, 64, 16))
    exif = Image.Exif()
    exif[0x0112] = orientation
    content = saved(image, "PNG", exif=exif)
    wanted = ImageOps.exif_transpose(Image.open(io.BytesIO(content)))
    kept = opened(pictures.made(content)).convert("RGB")
    assert kept.size == wanted.size
    for x in (4, kept.width - 4):
        for y in (4, kept.height - 4):
            assert is_near(kept.getpixel((x, y)), wanted.getpixel((x, y)), by=40)


def test_a_damaged_orientation_turns_nothing() -> None:
    for value in (0, 9, 65535):
        exif = Image.Exif()
        exif[0x0112] = value
        assert opened(pictures.made(saved(plain(), "JPEG", exif=exif))).size == (40, 30)
    content = saved(plain(), "JPEG", exif=b"Exif\0\0MM\0*\xff\xff\xff\xff")
    assert opened(pictures.made(content)).size == (40, 30)


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P"])
def test_what_is_transparent_stays_so(mode: str) -> None:
    image = Image.new("RGBA", (2000, 40), (0, 0, 0, 0))
    image.paste((*RED, 255), (0, 0, 1000, 40))
    content = saved(image.convert(mode)) if mode != "P" else saved(image.quantize(8))
    kept = opened(pictures.made(content)).convert("RGBA")
    clear, solid = kept.getpixel((900, 10)), kept.getpixel((100, 10))
    assert isinstance(clear, tuple) and isinstance(solid, tuple)
    assert clear[3] == 0 and solid[3] == 255


@pytest.mark.parametrize("mode", ["1", "L", "P", "I;16", "CMYK", "RGB"])
def test_every_mode_keeps_its_brightness(mode: str) -> None:
    gray = Image.linear_gradient("L").resize((64, 64))
    image = gray.convert(mode) if mode != "I;16" else deep(gray)
    kind = "JPEG" if mode == "CMYK" else "PNG"
    kept = opened(pictures.made(saved(image, kind))).convert("L")
    dark, light = kept.getpixel((32, 1)), kept.getpixel((32, 62))
    assert isinstance(dark, int) and isinstance(light, int)
    assert dark < 40 and light > 215
    if mode == "I;16":
        middle = kept.getpixel((32, 32))
        assert isinstance(middle, int) and 110 < middle < 145


def deep(gray: Image.Image) -> Image.Image:
    """The same picture with 16 bits a pixel."""
    data = b"".join(struct.pack("<H", value * 257) for value in gray.tobytes())
    return Image.frombytes("I;16", gray.size, data)


def test_colours_of_another_space_are_brought_over() -> None:
    """A profile whose red and green are exchanged shows whether anybody read it."""
    profile = bytearray(srgb())
    at = {bytes(profile[n : n + 4]): n for n in range(132, 132 + 12 * profile[131], 12)}
    red, green = at[b"rXYZ"], at[b"gXYZ"]
    tags = profile[red + 4 : red + 12], profile[green + 4 : green + 12]
    profile[red + 4 : red + 12], profile[green + 4 : green + 12] = tags[1], tags[0]
    kept = opened(pictures.made(saved(plain(), icc_profile=bytes(profile)))).convert("RGB")
    pixel = kept.getpixel((20, 15))
    assert isinstance(pixel, tuple) and pixel[1] > 150 > pixel[0]


def test_a_damaged_profile_is_passed_over() -> None:
    for profile in (b"no profile", srgb()[:200], b"\0" * 3000):
        kept = opened(pictures.made(saved(plain(), icc_profile=profile))).convert("RGB")
        assert is_near(kept.getpixel((20, 15)), RED)


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG"])
def test_of_a_moving_picture_the_first_frame_is_taken(kind: str) -> None:
    frames = [Image.new("RGB", (40, 30), colour) for colour in (BLUE, RED, GREEN)]
    content = saved(frames[0], kind, save_all=True, append_images=frames[1:], duration=100)
    picture = pictures.made(content)
    assert picture.is_moving
    assert is_near(opened(picture).convert("RGB").getpixel((20, 15)), BLUE, by=30)


OTHERS = {
    "pdf": b"%PDF-1.7\n",
    "svg": b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    "heic": b"\0\0\0\x18ftypheic\0\0\0\0mif1heic",
    "avif": b"\0\0\0\x18ftypavif\0\0\0\0",
    "video": b"\0\0\0\x18ftypisom\0\0\0\0",
    "psd": b"8BPS\0\1",
    "bmp": b"BM\x36\0\0\0\0\0\0\0",
    "tiff": b"II*\0\0\0\0\0",
}


@pytest.mark.parametrize("kind", OTHERS)
def test_another_kind_is_refused_by_its_name(kind: str) -> None:
    assert pictures.kind(OTHERS[kind]) == kind
    assert refused(OTHERS[kind]) == "picture_kind"


@pytest.mark.parametrize("start", [b"\xef\xbb\xbf", b"\n <?xml version='1.0'?>", b" "])
def test_an_svg_is_one_however_it_begins(start: bytes) -> None:
    assert pictures.kind(start + OTHERS["svg"]) == "svg"


@pytest.mark.parametrize("content", [b"", b"a", b"PK\3\4", b"hello world", b"\0" * 64])
def test_what_is_nothing_we_know_is_refused(content: bytes) -> None:
    assert refused(content) == "picture_none"


def test_only_the_decoder_of_its_kind_is_asked() -> None:
    """A PostScript file behind a PNG's signature reaches no interpreter."""
    assert refused(b"\x89PNG\r\n\x1a\n%!PS-Adobe-3.0 EPSF-3.0\n") == "picture_damaged"


def png_of(width: int, height: int, depth: int = 8, colour: int = 2) -> bytes:
    """A PNG's header that promises such a picture, and almost nothing of it."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        )

    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    body = chunk(b"IDAT", zlib.compress(b"\0" * 4096))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + body + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    "size", [(30_000, 30_000), (2**31 - 1, 2**31 - 1), (8_192, 6_145), (16_384, 1), (1, 16_384)]
)
def test_a_bomb_is_refused_by_its_header(
    size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    def decode(*_: object) -> None:
        raise AssertionError("it was decoded")

    monkeypatch.setattr(PngImagePlugin.PngImageFile, "load", decode)
    assert refused(png_of(*size)) == "picture_large"


def test_the_largest_that_phones_take_is_taken() -> None:
    picture = pictures.made(saved(plain(8_192, 6_144), "JPEG"))
    assert (picture.width, picture.height) == (1_024, 768)


def test_a_jpeg_of_scans_without_end_is_refused() -> None:
    content = saved(plain(), "JPEG", progressive=True)
    scan = content[content.rindex(b"\xff\xda") : -2]
    assert refused(content[:-2] + scan * 40 + content[-2:]) == "picture_damaged"
    assert pictures.made(content)


def test_text_that_unpacks_to_much_is_refused() -> None:
    content = saved(plain())
    text = b"Comment\0\0" + zlib.compress(b"\0" * 80_000_000)
    chunk = struct.pack(">I", len(text)) + b"zTXt" + text
    chunk += struct.pack(">I", zlib.crc32(b"zTXt" + text))
    at = content.index(b"IDAT") - 4
    assert refused(content[:at] + chunk + content[at:]) == "picture_damaged"


def test_a_heavy_file_is_refused_by_its_weight() -> None:
    assert refused(saved(plain()) + b"\0" * pictures.MAX_BYTES) == "picture_heavy"


def test_pure_noise_keeps_within_what_is_stored() -> None:
    noise = Image.frombytes("RGBA", (1024, 1024), os.urandom(4 * 1024 * 1024))
    assert len(pictures.made(saved(noise)).content) <= files.ART.most


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF"])
def test_a_truncated_picture_is_refused(kind: str) -> None:
    content = saved(Image.effect_noise((200, 200), 90).convert("RGB"), kind)
    for part in range(1, 10):
        assert refused(content[: 20 + (len(content) - 20) * part // 10]) == "picture_damaged"


WHOLE: list[Callable[[], bytes]] = [
    lambda: saved(Image.effect_noise((32, 32), 90).convert("RGBA")),
    lambda: saved(Image.effect_noise((32, 32), 90).convert("P"), "PNG", icc_profile=srgb()),
    lambda: saved(
        Image.effect_noise((32, 32), 90), "JPEG", progressive=True, exif=b"Exif\0\0MM\0*"
    ),
    lambda: saved(Image.effect_noise((32, 32), 90).convert("RGB"), "WEBP"),
    lambda: saved(Image.effect_noise((32, 32), 90), "GIF", save_all=True, append_images=[plain()]),
]


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(
    st.sampled_from(range(len(WHOLE))),
    st.lists(st.tuples(st.integers(0, 5_000), st.binary(max_size=6)), min_size=1, max_size=6),
)
def test_whatever_is_damaged_it_is_taken_or_refused(
    which: int, damages: list[tuple[int, bytes]]
) -> None:
    content = bytearray(WHOLE[which]())
    for at, damage in damages:
        at %= len(content)
        content[at : at + len(damage)] = damage
    try:
        picture = pictures.made(bytes(content))
    except RefusedError:
        return
    assert max(opened(picture).size) <= pictures.EDGE
