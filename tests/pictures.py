"""`make pictures`: the README's pictures of one ten-pull, as a player's phone and the step viewer
show it.

What is on them is real: the deployed code on a local AWS, the simulated Discord, a browser. Only
the secret of the draws is chosen, so that the same cards come every time, and an SSR among them.
What can be read on a picture is kept as text beside it; `tests/e2e/test_pictures.py` plays the same
pull again and compares.
"""

from __future__ import annotations

import hashlib
import io
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, NamedTuple

import pytest
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Error, Locator, Page, ViewportSize

from local import ROOT
from local.client import Signer
from local.cloud import LocalCloud, StartError, free_port
from local.playground import pulls
from local.playground.cast import ENGLISH, JAPANESE, OWNER, Person
from local.playground.relay import Playground
from tests.browser import PATIENCE, started
from tests.playing import PHONE, Client, playable

IMAGES: Final = ROOT / "docs/images"
SECRET: Final = "a secret for pictures, number 331"
"""With it both players' first ten cards hold one SSR, as few do."""
COLOURS: Final = 256
"""Of a picture. They are flat areas and letters, and more would only make the files larger."""
CHANNEL: Final[ViewportSize] = {"width": PHONE["width"], "height": 676}
"""Of a phone's screen, what the rest of its client leaves to the channel."""
VIEWER: Final[ViewportSize] = {"width": 480, "height": 844}
SCALE: Final = 2
"""Dots of a picture for one of the page's pixels: as sharp as a phone's."""
MARGIN: Final = 12  # of the page's pixels
CHANGING: Final = {
    r"\d{17,20}": "<id>",
    r"\d{4}/\d\d?/\d\d? \d\d?:\d\d": "<time>",
    r"\d\d?/\d\d?/\d\d, \d\d?:\d\d\s[AP]M": "<time>",
    r"\d\d:\d\d:\d\d\.\d{3}": "<time>",
    r"[\d,]+ ?ms": "<time taken>",
    r"[\d,]+ (?=characters|文字)": "<length> ",
}
"""What is another each time, and what the kept text has in its place."""
HIDE: Final = "all => all.forEach(each => each.style.display = 'none')"


class Story(NamedTuple):
    """Somebody's ten-pull. `locale` is their browser's, and `command` what their Discord shows.
    Before it they take the day (`day`), whose message is the one that welcomes them."""

    language: str
    locale: str
    person: Person
    day: str
    command: str
    options: dict[str, str]


STORIES: Final = (
    Story("en", "en-US", ENGLISH, "gacha daily", "gacha pull", {"count": "10"}),
    Story("ja", "ja", JAPANESE, "ガチャ デイリー", "ガチャ 引く", {"回数": "10"}),
)


class Picture(NamedTuple):
    """`name` is that of its two files; `text` is what can be read on it, without times and ids."""

    name: str
    png: bytes
    text: str

    @property
    def kept(self) -> str:
        """What is kept beside the picture, so that neither is replaced without the other."""
        return kept(self.png, self.text)

    def save(self) -> None:
        (IMAGES / f"{self.name}.png").write_bytes(self.png)
        (IMAGES / f"{self.name}.txt").write_text(self.kept, "utf-8")


def kept(png: bytes, text: str) -> str:
    return f"sha256 {hashlib.sha256(png).hexdigest()}\n\n{text}\n"


def text_of(name: str) -> str:
    """What the picture of this name was found to show when it was made."""
    return (IMAGES / f"{name}.txt").read_text("utf-8").partition("\n\n")[2].removesuffix("\n")


def pictures(chromium: Browser) -> Iterator[Picture]:
    """All of them, from a local cloud of their own."""
    cloud = LocalCloud(free_port(), Signer.development(), playground=True, say=print)
    with cloud as stack:
        stack.client("secretsmanager").put_secret_value(
            SecretId=stack.outputs["FairnessSecretArn"], SecretString=SECRET
        )
        playground = playable(cloud)
        with phone(chromium, "ja") as context:  # so that no picture is of a cold start
            Client.open(context, playground, "server").be(OWNER.name).use("ガチャ 引く")
        for story in STORIES:
            with phone(chromium, story.locale) as context:
                yield from told(story, context, playground)


@contextmanager
def phone(chromium: Browser, locale: str) -> Iterator[BrowserContext]:
    with chromium.new_context(
        locale=locale,
        color_scheme="dark",
        viewport=PHONE,
        device_scale_factor=SCALE,
        is_mobile=True,
        has_touch=True,
    ) as context:
        context.set_default_timeout(PATIENCE * 1000)
        yield context


def told(story: Story, context: BrowserContext, playground: Playground) -> Iterator[Picture]:
    """The pull, and then the steps of the same one."""
    client = Client.open(context, playground, "server").be(story.person.name)
    client.use(story.day)
    message = client.use(story.command, **story.options)
    receipt_number = re.findall(r"\d{17,20}", message.inner_text())[-1]
    yield of_message(f"ten-pull.{story.language}", client, message)
    page = context.new_page()
    page.set_viewport_size(VIEWER)
    page.goto(f"{playground.url.removesuffix('/')}{pulls.FOLDER}/{receipt_number}")
    yield of_steps(f"steps.{story.language}", page)


def of_message(name: str, client: Client, message: Locator) -> Picture:
    """The channel with this message alone, without what SimCord has around a client."""
    id_ = message.get_attribute("data-message-id")
    others = f".channel-message:not([data-message-id='{id_}'])"
    for around in (".preview-toolbar", ".messages-sidebar", ".timeline-day-divider", others):
        client.page.locator(around).evaluate_all(HIDE)
    client.page.set_viewport_size(CHANNEL)
    message.scroll_into_view_if_needed()
    return Picture(name, small(client.page.screenshot()), readable(message))


def of_steps(name: str, page: Page) -> Picture:
    """The odds of the SSR, and the steps."""
    draws = page.locator(".draws > li")
    draws.filter(has_not_text=re.compile(r"^\s*\d+\.\s+SSR\s")).evaluate_all(HIDE)
    shown = page.locator("main")
    shown.locator("> :not(#odds, #steps), #odds > p").evaluate_all(HIDE)
    box = shown.bounding_box()
    assert box, "the page is empty"
    whole = page.screenshot(
        full_page=True,
        clip={
            "x": 0,
            "y": box["y"] - MARGIN,
            "width": VIEWER["width"],
            "height": box["height"] + 2 * MARGIN,
        },
    )
    return Picture(name, small(whole), readable(shown))


def small(png: bytes) -> bytes:
    """The same picture in COLOURS."""
    made = io.BytesIO()
    with Image.open(io.BytesIO(png)) as picture:
        # By coverage, since a few dots have to keep their colours among many greys.
        few = picture.convert("RGB").quantize(
            COLOURS, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE
        )
        few.save(made, "PNG", optimize=True)
    return made.getvalue()


def readable(shown: Locator) -> str:
    """What a reader, or a program that reads aloud, finds in a part of a page."""
    text = shown.aria_snapshot()
    for pattern, name in CHANGING.items():
        text = re.sub(pattern, name, text)
    return text


def main() -> int:
    try:
        with started() as chromium:
            for picture in pictures(chromium):
                picture.save()
                print(f"{IMAGES / picture.name}.png  {len(picture.png):,} bytes")
    except (StartError, Error, pytest.skip.Exception) as error:  # the last: there is no browser
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
