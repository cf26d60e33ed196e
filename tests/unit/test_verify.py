"""The player's verifier: what the bot deals verifies, whatever was touched does not."""

from __future__ import annotations

import ast
import contextlib
import io
import json
import os
import re
import subprocess
import sys
import tempfile
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from functools import cache
from itertools import accumulate
from math import lcm
from pathlib import Path
from typing import Any, Final
from unittest import mock

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import verify
from gacha import engine
from gacha.banner import parse
from gacha.fields import HOMES, TOP
from scripts import make_vectors, summary
from scripts.make_vectors import Play, forged, written
from tests.unit import test_engine

ROOT = Path(__file__).parents[2]
VECTORS = ROOT / "tests/vectors"
INDEX = json.loads((VECTORS / "index.json").read_text("utf-8"))


def read(path: str) -> Any:
    return json.loads((VECTORS / path).read_text("utf-8"))


def run(data: bytes) -> tuple[int, str]:
    """The command, in this process: exit code and output. Any other exception is a failure."""
    with tempfile.NamedTemporaryFile() as file, contextlib.redirect_stdout(io.StringIO()) as out:
        file.write(data)
        file.flush()
        return verify.main([file.name]), out.getvalue()


WRONG: Final = "DOES NOT VERIFY: "
OTHER: Final = "This is not a receipts file: "
"""Of a file that accuses nobody, because it never came from a bot."""


def refused(file: Mapping[str, Any] | str | bytes) -> str:
    """What is said of a file that must not verify."""
    if isinstance(file, Mapping):
        file = written(file)
    code, out = run(file if isinstance(file, bytes) else file.encode())
    assert code == 1, out
    way = "".join(f"{line}\n" for line in verify.HOW_TO_GET_IT)
    assert out.endswith(way) is out.startswith(OTHER)
    out = out.removesuffix(way)
    assert out.startswith((WRONG, OTHER)) and out.isascii() and out.count("\n") == 1
    return out.removeprefix(WRONG)


def accepted(file: Mapping[str, Any]) -> str:
    code, out = run(written(file).encode())
    assert code == 0, out
    return out


@cache
def example(name: str = "rotation") -> Any:
    return read(f"good/{name}.json")


# --- vectors --------------------------------------------------------------------------------------


def test_the_vectors_are_what_the_bot_makes() -> None:
    made = make_vectors.build()
    found = {str(path.relative_to(VECTORS)) for path in VECTORS.rglob("*.json")}
    assert found == made.keys()
    for path, text in made.items():
        assert (VECTORS / path).read_bytes() == text.encode(), (
            f"run scripts/make_vectors.py: {path}"
        )


@pytest.mark.parametrize("each", INDEX["good"], ids=lambda each: each["file"])
def test_files_that_verify(each: Any) -> None:
    file = verify.verify((VECTORS / each["file"]).read_bytes())
    assert (file.receipts, file.draws) == (each["pulls"], each["draws"])
    assert (len(file.epochs), file.from_first) == (each["epochs"], each["begins_with_first"])
    assert file.unseen == each["unseen"]
    headline = verify.report(file).partition("\n")[0]
    assert headline.startswith("NOT WHOLE: draws 0 to " if each["unseen"] else "Every draw replays")


@pytest.mark.parametrize("each", INDEX["bad"], ids=lambda each: each["file"])
def test_files_that_do_not(each: Any) -> None:
    said = refused((VECTORS / each["file"]).read_bytes())
    if each["place"] is None:
        assert not said.startswith("Receipt")
    else:
        number = each["interaction_id"] or "unreadable"
        assert said.startswith(f"Receipt {each['place']}, interaction_id {number}, does not verify")


