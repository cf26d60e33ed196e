"""verify.html in a real browser: the Chromium that is installed, without a window.

Skipped where no Chromium is installed. These tests need no local cloud.
"""

from __future__ import annotations

import hashlib
import http.server
import json
import random
import re
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal, NamedTuple

import pytest
from playwright.sync_api import Browser, BrowserContext, Dialog, Page, ViewportSize

import verify
from gacha import banner, changes, engine, errors, fairness, player, pulling
from gacha.days import Clock
from gacha.game import Offer
from gacha.purse import Tickets
from scripts import box_vectors
from scripts.make_vectors import written
from tests.browser import CHROMIUM, PATIENCE, needs_chromium
from tests.largest import LARGEST
from tests.unit import test_shared_box
from tests.unit.test_verify import LOOKALIKES

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "verify.html"
VECTORS = ROOT / "tests" / "vectors"
INDEX: dict[str, list[dict[str, Any]]] = json.loads((VECTORS / "index.json").read_text("utf-8"))
PHONE: ViewportSize = {"width": 390, "height": 844}


DROP = """(() => {
  document.getElementById('verdict').dataset.state = 'before';
  const dragged = new DataTransfer();
  dragged.setData("text/plain", TEXT);
  document.dispatchEvent(new DragEvent("drop", { dataTransfer: dragged, cancelable: true }));
})()"""


class Seen(NamedTuple):
    """What the page shows of a file."""

    state: str  # "good", "partial", "bad", "unreadable" or "newer"
    place: int | None  # the receipt refused, counted from 1
    receipt: str | None  # its number
    text: str  # the verdict's text


class Phone:
    """A phone's browser with verify.html. What the page says and asks is kept."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self._cdp = page.context.new_cdp_session(page)
        self.console: list[str] = []
        self.requests: list[str] = []
        self.dialogs: list[str] = []
        page.on("console", lambda message: self.console.append(message.text))
        page.on("pageerror", lambda error: self.console.append(str(error)))
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("dialog", self._dismiss)

    def _dismiss(self, dialog: Dialog) -> None:
        self.dialogs.append(dialog.message)
        dialog.dismiss()

    def load(self, language: str = "en-US", scheme: Literal["light", "dark"] = "light") -> None:
        """The page, new, as a phone with these languages and this colour scheme shows it."""
        self._cdp.send(
            "Emulation.setUserAgentOverride", {"userAgent": "test", "acceptLanguage": language}
        )
        self.page.emulate_media(color_scheme=scheme)
        self.page.goto(PAGE.as_uri())

    def evaluate(self, expression: str) -> Any:
        """The value of an expression in the page; a promise is awaited."""
        return self.page.evaluate(expression)

    def call(self, function: str, *arguments: object) -> Any:
        """What a function of the page gives for plain values."""
        return self.page.evaluate(f"given => ({function})(...given)", list(arguments))

    def heap(self) -> dict[str, int]:
        """What the page's script uses, in bytes."""
        usage: dict[str, int] = self._cdp.send("Runtime.getHeapUsage")
        return usage

    def choose(self, *paths: Path) -> None:
        """Choose files as the player does; the verdict comes later."""
        self.evaluate("document.getElementById('verdict').dataset.state = 'before'")
        self.page.locator("#file").set_input_files([*paths])

    def choose_missing(self, path: Path) -> None:
        """Choose a file that is gone when the page reads it, which Playwright itself refuses."""
        self.evaluate("document.getElementById('verdict').dataset.state = 'before'")
        found = self._cdp.send(
            "Runtime.evaluate", {"expression": "document.getElementById('file')"}
        )
        chosen = {"files": [str(path)], "objectId": found["result"]["objectId"]}
        self._cdp.send("DOM.setFileInputFiles", chosen)

    def verdict(self) -> Seen:
        """What the page says once it has checked the chosen file."""
        state, place, receipt, text = self.call(
            """(patience) => new Promise((resolve, reject) => {
                 setTimeout(() => reject(new Error("no verdict")), patience);
                 const box = document.getElementById("verdict");
                 const look = () => ["before", "working"].includes(box.dataset.state)
                   ? setTimeout(look, 5)
                   : resolve([box.dataset.state, box.dataset.place, box.dataset.receipt,
                              box.innerText]);
                 look();
               })""",
            PATIENCE * 1000,
        )
        return Seen(state, int(place) if place else None, receipt or None, text)

    def check(self, *paths: Path) -> Seen:
        self.choose(*paths)
        return self.verdict()


@pytest.fixture(scope="module")
def context(chromium: Browser) -> Iterator[BrowserContext]:
    with chromium.new_context(viewport=PHONE, is_mobile=True, device_scale_factor=2) as context:
        context.set_default_timeout(PATIENCE * 1000)
        yield context


@pytest.fixture
def phone(context: BrowserContext) -> Iterator[Phone]:
    page = context.new_page()
    yield Phone(page)
    page.close()


@pytest.fixture
def page(phone: Phone) -> Phone:
    """The page, new, in English."""
    phone.load()
    return phone


@pytest.fixture(autouse=True)
def quiet(request: pytest.FixtureRequest) -> Iterator[None]:
    """Whatever a test does with the page, its console stays empty."""
    page = request.getfixturevalue("page") if "page" in request.fixturenames else None
    yield
    assert page is None or page.console == []


# --- files of receipts ----------------------------------------------------------------------------

USER = "1290000000000000009@1290000000000000002"


def receipts_file(
    turns: list[tuple[str, int]], client_seed: str = "client", apart_ms: int = 1
) -> dict[str, Any]:
    """What `/gacha fair receipts` attaches after these pulls (banner's text, count) in an epoch, so
    far apart. What a limit does not leave is no pull."""
    seed = fairness.server_seed(b"a secret of the tests", USER, 0)
    texts = dict.fromkeys(toml for toml, _ in turns)
    held = {toml: banner.parse(toml.encode(), "test") for toml in texts}
    user, guild = USER.split("@")
    owner = replace(
        player.newcomer(player.key(user, guild), guild, 0, fairness.commitment(seed)),
        balance=10**9,
        tickets=(Tickets(count=25, ends_ms=2**52),),  # some pulls are theirs, then the coins'
        client_seed=client_seed,
    )
    receipts = []
    for number, (toml, count) in enumerate(turns):
        interaction_id = str(1574629893929968613 + (number * apart_ms << 22))
        offer = Offer(held[toml].id, held[toml].hash)
        clock = Clock("America/New_York", 5)
        pull = pulling.pull(
            owner, held[toml], offer, count, interaction_id, seed, client_seed, clock
        )
        if isinstance(pull, pulling.Refusal):
            assert pull.sentence.startswith("limit_")
            continue
        text = pulling.canonical(pull.receipt).decode()
        receipts.append({"text": text, "hash": pull.receipt_hash})
        owner = between(pull.after, [*held.values()], number)
    return {
        "format": "gacha-receipts-1",
        "user_id": USER,
        "epochs": [
            {"epoch": 0, "commitment": fairness.commitment(seed), "server_seed": seed.hex()}
        ],
        "banners": {held[toml].hash: toml for toml, _ in turns},
        "receipts": receipts,
    }


def between(owner: player.Player, versions: Sequence[banner.Banner], number: int) -> player.Player:
    """What a player does between two pulls and no receipt is of, by whichever version allows it:
    now and then they begin their box anew, or take cards for points."""
    for of in versions:
        offer = Offer(of.id, of.hash)
        with suppress(engine.DrawError):
            if number % 3 == 0:
                owner = changes.begin_box(owner, of, offer).after
        for card in sorted(of.exchange.cards) if of.exchange and number % 3 == 1 else []:
            with suppress(engine.DrawError):
                owner = changes.exchange(owner, of, offer, card).after
    return owner