@pytest.mark.parametrize("each", INDEX["newer"], ids=lambda each: each["file"])
def test_files_that_are_newer_are_neither(each: Any) -> None:
    """Never "does not verify", never "replays" as the whole verdict: how a cheat would like it."""
    code, out = run((VECTORS / each["file"]).read_bytes())
    first, *rest = out.splitlines()
    assert (code, rest) == (3, [*verify.HOW_TO_GET_A_NEWER_ONE])
    assert "DOES NOT VERIFY" not in out and not out.startswith("Every draw replays")
    said = first.removeprefix("NOT VERIFIED, newer than this program: ")
    assert said != first
    if each["place"] is None:
        kind = json.loads((VECTORS / each["file"]).read_bytes())["format"]
        assert said == f'format: "{kind}" is unknown to this program. Nothing was checked.'
    else:
        assert said.startswith(
            f"Receipt {each['place']}, interaction_id {each['interaction_id']}, "
        )
        assert " Of the others, 6 pulls with " in said


def test_what_is_false_wins_over_what_is_newer() -> None:
    """Also where it is in another of the files that are given together."""
    files = [(VECTORS / f"{name}.json").read_bytes() for name in ("newer/version", "bad/dropped")]
    with pytest.raises(verify.Wrong, match=r"two files differ|does not verify"):
        verify.verify(*files)
    later = (VECTORS / "newer/format.json").read_bytes()
    with pytest.raises(verify.Newer, match="Nothing was checked"):
        verify.verify(files[1], later)
    with pytest.raises(verify.Wrong, match="Unterminated"):
        verify.verify(later, files[1][:-9])


def test_the_fields_that_the_verifier_knows_are_those_of_the_format() -> None:
    """A field of the bot's own reader that the verifier forgets would make every file newer."""
    bots = {path or "top": {*fields} for path, fields in HOMES.items()}
    own = {path or "top": {*fields.split()} for path, fields in verify.FIELDS.items()}
    homes = {TOP: "top", "ramp": "rarity.ramp", "featured": "rarity.featured"}
    for home, fields in bots.items():
        assert own[homes.get(home, home.strip("[]"))] == fields, home


@pytest.mark.parametrize("each", INDEX["together"], ids=lambda each: each["about"])
def test_files_that_are_given_together(each: Any) -> None:
    paths = [str(VECTORS / name) for name in each["files"]]
    with contextlib.redirect_stdout(io.StringIO()) as out:
        code = verify.main(paths)
    headline = out.getvalue().partition("\n")[0]
    if not each["verifies"]:
        assert (code, headline.startswith(WRONG)) == (1, True)
        if each["interaction_id"]:
            assert f"interaction_id {each['interaction_id']}, does not verify" in headline
        return
    assert code == 0
    joined = verify.verify(*(Path(path).read_bytes() for path in paths))
    if len(set(paths)) == len(paths):
        assert (joined.receipts, joined.draws) == (each["pulls"], each["draws"])
    assert joined.unseen == each["unseen"]
    if each["unseen"]:
        draws = f"NOT WHOLE: draws 0 to {each['unseen'] - 1} of epoch 0 are not in what was given."
        assert headline == draws
    else:
        assert headline.startswith("Every draw replays: ")


def test_the_name_of_the_file_at_fault_is_said() -> None:
    paths = [str(VECTORS / f"together/{name}.json") for name in ("0-a", "0-c")]
    with contextlib.redirect_stdout(io.StringIO()) as out:
        assert verify.main(paths) == 1
    assert f"{paths[1]}: Receipt 1, " in out.getvalue()
    assert "ends with draw 10 of epoch 0, this one begins with draw 22 of" in out.getvalue()
    with contextlib.redirect_stdout(io.StringIO()) as out:
        assert verify.main([paths[0], str(ROOT / "README.md")]) == 1
    assert f"{ROOT / 'README.md'}: {OTHER}" in out.getvalue()


LOOKALIKES: Final = [
    "が", "か\u3099", "a\u200b", "a\ufe0e", "a\ufe0f", "a ", " a", "a  b", "a\u00a0b", "а", "a\n",
    "", "a" * 101, "a" * 102, "a" * 100 + "b", '"', "\\", "\\n", "é", "e\u0301", "…", "a...",
    'a", SHA-256 ' + "0" * 64,
]  # fmt: skip


def test_two_client_seeds_are_never_shown_alike() -> None:
    """Even to somebody who sees nothing but its plain letters, digits and signs."""
    said = {seed: verify.quoted(seed) for seed in (*LOOKALIKES, "a", "a b", "a" * 100)}
    seen = {re.sub("[^!-~ ]", "", each).strip() for each in said.values()}
    assert len(seen) == len(said)
    for seed, each in said.items():
        has_hash = verify.sha256(seed.encode()) in each
        assert has_hash or each == f'"{seed}"'
        assert "\n" not in each and len(each) < 200
    assert all(
        "SHA-256" not in verify.quoted(seed) for seed in ("a", "a b", "~!", make_vectors.PLAYER)
    )


def test_what_comes_back_after_another_is_said() -> None:
    said = accepted(example("alternating"))
    hashes = [*example("alternating")["banners"]]
    assert (
        'receipts 1-2: your client seed "a"' in said
        and 'receipts 5-8: your client seed "a"' in said
    )
    assert f"starlit-atelier, version {hashes[0][:16]}: receipts 1-4, receipts 7-8" in said
    assert f"starlit-atelier, version {hashes[1][:16]}: receipts 5-6" in said
    assert "VERSIONS ALTERNATE: starlit-atelier" in said and "CLIENT SEEDS ALTERNATE" in said
    assert "ALTERNATE" not in accepted(example("rotation"))


def test_words() -> None:
    for each in read("words.json"):
        seed = bytes.fromhex(each["server_seed"])
        nonce = f"{each['nonce']}|pack" if each.get("pack") else each["nonce"]
        word = verify.random_word(seed, each["client_seed"], nonce, each["cursor"])
        assert f"{word:016x}" == each["word"] == each["hmac"][:16]
        assert bytes.fromhex(each["message_utf8"]).decode() == each["message"]


def test_commitments() -> None:
    for each in read("seeds.json")["seeds"]:
        assert verify.sha256(bytes.fromhex(each["server_seed"])) == each["commitment"]


def drawn(row: verify.Row, word: int) -> str | None:
    """What a word decides; None if it is rejected, since then the draw asks for another."""
    with mock.patch.object(verify, "random_word", side_effect=[word]):
        try:
            return verify.draw(row, b"", "", 0).id
        except StopIteration:
            return None


def flat(row: verify.Row) -> list[tuple[verify.Card, Fraction]]:
    """Each card with its probability."""
    found = []
    for (cards, ends), rate in row:
        for card, start, end in zip(cards, [0, *ends], ends, strict=False):
            found.append((card, rate * (end - start) / ends[-1]))
    return found


def test_rows_and_what_words_decide_there() -> None:
    vectors = read("rows.json")
    for each in vectors["rows"]:
        banner = verify.read_banner(vectors["banners"][each["banner_hash"]])
        state = verify.bring(banner, each["state"])
        bits = {card.id: card.bit for card in banner.cards}
        multi, place = banner.multis.get(each["count"]), None
        if multi is not None:
            step, drawn_before = state["step"] % len(multi.prices), len(each["earlier"])
            place = verify.Place(
                left=each["count"] - drawn_before,
                minima=multi.minima[step],
                missing=[
                    max(n - sum(bits[card] & of > 0 for card in each["earlier"]), 0)
                    for of, n in multi.minima[step]
                ],
                rates=[None, *(rates for _, rates in multi.wholes)][each.get("whole", 0)]
                or multi.slots[step].get(drawn_before + 1),
                since=state["since"],
            )
        row = verify.odds(banner, state, place)
        weights = [[card.id, int(part * each["T"])] for card, part in flat(row)]
        assert weights == each["row"]
        assert sum(weight for _, weight in each["row"]) == each["T"]
        for decided in each["words"]:
            assert drawn(row, int(decided["word"], 16)) == decided["card"]


def test_states_brought_to_another_banner() -> None:
    vectors = read("states.json")
    for each in vectors["states"]:
        banner = verify.read_banner(vectors["banners"][each["banner_hash"]])
        assert verify.shown(verify.bring(banner, each["stored"])) == each["brought"]


def test_a_rejected_word_is_among_the_vectors() -> None:
    file = example("rejected-word")
    receipt = json.loads(file["receipts"][0]["text"])
    seed = bytes.fromhex(file["epochs"][0]["server_seed"])
    first = verify.random_word(seed, receipt["client_seed"], 0, 0)
    assert first // (2**64 // 67280421310721) >= 67280421310721