def relinked(file: dict[str, Any], receipts: list[Any]) -> dict[str, Any]:
    """The file with these receipts in place of its own, and every hash made anew."""
    held = []
    previous = ""
    for receipt in receipts:
        if previous and receipt.get("previous"):
            receipt["previous"] = previous
        text = json.dumps(receipt, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        previous = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
        held.append({"text": text, "hash": previous})
    return {**file, "receipts": held}


def with_banner(file: dict[str, Any], old: str, toml: str) -> dict[str, Any]:
    """The file with another text for a banner, and every hash made anew."""
    new = hashlib.sha256(toml.encode()).hexdigest()
    receipts = [json.loads(receipt["text"]) for receipt in file["receipts"]]
    for receipt in receipts:
        if receipt["banner_hash"] == old:
            receipt["banner_hash"] = new
    banners = {new if key == old else key: text for key, text in file["banners"].items()}
    banners[new] = toml
    return relinked({**file, "banners": banners}, receipts)


def as_bytes(file: dict[str, Any]) -> bytes:
    """With one receipt to a line, as the bot writes it."""
    receipts = ",\n".join(json.dumps(receipt) for receipt in file["receipts"])
    rest = json.dumps({key: value for key, value in file.items() if key != "receipts"})
    return f'{rest[:-1]},\n"receipts":[\n{receipts}\n]}}\n'.encode()


def write(path: Path, file: dict[str, Any]) -> Path:
    path.write_bytes(as_bytes(file))
    return path


UNIT = """(() => {
  const began = performance.now();
  for (let i = 0, x = 1; i < 2e8; i++) x = Math.imul(x, 1103515245) + 12345 | 0;
  return performance.now() - began;
})()"""
"""A piece of work of about a quarter of a second, in milliseconds: what the page is bound by where
the machine has other things to do, too."""
WATCH = """
  window.longest = 0;
  window.texts = new Set();
  window.last = performance.now();
  (function tick() {
    const now = performance.now();
    window.longest = Math.max(window.longest, now - window.last);
    window.last = now;
    window.texts.add(document.querySelector("#verdict h2")?.textContent);
    setTimeout(tick, 0);
  })();"""
"""From here on, notes the longest time in milliseconds that the page was busy, and its titles."""

STARLIT = (ROOT / "layers/gacha/python/gacha/banners/starlit-atelier.toml").read_text("utf-8")


# --- the vectors ----------------------------------------------------------------------------------


@needs_chromium
@pytest.mark.parametrize("case", INDEX["good"], ids=lambda case: case["file"])
def test_good_vectors_replay(page: Phone, case: dict[str, Any]) -> None:
    seen = page.check(VECTORS / case["file"])
    state = "partial" if case["unseen"] else "good"
    assert (seen.state, seen.place, seen.receipt) == (state, None, None)
    if case["unseen"]:
        assert f"first draws of epoch 0 are missing: {case['unseen']:,} draws" in seen.text
        assert "What was given replays" in seen.text and "All" not in seen.text
    elif case["pulls"]:
        assert f"All {case['draws']:,} draws of {case['pulls']:,} pulls replay" in seen.text
    notes = page.evaluate("document.getElementById('notes').innerText")
    assert ("begins after this player's first receipt" in notes) is not case["begins_with_first"]
    assert page.evaluate("document.querySelectorAll('#pulls details').length") == case["pulls"]


@needs_chromium
@pytest.mark.parametrize("case", INDEX["bad"], ids=lambda case: case["file"])
def test_bad_vectors_name_the_receipt(page: Phone, case: dict[str, Any]) -> None:
    seen = page.check(VECTORS / case["file"])
    assert seen.state in ("bad", "unreadable")
    assert (seen.place, seen.receipt) == (case["place"], case["interaction_id"])
    if case["interaction_id"]:
        assert f"Receipt {case['interaction_id']} does not replay" in seen.text
    elif case["place"]:
        assert f"Receipt no. {case['place']} of the file does not replay" in seen.text
    said = ("Before it, ", "Nothing else was checked", "Download the file")
    assert any(sentence in seen.text for sentence in said)


@needs_chromium
@pytest.mark.parametrize("language", ["en-US", "ja"])
def test_vectors_that_are_newer_are_neither(page: Phone, language: str) -> None:
    """Neither good nor bad; and it is said that nothing of them is verified, and what to do."""
    page.load(language)
    title, way, rest = {
        "ja": (
            "検証できていません：このページより新しい記録です",
            "最新の verify.html",
            "ほかは再現",
        ),
        "en-US": ("Not verified: newer than this page", "newest verify.html", "The others replay"),
    }[language]
    for case in INDEX["newer"]:
        seen = page.check(VECTORS / case["file"])
        assert (seen.state, seen.place, seen.receipt) == (
            *("newer", case["place"], case["interaction_id"]),
        ), case["file"]
        assert seen.text.startswith(title) and way in seen.text, case["file"]
        assert (rest in seen.text) is (case["place"] is not None), case["file"]
        assert "✓" not in seen.text and "✗" not in seen.text
        assert "。。" not in seen.text and ".." not in seen.text, seen.text


@needs_chromium
def test_the_fields_that_the_page_knows_are_those_of_the_format(page: Phone) -> None:
    own = page.evaluate(
        """(() => {
             const found = {"": Object.keys(KNOWN)};
             const walk = (table, path) => {
               for (const [key, inner] of Object.entries(table)) {
                 if (!inner) continue;
                 found[path + key] = Object.keys(inner);
                 walk(inner, `${path}${key}.`);
               }
             };
             walk(KNOWN, "");
             return found;
           })()"""
    )
    theirs = {path: fields.split() for path, fields in verify.FIELDS.items()}
    assert {path: sorted(fields) for path, fields in own.items()} == {
        path: sorted(fields) for path, fields in theirs.items()
    }


@needs_chromium
def test_boxes_that_a_server_shares(page: Phone) -> None:
    """The vectors, and random ones: what verify.py takes the page takes, and names the same one."""
    for case in INDEX["boxes"]:
        seen = page.check(VECTORS / case["file"])
        if "tickets" in case:
            assert seen.state == "good" and f"All {case['tickets']} tickets replay" in seen.text
        else:
            assert seen.state == ("newer" if "newer" in case else "bad"), case["file"]
            assert seen.place == case["place"], case["file"]


@needs_chromium
def test_random_boxes_that_a_server_shares(page: Phone, tmp_path: Path) -> None:
    for seed in range(8):
        dice = random.Random(seed)
        play = box_vectors.BoxPlay(test_shared_box.random_lottery(dice))
        for turn in range(20):
            play.pull(str(box_vectors.FIRST_USER + dice.randrange(9)), dice.randint(1, 10), turn)
        file = play.file()
        sold = sum(json.loads(entry["text"])["count"] for entry in file["receipts"])
        path = tmp_path / f"{seed}.json"
        path.write_text(written(file), "utf-8")
        assert f"All {sold} tickets replay" in page.check(path).text
        del file["receipts"][-1]  # as somebody would who did not like how it ended
        path.write_text(written(file), "utf-8")
        cut = page.check(path).text
        assert "closed" not in cut and "sold out" not in cut
        assert "/gacha fair box shows" in cut and file["receipts"][-1]["hash"] in cut
        box_vectors.relink(
            file, len(file["receipts"]), lambda receipt: receipt.update(client="0" * 64, count=1)
        )
        path.write_text(written(file), "utf-8")
        said = test_shared_box.judged(file)  # another client may draw the same cards
        assert (page.check(path).state == "good") is said.startswith("Every ticket replays")


@needs_chromium
@pytest.mark.parametrize("case", INDEX["together"], ids=lambda case: case["about"])
def test_vectors_that_are_given_together(page: Phone, case: dict[str, Any]) -> None:
    seen = page.check(*(VECTORS / name for name in dict.fromkeys(case["files"])))
    state = "partial" if case["unseen"] else "good"
    if not case["verifies"]:
        assert seen.state in ("bad", "unreadable")
        assert seen.receipt == case["interaction_id"]
        return
    assert seen.state == state
    if len({*case["files"]}) == len(case["files"]):
        assert f"{case['draws']:,} draw" in seen.text and f"{case['pulls']:,} pull" in seen.text


@needs_chromium
def test_the_page_shows_client_seeds_as_the_program_does(page: Phone) -> None:
    for seed in (*LOOKALIKES, "a", "a b", "a" * 100):
        shown = page.call("quoted", seed)
        assert (f"SHA-256 {verify.sha256(seed.encode())}" in shown) is (
            "SHA-256" in verify.quoted(seed).removeprefix(f'"{seed}"')
        )
        assert shown.startswith('"') and (shown == f'"{seed}"' or "\nSHA-256 " in shown)


@needs_chromium
def test_the_page_says_what_comes_back_after_another(page: Phone) -> None:
    page.check(VECTORS / "good/alternating.json")
    notes = page.evaluate("document.getElementById('notes').innerText")
    first, second = json.loads((VECTORS / "good/alternating.json").read_text("utf-8"))["banners"]
    assert "A client seed is used again" in notes and "went back to a version" in notes
    assert f"version {first[:16]}" in notes and "receipts 1–4, receipts 7–8" in notes
    assert f"version {second[:16]}" in notes and "receipts 5–6" in notes
    page.check(VECTORS / "good/rotation.json")
    notes = page.evaluate("document.getElementById('notes').innerText")
    assert "again after another" not in notes and "went back" not in notes


@needs_chromium
def test_a_file_that_cannot_be_read_is_no_fault_of_the_page(page: Phone, tmp_path: Path) -> None:
    page.choose_missing(tmp_path / "gone.json")
    seen = page.verdict()
    assert seen.state == "unreadable"
    assert "The file cannot be read. Save it on this device again" in seen.text
    assert "fault" not in seen.text


@needs_chromium
def test_the_first_part_that_is_missing_is_counted_once_in_both_languages(page: Phone) -> None:
    page.load("ja")
    assert "期間 0 の始めの 11 枚分（" in page.check(VECTORS / "together/0-b.json").text
    page.load("en-US")
    assert "epoch 0 are missing: 11 draws (" in page.check(VECTORS / "together/0-b.json").text


@needs_chromium
def test_vectors_of_words(page: Phone) -> None:
    for case in json.loads((VECTORS / "words.json").read_text("utf-8")):
        found = page.call(
            "(seed, ...rest) => hex(hmac(unhex(seed), utf8(`v1|${rest.join('|')}`)))",
            *(case[key] for key in ("server_seed", "client_seed", "nonce")),
            *(["pack"] if "pack" in case else []),
            case["cursor"],
        )
        assert found == case["hmac"]


@needs_chromium
def test_vectors_of_seeds(page: Phone) -> None:
    vectors = json.loads((VECTORS / "seeds.json").read_text("utf-8"))
    for case in vectors["seeds"]:
        seed = page.call(
            "(key, text) => hex(hmac(utf8(key), utf8(text)))", vectors["secret"], case["message"]
        )
        assert seed == case["server_seed"]
        assert page.call("(seed) => hex(sha256(unhex(seed)))", seed) == case["commitment"]


@needs_chromium
def test_vectors_of_rows(page: Phone) -> None:
    vectors = json.loads((VECTORS / "rows.json").read_text("utf-8"))
    for case in vectors["rows"]:
        found = page.call(
            """(toml, state, count, earlier, words, whole) => {
                 const banner = readBanner(toml, "test"), multi = banner.multis.get(count);
                 const brought = bring(banner, readJson(state, "test"));
                 const { minima, slots } = multi
                   ? multi.steps[brought.step] ?? multi.steps[0] : { minima: [] };
                 let needs = minima.map((minimum) => minimum.count);
                 for (const id of earlier) {
                   const { bit } = banner.cards.find((card) => card.id === id);
                   needs = needs.map((need, i) => (
                     bit & minima[i].cards ? Math.max(need - 1, 0) : need));
                 }
                 const own = whole ? multi.wholes[whole - 1].rates : slots?.get(earlier.length + 1);
                 const here = row(banner, brought, multi && {
                   left: count - earlier.length, minima, needs, own, since: brought.since });
                 const { whole: T, groups } = here, unit = (1n << 64n) / T;
                 return {
                   T: Number(T),
                   row: groups.flatMap(({ cards, ends, words }) => cards.map((card, i) => (
                     [card.id, Number((ends[i] - (i ? ends[i - 1] : 0n)) * words)]))),
                   words: words.map((word) => {
                     const value = BigInt(`0x${word}`) / unit;
                     return value < T ? cardAt(here, value).card.id : null;
                   }),
                 };
               }""",
            vectors["banners"][case["banner_hash"]],
            json.dumps(case["state"]),
            case["count"],
            case["earlier"],
            [word["word"] for word in case["words"]],
            case.get("whole", 0),
        )
        assert (found["T"], found["row"]) == (case["T"], case["row"])
        assert found["words"] == [word["card"] for word in case["words"]]


@needs_chromium
def test_vectors_of_states(page: Phone) -> None:
    vectors = json.loads((VECTORS / "states.json").read_text("utf-8"))
    for case in vectors["states"]:
        found = page.call(
            """(toml, stored) => canonical(written(
                 bring(readBanner(toml, "test"), readJson(stored, "test"))))""",
            vectors["banners"][case["banner_hash"]],
            json.dumps(case["stored"]),
        )
        assert found == pulling.canonical(case["brought"]).decode()


@needs_chromium
def test_sha256_and_hmac_are_those_of_hashlib(page: Phone) -> None:
    """At every length around the block's, and for keys longer than a block (RFC 4231, case 6)."""
    lengths = [*range(0, 140), 1000, 65_536]
    found = page.call(
        "(lengths) => lengths.map((n) => hex(sha256(new Uint8Array(n).map((_, i) => i * 7))))",
        lengths,
    )
    data = bytes(i * 7 % 256 for i in range(max(lengths)))
    assert found == [hashlib.sha256(data[:n]).hexdigest() for n in lengths]
    long_key = page.call(
        "(text) => hex(hmac(new Uint8Array(131).fill(0xaa), utf8(text)))",
        "Test Using Larger Than Block-Size Key - Hash Key First",
    )
    assert long_key == "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"


@needs_chromium
@pytest.mark.parametrize(
    "path", sorted((ROOT / "tests/banners").glob("*.toml")), ids=lambda p: p.stem
)
def test_every_banner_is_read_as_the_engine_reads_it(page: Phone, path: Path) -> None:
    data = path.read_bytes()
    held = banner.parse(data, path.name)
    found = page.call(
        """(toml) => {
             const banner = readBanner(toml, "test");
             return banner.rarities.map(({ id, schedule, cards }) => (
               [id, Array.from({ length: schedule.length }, (_, i) => schedule.at(i + 1))
                 .map(({ n, d }) => `${n}/${d}`), cards.map((card) => card.id)]));
           }""",
        data.decode(),
    )
    assert [[each[0], each[2]] for each in found] == [
        [rarity.id, [card.id for card in rarity.cards]] for rarity in held.rarities
    ]
    if held.box is None:  # in a box, what is left decides
        assert [each[1] for each in found] == [
            [f"{rate.numerator}/{rate.denominator}" for rate in rarity.schedule]
            for rarity in held.rarities
        ]


# --- invented banners -----------------------------------------------------------------------------


def invented(rng: random.Random, banner_id: str, kind: str) -> str:
    """A banner's file, with any of the rules that the format has."""
    while True:
        toml = attempt(rng, banner_id, kind)
        with suppress(errors.BannerError):
            banner.parse(toml.encode(), banner_id)
            return toml


def steps_line(rng: random.Random, count: int) -> list[str]:
    """Which steps of a step-up an entry is for: perhaps not all."""
    some = rng.sample(range(1, count + 1), rng.randint(1, count))
    return [f"steps = {some}"] if rng.random() < 0.5 else []


EXCHANGE_OF_ALL = "exchange.price = 7"


def offers_line(rng: random.Random, ids: list[str], carries: str) -> str:
    limit = ", limit = 2" if carries == "false" and rng.random() < 0.7 else ""
    offers = [f'{{ of = ["{each}"], price = {rng.randint(1, 9)}{limit} }}' for each in ids]
    return f"exchange.offer = [{', '.join(rng.sample(offers, rng.randint(1, len(ids))))}]"


def attempt(rng: random.Random, banner_id: str, kind: str) -> str:
    name = 'name = { ja = "名", en = "name" }'
    ids = ["top", "mid", "low", "base"][: rng.randint(1, 4)]
    is_box = rng.random() < 0.15
    carries = "true" if rng.random() < 0.7 and not is_box else "false"
    lines = [f'id = "{banner_id}"', f'kind = "{kind}"', name, f"carry_over = {carries}"]
    count = rng.choice([1, 1, 3])
    prices = [20, 15, 25][:count] if count > 1 else 20
    lines += [
        f"price = {{ one = 3, ten = {prices} }}",
        *(['raise_from = "all"'] if rng.random() < 0.4 else []),
        *rng.choice([[], [], [EXCHANGE_OF_ALL], [offers_line(rng, ids, carries)]]),
    ]
    if not is_box and rng.random() < 0.4:
        lines += ["[ticket]", "counts = false"]
    if carries == "false" and rng.random() < 0.5:
        lines += ["[limit]", f"total = {rng.randint(10, 40)}", f"per_day = {rng.randint(1, 10)}"]
        del lines[-rng.randint(1, 2)]
        lines += ["prices = [0]"] if rng.random() < 0.5 else []
    parts = [rng.randint(1, 12) for _ in ids]
    for _ in range(0 if is_box else rng.randint(0, 3)):
        lines += promise_lines(rng, ids)
    if not is_box and rng.random() < 0.5:
        for _ in range(rng.randint(0, 2)):
            of = json.dumps(rng.sample(ids, rng.randint(1, len(ids))))
            lines += ["[[ten.minimum]]", f"of = {of}", f"count = {rng.randint(1, 4)}"]
            lines += steps_line(rng, count)
        for number in rng.sample(range(1, 11), rng.randint(0, 3)):
            own = [rng.randint(0, 3) for _ in ids]
            own[0] += 1
            rates = ", ".join(f'{i} = "{n}/{sum(own)}"' for i, n in zip(ids, own, strict=True))
            lines += ["[[ten.slot]]", f"number = {number}", f"rates = {{ {rates} }}"]
            lines += steps_line(rng, count)
        if count > 1 and rng.random() < 0.5:
            lines += ["[ten]", 'repeat = "last"']
    cards = []
    for rank, rarity in enumerate(ids):
        lines += ["[[rarity]]", f'id = "{rarity}"', name]
        held = [(f"{rarity}-{i}", rng.random() < 0.4) for i in range(rng.randint(1, 4))]
        if not is_box:
            lines += rarity_lines(rng, ids, rank, f"{parts[rank]}/{sum(parts)}", held)
        cards += [(card, rarity, featured) for card, featured in held]
    is_counting = any(line.startswith(("ramp", "table", "ceiling")) for line in lines)
    lines += multi_lines(rng, ids, is_box, is_counting, may_step=count == 1 and not is_box)
    if is_box:
        lines += ["[box]", *([f'refill_after = ["{ids[0]}"]'] if rng.random() < 0.5 else [])]
        waits = rng.choice([[], [ids[-1]], [cards[-1][0]]])
        lines += [f"reset_after = {json.dumps(waits)}"] if rng.random() < 0.6 else []
    for number, (card, rarity, featured) in enumerate(rng.sample(cards, len(cards))):
        lines += ["[[card]]", f'id = "{card}"', f"number = {number}", f'rarity = "{rarity}"', name]
        lines += [f"weight = {rng.randint(1, 9)}", f"featured = {str(featured).lower()}"]
        lines += [f"stock = {rng.randint(1, 9)}"] if is_box else []
    return "\n".join(lines)


def multi_lines(
    rng: random.Random, ids: list[str], is_box: bool, is_counting: bool, may_step: bool
) -> list[str]:
    """Up to three multi-pulls beside that of ten, with rules of their own outside a box."""
    lines = []

    def rates() -> str:
        own = [rng.randint(0, 3) for _ in ids]
        own[0] += 1
        parts = (f'{i} = "{n}/{sum(own)}"' for i, n in zip(ids, own, strict=True))
        return f"rates = {{ {', '.join(parts)} }}"

    for size in rng.sample([2, 3, 5, 7, 11, 20], rng.randint(0, 3)):
        count = rng.choice([1, 2, 4]) if may_step else 1
        may_step = may_step and count == 1
        lines += [
            "[[multi]]",
            f"size = {size}",
            f"price = {[9, 8, 7, 6][:count] if count > 1 else 9}",
        ]
        if is_box:
            continue
        lines += ['repeat = "last"'] if count > 1 and rng.random() < 0.5 else []
        lines += ["frozen = true"] if is_counting and rng.random() < 0.5 else []
        for _ in range(rng.randint(0, 2)):
            of = json.dumps(ids[: rng.randint(1, len(ids))])
            lines += ["[[multi.minimum]]", f"of = {of}", f"count = {rng.randint(1, 2)}"]
            lines += steps_line(rng, count)
        for number in rng.sample(range(1, size + 1), rng.randint(0, 2)):
            lines += ["[[multi.slot]]", f"number = {number}", rates(), *steps_line(rng, count)]
        for chance in rng.sample(["1/3", "1/7", "0.4"], rng.choice([0, 0, 1, 3])):
            lines += ["[[multi.whole]]", f'chance = "{chance}"', rates()]
    return lines


def rarity_lines(
    rng: random.Random, ids: list[str], rank: int, rate: str, held: list[tuple[str, bool]]
) -> list[str]:
    lines = [f'rate = "{rate}"']
    first, kind = rng.randint(2, 12), rng.randrange(4)
    if rank + 1 < len(ids) and kind:
        if kind == 1:
            lines.append(f'ramp = {{ from = {first}, step = "{rng.randint(1, 4)}/8" }}')
        elif kind == 2:
            lines.append(f'table = [[{first}, "1/2"], [{first + rng.randint(1, 3)}, "0.875"]]')
        if kind == 3 or rng.random() < 0.5:
            lines.append(f"ceiling = {first + rng.randint(3, 9)}")
        if rng.random() < 0.4:
            lines.append(f"reset_by = {json.dumps([i for i in ids if i != ids[rank]][:1])}")
    if any(featured for _, featured in held) and rng.random() < 0.7:
        share = "1" if all(featured for _, featured in held) else "3/5"
        shares = json.dumps([share, *rng.choices(["1/3", "7/10", "1"], k=rng.randint(1, 4))])
        share = rng.choice([f'"{share}"', shares])
        lines.append(f"featured = {{ share = {share}, guarantee = {rng.randint(0, 3)} }}")
    elif rng.random() < 0.5:
        lines.append("no_repeats = true")
    return lines


def promise_lines(rng: random.Random, ids: list[str]) -> list[str]:
    rarity = rng.choice(ids)
    of = rng.choice([[rarity], [f"{rarity}.featured"], [f"{rarity}-0"], ids[: rng.randint(1, 4)]])
    lines = ["[[promise]]", f'id = "promise-{rng.randrange(5)}"', f"of = {json.dumps(of)}"]
    lines += [f"within = {rng.randint(2, 15)}", f"once = {rng.choice(['true', 'false'])}"]
    lines += [f"fixed = {rng.choice(['true', 'false'])}"]
    lines += [f'{key} = "{rarity}"' for key in ("counts", "at") if rng.random() < 0.3]
    return lines


@needs_chromium
def test_invented_banners_replay(page: Phone, tmp_path: Path) -> None:
    """What the engine draws under any rules, with banners of a kind in turn, replays."""
    seed = random.randrange(2**32)
    print(f"seed {seed}")
    rng = random.Random(seed)
    for _ in range(20):
        names = [(rng.choice(["one", "two", "three"]), rng.choice(["a", "b"])) for _ in range(4)]
        held = [invented(rng, *name) for name in names]
        sizes = {text: banner.parse(text.encode(), "invented").sizes for text in held}
        turns = [(text, rng.choice(sizes[text])) for text in rng.choices(held, k=40)]
        file = receipts_file(turns, f"{rng.randrange(2**32)}", apart_ms=3_600_000)
        file["receipts"] = file["receipts"][rng.choice([0, 0, 7]) :]
        seen = page.check(write(tmp_path / "invented.json", file))
        is_whole = json.loads(file["receipts"][0]["text"])["nonce"] == 0
        assert seen.state == ("good" if is_whole else "partial"), (seen, file)


# --- the other verifier ---------------------------------------------------------------------------


def mutate_bytes(rng: random.Random, data: bytes) -> bytes:
    """The file with one place of it changed, as a bad disk or a careless editor would."""
    at = rng.randrange(len(data))
    kind = rng.randrange(5)
    if kind == 0:
        return data[:at] + bytes([data[at] ^ 1 << rng.randrange(8)]) + data[at + 1 :]
    if kind == 1:
        return data[:at] + data[at + 1 :]
    if kind == 2:
        return (
            data[:at] + rng.choice([b" ", b'"', b"\\", b"{", b"]", b",", b"0", b"\n"]) + data[at:]
        )
    lines = data.splitlines(keepends=True)
    line = rng.randrange(len(lines))
    return b"".join(lines[:line] + ([] if kind == 3 else [lines[line]] * 2) + lines[line + 1 :])


def leaves(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every place of a value that holds a number, a text or a truth, as container and key."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value)
    for key, inner in list(pairs):
        if isinstance(inner, dict | list):
            yield from leaves(inner)
        else:
            yield value, key


def mutate_receipt(rng: random.Random, data: bytes) -> bytes:
    """The file with one value of one receipt changed, and every hash made anew after it."""
    file = json.loads(data)
    receipts = [json.loads(receipt["text"]) for receipt in file["receipts"]]
    places = [place for receipt in receipts for place in leaves(receipt)]
    # What came before the file is out of sight, so that only its form could be judged here.
    unseen = (receipts[0], "previous")
    container, key = rng.choice([place for place in places if place != unseen])
    old = container[key]
    if type(old) is int:
        new: object = rng.choice([old + 1, old - 1, 0, 10, True, str(old), 2**53, -1, None, [old]])
    else:
        cards = [card for receipt in receipts for card in receipt["cards"]]
        hashes = [*file["banners"], *(receipt["commitment"] for receipt in receipts)]
        new = rng.choice([*cards[:20], *hashes, "", f"{old}x", str(old)[1:], 0, {}, "<b>\ud800"])
    if rng.random() < 0.1:
        container.pop(key)
    else:
        container[key] = new
    return as_bytes(relinked(file, receipts))


def mutate_banner(rng: random.Random, data: bytes) -> bytes:
    """The file with a line of a banner changed to one that the bot takes too, all hashes anew."""
    file = json.loads(data)
    old, text = rng.choice(list(file["banners"].items()))
    while True:
        lines = text.split("\n")
        at = rng.choice([i for i, line in enumerate(lines) if line and not line.startswith("#")])
        kind = rng.randrange(4)
        if kind == 0:
            del lines[at]
        elif kind == 1:
            lines.insert(at, rng.choice(lines))
        elif kind == 2:
            step = rng.choice([-1, 1])
            lines[at] = re.sub(r"\d+", lambda found: str(int(found[0]) + step), lines[at])  # noqa: B023
        else:
            place = rng.randrange(len(lines[at]))
            lines[at] = lines[at][:place] + rng.choice(" \"'[]{}=,.#_x0\\") + lines[at][place + 1 :]
        toml = "\n".join(lines)
        with suppress(errors.BannerError):
            banner.parse(toml.encode(), "changed")
            return as_bytes(with_banner(file, old, toml))


def mutate_banner_anyhow(rng: random.Random, data: bytes) -> bytes:
    """The file with a banner changed to whatever, all hashes anew; the bot need not take it."""
    file = json.loads(data)
    old, text = rng.choice(list(file["banners"].items()))
    lines = text.split("\n")
    fields = [i for i, line in enumerate(lines) if "=" in line and not line.startswith("#")]
    at = rng.choice(fields)
    key, _, value = lines[at].partition("=")
    match rng.randrange(6):
        case 0:
            lines[at] = f"{key}= {rng.choice(TOML_VALUES)}"
        case 1:
            lines[at] = f"{rng.choice(TOML_KEYS)} ={value}"
        case 2:  # one part of it
            parts = re.split(r"(\"[^\"]*\"|\d+)", value)
            part = rng.randrange(len(parts))
            parts[part] = rng.choice(TOML_VALUES)
            lines[at] = f"{key}={''.join(parts)}"
        case 3:
            lines.insert(rng.choice(fields), rng.choice(TOML_LINES))
        case 4:
            del lines[at]
        case 5:
            lines.insert(rng.choice(fields), lines[at])
    return as_bytes(with_banner(file, old, "\n".join(lines)))


TOML_VALUES = (
    *("0", "1", "-1", "+3", "-0", "1_0", "0x1f", "0b1", "1.5", "inf", "true", "false", '""', "''"),
    *('"a"', '"A"', '"a-"', '"a--b"', '"ssr"', '"sr"', '"1"', '"0"', '"1/2"', '"1/0"', '"1/01"'),
    *('".5"', '"0.50"', '"2"', '"١"', '"' + "a" * 41 + '"', '"' + "1" * 25 + '"', "[]", "{}"),
    *('"""a"""', "'''a'''", '"""\\\n  a"""', '"""a\nb"""', '"\\u0061"', '"\\x61"', '"\\e"'),
    *("2026-04-01T12:00:00Z", "2026-02-30T12:00:00Z", "2026-04-01 24:00:00Z", "2026-04-01"),
    *("2026-04-01T12:00:00", "12:00:00", "0000-04-01T12:00:00Z", "2026-04-01t12:00:00.5+09:00"),
    *("2026-04-01T12:00:00+24:00", "2024-02-29T23:59:60Z", "1e3", "9" * 30, "01", "nan"),
    *('["ssr"]', '["ssr", "ssr"]', '["nobody"]', "[1]", '[[2, "1/2"]]', "[1600, 1700]", "[1, 1]"),
    *('{ ja = "a", en = "b" }', '{ ja = "a" }', '{ ja = "", en = "b" }', '{ share = "1" }'),
    *('{ from = 2, step = "1/2" }', '{ from = 2, step = "0" }', "{ a = 1, }", '"a" # b', "1 2"),
)
TOML_KEYS = (
    *("id", "weight", "featured", "stock", "sparkle", '"id"', "'id'", "name.ja", "ceiling", ""),
    *("a.b.c.d.e.f.g.h.i.j.k.l", "a.b.c.d.e.f.g.h.i.j.k.l.m", '"a" . b', "carry_over", "steps"),
)
TOML_LINES = (
    *("[ten]", "[box]", "[exchange]", "[[ten.slot]]", "[[ten.minimum]]", "[[promise]]", "[[card]]"),
    *("[[rarity]]", "[price]", "# a . b", "[a.b.c.d.e.f.g.h.i.j.k.l.m]", "[[ten]]", "[ten.x]"),
    *("steps = 1", "steps = [1]", "steps = [1, 1]", "count = 11", "box = {}", "kind = 1", "\tx=1"),
    *("box = { refill_after = [] }", 'repeat = "last"', "exchange.price = 0", "at = 1", "\x00"),
)


def mutate_structure(rng: random.Random, data: bytes) -> bytes:
    """The file with a field more, less or of another kind, anywhere outside of receipts' texts."""
    file = json.loads(data)
    tables = [file, rng.choice(file["epochs"]), rng.choice(file["receipts"]), file["banners"]]
    table = rng.choice(tables)
    if rng.random() < 0.3:
        table[rng.choice(["extra", "", "__proto__", "constructor", "hash", "epoch"])] = rng.choice(
            [None, 0, "", "x", [], {}]
        )
    elif rng.random() < 0.3:
        table.pop(rng.choice(list(table)))
    else:
        key = rng.choice(list(table))
        new: list[object] = [
            None,
            True,
            0,
            -1,
            2**53,
            2**53 - 1,
            1.5,
            "",
            "x",
            "\ud800",
            [],
            {},
            [table[key]],
        ]
        table[key] = rng.choice(new)
    try:
        return as_bytes(file)
    except (TypeError, KeyError):
        return json.dumps(file).encode()


MUTATIONS = (mutate_bytes, mutate_receipt, mutate_banner, mutate_banner_anyhow, mutate_structure)


def by_verify_py(path: Path, capsys: pytest.CaptureFixture[str]) -> tuple[str, int | None]:
    """What verify.py says: good, partial or refused, and the place of what does not replay."""
    code = verify.main([str(path)])
    said = capsys.readouterr().out
    found = re.search(r"(?:DOES NOT VERIFY|NOT VERIFIED, newer.*?): Receipt (\d+), ", said)
    if code == 3:
        return "newer", int(found[1]) if found else None
    if code:
        return "refused", int(found[1]) if found else None
    # The test's own seed may stand before it, where this is the first thing that is read.
    return "partial" if re.search("(?m)^NOT WHOLE", said) else "good", None


@needs_chromium
@pytest.mark.parametrize("mutate", MUTATIONS, ids=lambda mutate: mutate.__name__)
def test_changed_files_are_judged_alike_by_both_verifiers(
    page: Phone,
    mutate: Callable[[random.Random, bytes], bytes],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    seed = random.randrange(2**32)
    print(f"seed {seed}")
    rng = random.Random(seed)
    path = tmp_path / "changed.json"
    differences = []
    for number in range(60):
        source = rng.choice([case["file"] for case in INDEX["good"] if case["pulls"]])
        data = mutate(rng, (VECTORS / source).read_bytes())
        path.write_bytes(data)
        theirs = by_verify_py(path, capsys)
        seen = page.check(path)
        state = "refused" if seen.state in ("bad", "unreadable") else seen.state
        if (state, seen.place) != theirs:
            differences.append((number, source, seen, theirs))
    assert differences == [], f"seed {seed}"


# --- the page -------------------------------------------------------------------------------------


@needs_chromium
def test_nothing_is_requested(page: Phone, tmp_path: Path) -> None:
    page.check(VECTORS / "good/genshin.json")
    page.check(VECTORS / "bad/pity-lost.json")
    page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
    page.evaluate("new Promise((resolve) => setTimeout(resolve, 300))")
    assert page.requests == [PAGE.as_uri()]


@needs_chromium
def test_nothing_can_be_requested(phone: Phone) -> None:
    """Even a script in the page would reach nobody: a server that listens hears nothing."""
    heard: list[str] = []

    class Listener(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            heard.append(self.path)
            self.send_error(404)

        do_POST = do_GET

        def log_message(self, format: str, *args: object) -> None: ...

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Listener) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_address[1]}/"
        phone.load()
        phone.call(
            """async (url) => {
                 await fetch(url + "fetch", { mode: "no-cors" }).catch(() => 0);
                 navigator.sendBeacon(url + "beacon", "x");
                 for (const [tag, key] of [["img", "src"], ["link", "href"], ["iframe", "src"]]) {
                   const made = document.createElement(tag);
                   made.rel = "stylesheet";
                   made[key] = url + tag;
                   document.body.append(made);
                 }
                 const form = document.createElement("form");
                 form.action = url + "form";
                 document.body.append(form);
                 form.submit();
                 try { new WebSocket(url.replace("http", "ws") + "socket"); } catch {}
                 await new Promise((resolve) => setTimeout(resolve, 500));
               }""",
            url,
        )
        server.shutdown()
    assert heard == []


@needs_chromium
def test_no_text_of_the_file_becomes_part_of_the_page(page: Phone, tmp_path: Path) -> None:
    script = "<img src=x onerror=alert(1)><script>alert(2)</script>"
    toml = STARLIT.replace("星織りのルミ", script).replace("Lumi, the Star Weaver", script)
    toml = toml.replace("Starlit Atelier", script).replace("星あかりのアトリエ", script)
    toml = re.sub(
        r'(id = "mint-ribbon"\n.*\n.*\nname = ).*',
        rf"\1{{ ja = '{script}', en = '{script}' }}",
        toml,
    )
    file = receipts_file([(toml, 10)] * 8, client_seed=script)
    changed = json.loads(json.dumps(file))
    changed["user_id"] = changed["banners"][script] = script
    for each, state in ((file, "good"), (changed, "bad")):
        assert page.check(write(tmp_path / "script.json", each)).state == state
        page.evaluate(
            """document.querySelectorAll('details').forEach((each) => { each.open = true; })"""
        )
        page.evaluate("new Promise((resolve) => setTimeout(resolve, 100))")
        assert page.evaluate("document.body.innerText").count(script) > 1
        assert page.evaluate("document.querySelectorAll('main img, main script').length") == 0
    assert page.dialogs == []


@needs_chromium
def test_a_draw_shows_its_nonce_word_odds_and_card(page: Phone) -> None:
    page.check(VECTORS / "good/starlit.json")
    page.evaluate("document.querySelectorAll('#pulls details')[2].open = true")
    page.evaluate("new Promise((resolve) => setTimeout(resolve, 100))")
    text = page.evaluate("document.querySelectorAll('#pulls details')[2].innerText")
    file = json.loads((VECTORS / "good/starlit.json").read_text("utf-8"))
    receipt = json.loads(file["receipts"][2]["text"])
    seed = bytes.fromhex(file["epochs"][0]["server_seed"])
    held = banner.parse(file["banners"][receipt["banner_hash"]].encode(), "test")
    state = engine.State.from_dict(held, receipt["before"])
    rolls, _ = engine.trace(
        held,
        state,
        receipt["count"],
        lambda draw: iter(
            [fairness.word(seed, receipt["client_seed"], receipt["nonce"] + draw, 0)]
        ),
    )
    odds = dict(engine.row(held, engine.position(held, state, 10)))
    assert len(rolls) == receipt["count"] == 10
    first = odds[rolls[0].card]
    for expected in (
        *(roll.card.name["en"] for roll in rolls),
        *(f"word {roll.word}" for roll in rolls),
        *(f"nonce {receipt['nonce'] + draw}" for draw in range(10)),
        f"{rolls[0].card.id} · {first.numerator}/{first.denominator}",
        receipt["interaction_id"],
        file["receipts"][2]["hash"],
    ):
        assert expected in text


@needs_chromium
def test_what_is_out_of_sight_and_what_to_compare_is_said(page: Phone) -> None:
    page.check(VECTORS / "good/exchange.json")
    notes = page.evaluate("document.getElementById('notes').innerText")
    file = json.loads((VECTORS / "good/exchange.json").read_text("utf-8"))
    assert "200 points went between pulls" in notes
    assert file["epochs"][0]["commitment"] in notes and "/gacha fair show" in notes
    assert file["receipts"][-1]["hash"] in notes
    page.check(VECTORS / "good/mid-chain.json")
    notes = page.evaluate("document.getElementById('notes').innerText")
    assert "begins after this player's first receipt" in notes and "genshin-character" in notes
    limits = page.evaluate("document.getElementById('limits').innerText")
    assert "does not prove" in limits and "docs/fairness.md" in limits


@needs_chromium
@pytest.mark.parametrize(
    ("accepted", "language", "verdict"),
    [
        ("ja", "ja", "ガチャ 7 回、34 枚すべてが再現しました"),
        ("ja-JP,en", "ja", "ガチャ 7 回、34 枚すべてが再現しました"),
        ("en-GB", "en", "All 34 draws of 7 pulls replay"),
        ("fr,ja,en", "ja", "ガチャ 7 回、34 枚すべてが再現しました"),
        ("fr", "en", "All 34 draws of 7 pulls replay"),
    ],
)
def test_both_languages(page: Phone, accepted: str, language: str, verdict: str) -> None:
    page.load(accepted)
    assert page.evaluate("document.documentElement.lang") == language
    assert verdict in page.check(VECTORS / "good/starlit.json").text
    before = page.evaluate("document.querySelector('main').textContent")
    page.evaluate("document.getElementById('language').click()")
    assert page.evaluate("document.documentElement.lang") != language
    after = page.evaluate("document.querySelector('main').textContent")
    assert verdict in before and verdict not in after and "34" in after
    page.evaluate("document.getElementById('language').click()")
    assert page.evaluate("document.querySelector('main').textContent") == before


@needs_chromium
@pytest.mark.parametrize(
    ("data", "english", "japanese"),
    [
        (b"", "The file is empty.", "ファイルが空です。"),
        (b"\xef\xbb\xbf\r\n", "The file is empty.", "ファイルが空です。"),
        (b"https://discord.com/channels/1/2/3\n", "This is a link", "リンクです"),
        (b"[]", "not a file of receipts", "記録のファイルではありません"),
        (b'{"messages": []}', "not a file of receipts", "記録のファイルではありません"),
        (b"hello", "not JSON", "JSON として読めません"),
    ],
    ids=lambda value: ascii(value[:20]),
)
@pytest.mark.parametrize("is_dropped", [False, True], ids=["chosen", "dropped as text"])
def test_what_is_something_else_is_named_with_the_way_to_the_file(
    page: Phone, tmp_path: Path, data: bytes, english: str, japanese: str, is_dropped: bool
) -> None:
    path = tmp_path / "other.json"
    path.write_bytes(data)
    for language, name, way in (
        ("en", english, "/gacha fair receipts answers with"),
        ("ja", japanese, "「/ガチャ 検証 記録」の返事"),
    ):
        page.load(language)
        if is_dropped:
            page.evaluate(DROP.replace("TEXT", json.dumps(data.decode())))
            seen = page.verdict()
        else:
            seen = page.check(path)
        assert seen.state == "unreadable"
        assert name in seen.text and way in seen.text


@needs_chromium
def test_every_text_is_in_both_languages(page: Phone) -> None:
    """And is used: a key that nothing names would be left over."""
    texts = page.evaluate("TEXT")
    source = PAGE.read_text("utf-8")
    for key, pair in texts.items():
        japanese, english = pair
        assert set(re.findall(r"\{\d\}", japanese)) == set(re.findall(r"\{\d\}", english)), key
        stem = key.removesuffix("_s")
        assert f'"{stem}"' in source, key


@needs_chromium
def test_everything_expected_is_said_in_japanese_too(page: Phone, tmp_path: Path) -> None:
    source = PAGE.read_text("utf-8")
    written = {
        re.sub(r"\$\{[^}]*\}", "{}", words) for words in re.findall(r"(?<![\w`])e`([^`]+)`", source)
    }
    types = set(re.findall(r'^ {2}"([^"]+)": (?:counted|\(value\))', source, re.MULTILINE))
    known = {
        re.sub(r"\{\d\}", "{}", words): words for words in page.evaluate("[...EXPECTED.keys()]")
    }
    assert written | types - {"1", "2"} == known.keys()
    # Nothing in words reaches the page but through these.
    loose = re.findall(r'(?:refuse|Refusal)\((?:"[^"]*", )*"([^"]* [^"]*)"', source)
    assert loose == [", or }", ", or ]", ", or ]", ", or }"]
    path = tmp_path / "broken.json"
    path.write_bytes(b'{"format": ?}')
    page.load("ja")
    assert "JSON の値" in page.check(path).text


@needs_chromium
def test_a_card_that_was_not_drawn_is_named(page: Phone) -> None:
    for language, expected in (("en-US", "Mint Ribbon"), ("ja", "ミントのリボン")):
        page.load(language)
        text = page.check(VECTORS / "bad/card-unknown.json").text
        assert f"{expected}" in text and "mint-ribbon" in text
        assert "goblin-not-in-the-file" in text


@needs_chromium
@pytest.mark.parametrize("width", [320, 390, 1280])
def test_no_line_ends_between_a_number_and_what_it_counts(page: Phone, width: int) -> None:
    page.load("ja")
    page.page.set_viewport_size({"width": width, "height": PHONE["height"]})
    for path in ("good/starlit.json", "good/genshin.json", "good/rejected-word.json"):
        page.check(VECTORS / path)
        lines = page.evaluate(
            """[...document.querySelectorAll("#verdict h2 .counted")].map((each) => (
                 each.getClientRects().length))"""
        )
        assert lines == [1, 1]


@needs_chromium
def test_the_largest_files_verify_and_need_little(page: Phone, tmp_path: Path) -> None:
    """Every list and number at its maximum; the figures of tests/unit/test_verify_bounds.py."""
    path = tmp_path / "largest.json"
    for name, make in LARGEST.items():
        path.write_bytes(make())
        page.load()
        assert page.check(path).state == "good", name
        heap = page.heap()
        print(f"{name}: {heap}")
        assert heap["totalSize"] + heap["backingStorageSize"] < 1 << 30, name


@needs_chromium
def test_a_thousand_ten_pulls_never_block_the_page(page: Phone, tmp_path: Path) -> None:
    path = write(tmp_path / "thousand.json", receipts_file([(STARLIT, 10)] * 1000))
    page.evaluate(WATCH)
    began = time.monotonic()
    seen = page.check(path)
    took = time.monotonic() - began
    longest = page.evaluate("window.longest")
    print(f"{took:.2f} s for 1,000 ten-pulls; the page was busy for at most {longest:.0f} ms")
    assert "All 10,000 draws of 1,000 pulls replay" in seen.text
    # Some two seconds on a machine that has nothing else to do. It says how far it is meanwhile.
    said = [text for text in page.evaluate("[...window.texts]") if "of 1,000 pulls" in (text or "")]
    assert len(said) > 5


def hostile_files() -> dict[str, Callable[[Path], object]]:
    """Files that nobody means well with, each under 32 MB but the first; what writes them."""
    size = 31 * 2**20
    head = b'{"format":"gacha-receipts-1","user_id":"u","epochs":[],"banners":{},"receipts":'
    texts: dict[str, bytes] = {
        "nothing": b"",
        "a picture": b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 100,
        "zeros": bytes(size),
        "brackets": b"[" * size,
        "braces": b'{"a":' * (size // 5),
        "many lists": b"[" + b"[]," * (size // 3),
        "a long string": b'"' + b"a" * size + b'"',
        "a string without end": b'"' + b"\\n" * (size // 2),
        "a long number": b"9" * size,
        "a large number": head.replace(b'"u"', b"1e400") + b"[]}",
        "spaces": b" " * size,
        "lines": b"\n" * size,
        "a list": b"[]",
        "null": b"null",
        "a number": b"1",
        "keys of objects": b'{"__proto__":{"format":"gacha-receipts-1"},"constructor":1}',
        "another format": b'{"format":"gacha-receipts-0"}',
        "wrong types": head + b'{"0":1}}',
        "names of objects": head + b'[{"text":"{\\"__proto__\\":1}","hash":"toString"}]}',
        "many receipts": head + b"[" + b"0," * 1001 + b"0]}",
        "a long receipt": head + b'[{"text":"' + b"a" * size + b'","hash":"' + b"0" * 64 + b'"}]}',
        "a deep receipt": head + b'[{"text":"' + b"[" * size + b'","hash":"' + b"0" * 64 + b'"}]}',
    }

    def huge(path: Path) -> None:
        with path.open("wb") as file:
            file.truncate(100 * 2**20)

    files: dict[str, Callable[[Path], object]] = {"100 MB": huge}
    for name, data in texts.items():
        files[name] = lambda path, data=data: path.write_bytes(data)  # type: ignore[misc]
    return files


HOSTILE = hostile_files() if CHROMIUM else {}


@needs_chromium
@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_get_one_clear_sentence(page: Phone, name: str, tmp_path: Path) -> None:
    path = tmp_path / "hostile.json"
    HOSTILE[name](path)
    page.evaluate(WATCH)
    seen = page.check(path)
    assert seen.state in ("bad", "unreadable")
    assert "fault" not in seen.text  # the page's own
    assert len(seen.text) < 1200
    longest, unit = page.evaluate("window.longest"), page.evaluate(UNIT)
    print(f"the page was busy for at most {longest:.0f} ms; the machine's unit is {unit:.0f} ms")
    assert longest < 8 * unit


@needs_chromium
@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda toml: "a" * 300_000, "at most 262144 bytes"),
        (lambda toml: "x" + ".x" * 100_000 + " = 1", "at most 12 levels"),
        (lambda toml: "x = " + "[" * 100_000, "at most 12 levels"),
        (lambda toml: "x = " + "{ a = " * 40_000, "at most 12 levels"),
        (lambda toml: 'x = "' + "\\n" * 100_000 + '"\n' + toml, "newer than this page"),
        (lambda toml: "[" + "x." * 100_000 + "x]", "at most 12 levels"),
        (lambda toml: toml + "\n[[rarity]]\n" * 20_000, "a list of 1 to 16"),
        (lambda toml: toml + '\nx = """a"""\n', "newer than this page"),
        (lambda toml: toml.replace('"0.008"', "0.008"), "a rate, such as"),
        (lambda toml: toml.replace('"0.008"', '"1/99999999999999999999"'), "sum to 1"),
        (lambda toml: toml.replace("carry_over = true", "carry_over = 1"), "true or false"),
        (lambda toml: toml.replace("ceiling = 90", "ceiling = 9999999999999999999999"), "ceiling"),
    ],
)
def test_banners_that_cannot_be_read_say_why(
    page: Phone, change: Callable[[str], str], expected: str, tmp_path: Path
) -> None:
    """With the line or the field, and blamed on the receipt that needs the banner."""
    old = hashlib.sha256(STARLIT.encode()).hexdigest()
    file = with_banner(receipts_file([(STARLIT, 1)] * 2), old, change(STARLIT))
    seen = page.check(write(tmp_path / "banner.json", file))
    assert (seen.state, seen.place) == ("newer" if "newer" in expected else "bad", 1)
    assert expected in seen.text and "fault" not in seen.text


@needs_chromium
def test_another_file_takes_over(page: Phone, tmp_path: Path) -> None:
    """Chosen while the first is still being checked; and the same file can be chosen again."""
    path = write(tmp_path / "many.json", receipts_file([(STARLIT, 10)] * 300))
    page.choose(path)
    page.choose(VECTORS / "good/starlit.json")
    assert "34 draws" in page.verdict().text
    assert page.check(VECTORS / "bad/dropped.json").place == 3
    assert page.check(VECTORS / "bad/dropped.json").place == 3
    page.evaluate("new Promise((resolve) => setTimeout(resolve, 500))")
    assert page.verdict().place == 3


@needs_chromium
def test_a_dropped_file_is_checked(page: Phone) -> None:
    text = (VECTORS / "good/starlit.json").read_text("utf-8")
    page.call(
        """(text) => {
             const dataTransfer = new DataTransfer();
             dataTransfer.items.add(new File([text], "receipts.json"));
             document.body.dispatchEvent(
               new DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true }));
           }""",
        text,
    )
    page.evaluate("new Promise((resolve) => setTimeout(resolve, 0))")
    assert "34 draws" in page.verdict().text


@needs_chromium
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_phone_shows_it_without_scrolling_sideways(
    page: Phone, scheme: Literal["light", "dark"]
) -> None:
    page.load("ja", scheme)
    for path in ("good/genshin.json", "bad/pity-lost.json", "good/mid-chain.json"):
        page.check(VECTORS / path)
        page.evaluate("document.querySelectorAll('details').forEach((each) => each.open = true)")
        assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    target = page.evaluate("document.getElementById('pick').getBoundingClientRect().height")
    assert target >= 48
    assert page.evaluate("document.getElementById('language').offsetHeight") >= 44