# --- whatever is played ---------------------------------------------------------------------------

BANNERS = [path.read_bytes() for path in sorted((ROOT / "tests/banners").glob("*.toml"))] + [
    make_vectors.STARLIT,
    make_vectors.SECOND,
    make_vectors.SECOND_LATER,
    make_vectors.LIMITED,
]
LOTTERY = make_vectors.sample("lottery-box").replace(b'["grand-prize"]', b'["gem"]')
LOTTERY = LOTTERY.replace(b"stock = 40", b"stock = 2")
client_seeds = st.text(st.characters(codec="utf-8"), max_size=20)
moves = st.one_of(
    st.tuples(st.just("pull"), st.sampled_from(BANNERS), st.sampled_from([1, 5, 10])),
    st.tuples(st.just("pull"), st.sampled_from(BANNERS[:3]), st.just(10)),
    st.tuples(st.just("pull"), st.just(LOTTERY), st.just(10)),
    st.tuples(st.just("reset"), st.just(LOTTERY)),
    st.tuples(st.just("choose"), client_seeds),
    st.tuples(st.just("rotate")),
)


def played(steps: list[Any], secret: bytes) -> Play:
    play = Play(secret=secret)
    for move, *arguments in steps:
        getattr(play, move)(*arguments)
    play.rotate()
    return play


@settings(max_examples=40, deadline=None)
@given(st.lists(moves, max_size=30), st.binary(min_size=1, max_size=40), st.data())
def test_whatever_is_played_verifies_from_any_receipt_on(
    steps: list[Any], secret: bytes, data: st.DataObject
) -> None:
    play = played(steps, secret)
    pulls = "1 pull" if len(play.entries) == 1 else f"{len(play.entries)} pulls"
    assert f"replays: {pulls}, " in accepted(play.file())
    if play.entries:
        start = data.draw(st.integers(0, len(play.entries) - 1))
        assert ("what came before" in accepted(play.file(start))) == (start > 0)


@st.composite
def any_banner(draw: st.DrawFn) -> bytes:
    """The text of a banner with every rule of the format, at sizes where every rule strikes."""
    with mock.patch.object(test_engine, "parse", lambda data, _: data):
        text: Any = draw(test_engine.banners())
    return bytes(text)


@settings(max_examples=50, deadline=None)
@given(st.lists(any_banner(), min_size=1, max_size=2), st.binary(min_size=1, max_size=8))
def test_whatever_the_rules_are_it_verifies(banners: list[bytes], secret: bytes) -> None:
    play = Play(secret=secret)
    for data in banners * 2:
        play.pull(data, 10, 1, 10)
        play.pull_with_tickets(data, 1, 10, 1)
        play.pull(data, 1, 10)
    play.rotate()
    accepted(play.file())


def test_a_box_is_begun_anew_by_a_version_that_allows_it_whatever_was_drawn_from() -> None:
    """Before the last copy is out, and where that version has no choice, no box is begun anew."""
    until = make_vectors.sample("lottery-box")
    free = until.replace(b'["grand-prize"]', b"[]")
    never = free.replace(b"reset_after = []", b"")
    for before, by, after, is_allowed in (
        (free, free, free, True),
        (never, free, never, True),
        (never, never, never, False),
        (free, never, free, False),
        (free, until, free, False),
    ):
        play = Play(secret=b"a box")
        play.pull(before, 1)
        hash_ = parse(by, "example.toml").hash
        play.banners[hash_] = by.decode()
        play.now = replace(play.now, states={"lottery-box": {engine.BEGUN: hash_}})
        play.pull(after, 1)
        play.rotate()
        if is_allowed:
            said = f"A new box was begun by choice, 1 time, by version {hash_[:16]} ("
            assert said in accepted(play.file())
        else:
            assert refused(play.file()).startswith("Receipt 2,")


def test_what_it_could_not_see_is_said() -> None:
    version = next(iter(example("mid-chain")["banners"]))[:16]
    assert accepted(example("mid-chain")).splitlines() == [
        "NOT WHOLE: draws 0 to 219 of epoch 0 are not in what was given.",
        "Only with all of an epoch's parts, given at once, is it proved that none was skipped.",
        "What was given replays: 18 pulls, 90 draws, 1 epoch.",
        "Compare with what you noted when /gacha fair showed and took it:",
        "  epoch 0: commitment 99e673b8f6a4d7c542a96d1eee30b730b7320ee4297bc2f07b6681c4081984a7",
        f'  receipts 1-18: your client seed "{make_vectors.PLAYER}"',
        "Drawn from these versions of banners; compare with what /gacha rates showed:",
        f"  genshin-character, version {version}: receipts 1-18",
        "Not seen: what came before. The file begins after the player's first pull.",
        "Believed, not checked: the counts that 1 banners began with here.",
        "Not seen: pulls after the last one here, such as those of an open epoch.",
    ]
    assert "what 200 points were spent on" in accepted(example("exchange"))


# --- whatever is touched --------------------------------------------------------------------------


@settings(max_examples=250, deadline=None)
@given(st.sampled_from(["rotation", "carry-over", "rejected-word"]), st.data())
def test_any_changed_byte_of_any_receipt_fails_with_its_name(
    name: str, data: st.DataObject
) -> None:
    whole = (VECTORS / f"good/{name}.json").read_bytes()
    lines = whole.split(b"\n")
    first = lines.index(b'"receipts":[') + 1
    place = data.draw(st.integers(1, len(lines) - first - 2))
    line = lines[first + place - 1]
    at = data.draw(st.integers(0, len(line) - 1))
    byte = data.draw(st.integers(0, 255).filter(lambda value: value != line[at]))
    lines[first + place - 1] = line[:at] + bytes([byte]) + line[at + 1 :]
    said = refused(b"\n".join(lines))
    assert said.startswith(f"Receipt {place}, ")
    number = re.search(rb'\\"interaction_id\\":\\"[0-9]+\\"', line)
    assert number is not None
    # A line break cuts the number off from the line, another key the text from its name.
    has_number = byte != ord("\n") and not line.index(b"text") <= at < line.index(b'":"')
    if has_number and not number.start() <= at < number.end():
        digits = number[0].split(b'"')[3].rstrip(b"\\").decode()
        assert said.startswith(f"Receipt {place}, interaction_id {digits}, does not verify. ")


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_receipts_swapped_dropped_or_doubled_fail(data: st.DataObject) -> None:
    file = example("carry-over")
    entries = file["receipts"]
    one, two = sorted(data.draw(st.permutations(range(len(entries))))[:2])
    swapped = list(entries)
    swapped[one], swapped[two] = entries[two], entries[one]
    # The first of a file says itself whether anything came before it, so with another receipt in
    # its place the fault shows one place later.
    assert refused({**file, "receipts": swapped}).startswith(f"Receipt {max(one + 1, 2)}, ")
    doubled = [*entries[: one + 1], *entries[one:]]
    assert refused({**file, "receipts": doubled}).startswith(f"Receipt {one + 2}, ")
    if one:
        dropped = [*entries[:one], *entries[one + 1 :]]
        assert refused({**file, "receipts": dropped}).startswith(f"Receipt {one + 1}, ")


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        (lambda receipt: receipt.update(price=1500), "price: expected 3000, found 1500"),
        (lambda receipt: receipt["before"].pop("step"), "before: expected "),
        (lambda receipt: receipt["before"].update(step=4), "before: expected "),
        (lambda receipt: receipt["after"].update(step=1), "after: expected "),
    ],
    ids=["the price of another step", "back at the first", "further on", "no step on"],
)
def test_a_step_of_a_step_up_is_neither_skipped_nor_repeated(edit: Any, said: str) -> None:
    file = example("step-up")
    second = json.loads(file["receipts"][1]["text"])
    assert (second["price"], second["before"]["step"], second["after"]["step"]) == (3000, 1, 2)
    found = refused({**file, "receipts": forged(file["receipts"], 2, edit)})
    assert found.startswith("Receipt 2, ") and said in found


@given(st.integers(0, 1), st.integers(0, 255))
def test_a_seed_that_was_not_committed_to_fails(which: int, bit: int) -> None:
    file = example()
    epochs = [dict(each) for each in file["epochs"]]
    epochs[which]["server_seed"] = f"{int(epochs[which]['server_seed'], 16) ^ 1 << bit:064x}"
    said = refused({**file, "epochs": epochs})
    assert said.startswith(f"Receipt {[1, 5][which]}, ") and "is not the promised one" in said


def test_a_seed_or_banner_that_no_receipt_needs_is_checked_too() -> None:
    file = example()
    extra = {"epoch": 9, "commitment": "0" * 64, "server_seed": "1" * 64}
    assert "epoch 9 is not" in refused({**file, "epochs": [*file["epochs"], extra]})
    assert "banner_hash" in refused({**file, "banners": {**file["banners"], "0" * 64: "x"}})


# --- hostile files --------------------------------------------------------------------------------

anything = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(2**53, 2**70)
    | st.text(max_size=5)
    | st.just("\ud800"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=5,
)
hostile = anything | st.sampled_from(["NaN", "-Infinity", "1e400", "1.0", "9" * 5000, "[" * 9999])


def put(value: Any) -> Any:
    """`hostile` texts stand for themselves in the JSON; `unput` strips the quotes again."""
    return f"RAW<{value}>" if isinstance(value, str) and value[:1] in "N-19[" else value


def unput(text: str) -> str:
    return re.sub(r'\\?"RAW<(.*?)>\\?"', r"\1", text)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(["format", "user_id", "epochs", "banners", "receipts"]), hostile, st.data())
def test_no_value_in_the_file_breaks_it(key: str, value: Any, data: st.DataObject) -> None:
    file = json.loads(json.dumps(example()))
    target: Any = file
    while data.draw(st.booleans()) and isinstance(target[key], list | dict) and target[key]:
        target = target[key]
        keys = range(len(target)) if isinstance(target, list) else sorted(target)
        key = data.draw(st.sampled_from(keys))
    target[key] = put(value)
    text = unput(json.dumps(file))
    code, out = run(text.encode())
    assert code == 1 or file == example() or not file["receipts"], out


@settings(max_examples=150, deadline=None)
@given(hostile, st.data())
def test_no_value_in_a_receipt_breaks_it(value: Any, data: st.DataObject) -> None:
    file = example(data.draw(st.sampled_from(["rotation", "mid-chain"])))
    receipt = json.loads(file["receipts"][0]["text"])
    target, key = receipt, data.draw(st.sampled_from(sorted(receipt)))
    while data.draw(st.booleans()) and isinstance(target[key], dict) and target[key]:
        target = target[key]
        key = data.draw(st.sampled_from(sorted(target)))
    same = json.dumps(target[key]) == json.dumps(value)
    target[key] = put(value)
    text = unput(json.dumps(receipt, sort_keys=True, separators=(",", ":")))
    entries = [make_vectors.sealed(text), *file["receipts"][1:]]
    code, out = run(json.dumps({**file, "receipts": entries}).encode())
    assert code == 1 or same or key == "previous", out
    assert code == 0 or out.startswith("DOES NOT VERIFY: Receipt "), out


VALUES = (
    *("nan", "-1", "0", "1", "[]", "{}", '""', '"ssr"', '"1/0"', '"2"', "1979-05-27", "true"),
    *("0x" + "f" * 5000, "9" * 5000, "[[1]]", '[["a"]]', "[" * 5000, "{ from = 2 }", "1.5", "[1]"),
    *('["ssr"]', '[[2, "1/2"]]', "{ ssr = 1 }", '{ share = "1" }', "[{ of = [] }]", "1000", '"1"'),
)


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(BANNERS), st.sampled_from(VALUES), st.data())
def test_no_banner_text_breaks_it(banner: bytes, value: str, data: st.DataObject) -> None:
    lines = banner.decode().split("\n")
    places = [number for number, line in enumerate(lines) if "=" in line and line[0] != "#"]
    at = data.draw(st.sampled_from(places))
    key = lines[at].partition("=")[0]
    lines[at] = f"{key} = {value}" if data.draw(st.booleans()) else f"{value!r} = 1"
    text = "\n".join(lines)
    digest = verify.sha256(text.encode())
    file = example()
    for count in (1, 5, 10):

        def edit(receipt: Any, count: int = count) -> None:
            receipt.update(banner_hash=digest, count=count, price=-1)

        entries = forged(file["receipts"][:1], 1, edit)
        code, said = run(written({**file, "banners": {digest: text}, "receipts": entries}).encode())
        assert re.match(f"({WRONG}|NOT VERIFIED, newer than this program: )Receipt 1, ", said)
        assert code == (1 if said.startswith(WRONG) else 3)


@pytest.mark.parametrize(
    "data",
    [
        *(b"", b"\0", b"null", b"[]", b"\xff\xfe", b"\xef\xbb\xbf{}"),
        *(b"[" * 10**6, b'{"a":' * 10**5, b"9" * 10**5),
    ],
    ids=lambda data: f"{data[:6]!r}",
)
def test_files_that_are_something_else(data: bytes) -> None:
    assert refused(data).startswith(OTHER)


@pytest.mark.parametrize(
    ("data", "called"),
    [
        (b"", "it is empty"),
        (b"\xef\xbb\xbf\r\n", "it is empty"),
        (b"https://discord.com/channels/1/2/3\n", "it holds a link, and not the file"),
        (b"[]", "the file is no JSON object"),
        (b'[{"id": "1574633113697286472", "content": "hello"}]', "the file is no JSON object"),
        (b'{"messages": []}', "format: null is unknown to this program"),
    ],
    ids=lambda value: ascii(value[:20]),
)
@pytest.mark.parametrize("encoding", ["utf-8", "cp932", "ascii"])
def test_what_is_something_else_is_named_with_the_way_to_the_file(
    tmp_path: Path, data: bytes, called: str, encoding: str
) -> None:
    """In both languages, where the terminal has the letters of both."""
    path = tmp_path / "other.json"
    path.write_bytes(data)
    ran = command_line(str(path), encoding)
    assert (ran.returncode, ran.stderr) == (1, b"")
    lines = ran.stdout.decode(encoding).splitlines()
    assert lines[0] == OTHER + called
    assert lines[1:] == [*verify.HOW_TO_GET_IT][: 1 if encoding == "ascii" else 2]
    assert "/ガチャ 検証 記録" in verify.HOW_TO_GET_IT[1]
    assert summary.typed("fair receipts", "ja") == "/ガチャ 検証 記録"


def test_a_link_instead_of_a_path_is_called_one() -> None:
    ran = command_line("https://discord.com/channels/1/2/3", "utf-8")
    assert (ran.returncode, ran.stdout) == (2, b"")
    assert ran.stderr.decode().splitlines() == [
        "This is a link, and not a file.",
        *verify.HOW_TO_GET_IT,
    ]


def command_line(argument: str, encoding: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, str(ROOT / "verify.py"), argument],
        env={**os.environ, "PYTHONIOENCODING": encoding},
        capture_output=True,
        check=False,
    )


def test_any_other_document_accuses_nobody() -> None:
    """What somebody drops by mistake; and a receipts file stays one, whatever is broken in it."""
    assert refused((ROOT / "README.md").read_bytes()).startswith(OTHER)
    data = written(example()).encode()
    for broken in (data[:-3], data[: len(data) // 2], data[50:], data.replace(b"{", b"(")):
        assert not refused(broken).startswith(OTHER)


def test_a_hundred_megabytes_are_not_even_read(tmp_path: Path) -> None:
    path = tmp_path / "large.json"
    with path.open("wb") as file:
        file.truncate(100 * 2**20)
    with contextlib.redirect_stdout(io.StringIO()) as out:
        assert verify.main([str(path)]) == 1
    assert "larger than" in out.getvalue()


def test_a_file_that_another_program_laid_out_verifies() -> None:
    code, _ = run(json.dumps(example("carry-over"), indent=4).encode())
    assert code == 0


# --- the command ----------------------------------------------------------------------------------


def test_it_stands_alone_and_says_so_with_its_exit_code(tmp_path: Path) -> None:
    program = tmp_path / "verify.py"
    program.write_bytes((ROOT / "verify.py").read_bytes())

    def command(*arguments: str) -> tuple[int, str]:
        done = subprocess.run(
            # -I and -S: no other module of ours or of anybody can be imported.
            [sys.executable, "-I", "-S", "-W", "error", str(program), *arguments],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
        assert "Traceback" not in done.stderr
        return done.returncode, done.stdout + done.stderr

    code, said = command(str(VECTORS / "good/rotation.json"))
    assert code == 0
    assert said.startswith("Every draw replays: 7 pulls, 34 draws, 2 epochs.\n")
    code, said = command(str(VECTORS / "bad/card-unknown.json"))
    assert code == 1
    assert said == (
        "DOES NOT VERIFY: Receipt 1, interaction_id 1574629893929968613, does not verify. "
        'cards: expected ["mint-ribbon"], found ["goblin-not-in-the-file"]\n'
    )
    for arguments in (
        (),
        ("one", "two"),
        ("--", "one"),
        ("--help",),
        ("absent.json",),
        (str(tmp_path),),
    ):
        assert command(*arguments)[0] == 2


def test_no_terminal_is_commanded_and_none_is_too_plain() -> None:
    play = Play()
    play.choose("\x1b[2J\u202e星")
    play.pull(make_vectors.NARROW, 1)
    play.rotate()
    program, environment = str(ROOT / "verify.py"), {"PYTHONIOENCODING": "ascii"}
    with tempfile.NamedTemporaryFile() as file:
        file.write(written(play.file()).encode())
        file.flush()
        command = [sys.executable, program, file.name]
        plain = subprocess.run(command, env=environment, capture_output=True, check=True).stdout
    assert b'client seed "\\u001b[2J\\u202e\\u661f", SHA-256 ' in plain
    assert 'client seed "\\u001b[2J\\u202e星", SHA-256 ' in accepted(play.file())


def test_it_imports_the_standard_library_alone() -> None:
    imported = set[str]()
    for node in ast.walk(ast.parse((ROOT / "verify.py").read_text("utf-8"))):
        if isinstance(node, ast.Import):
            imported.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0 and node.module is not None
            imported.add(node.module)
    assert {name.partition(".")[0] for name in imported} <= sys.stdlib_module_names


@pytest.mark.parametrize("name", ["fairness.md", "fairness.ja.md"])
def test_the_worked_example_has_the_figures_of_its_vector(name: str) -> None:
    text = (ROOT / "docs" / name).read_text("utf-8")
    file = example()
    receipt = json.loads(file["receipts"][0]["text"])
    banner = verify.read_banner(file["banners"][receipt["banner_hash"]])
    word = verify.random_word(
        bytes.fromhex(file["epochs"][0]["server_seed"]), receipt["client_seed"], 0, 0
    )
    row = flat(verify.odds(banner, verify.bring(banner, {}), None))
    whole = lcm(*(part.denominator for _, part in row))
    part = word // (2**64 // whole)
    ends = list(accumulate(int(probability * whole) for _, probability in row))
    index = bisect_right(ends, part)
    assert receipt["cards"] == [row[index][0].id] == ["mint-ribbon"]
    for figure in (
        *(file["epochs"][0]["server_seed"], receipt["commitment"], f"{word:016x}", str(word)),
        *(f"{2**64 // whole:,}", f"{2**64 % whole:,}", f"{whole:,}", f"**{part:,}**"),
        *(f"{ends[index - 1]:,}", f"{ends[index] - 1:,}", receipt["client_seed"]),
    ):
        assert figure in text, figure
    said = accepted(file).splitlines()
    assert "\n".join(said[:4]) in text


def test_a_banner_with_a_byte_order_mark_is_read_as_without() -> None:
    text = (ROOT / "tests/banners/genshin.toml").read_text("utf-8")
    assert verify.read_banner("\ufeff" + text).id == verify.read_banner(text).id
