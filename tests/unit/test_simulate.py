"""The simulator agrees with the exact odds, and notices when draws do not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from gacha import engine, simulate
from gacha.banner import Banner, Card, parse
from gacha.engine import State
from gacha.simulate import Fit, Simulation, Tally, survival

FILES = Path(__file__).parents[1] / "banners"
GENSHIN = str(FILES / "genshin.toml")


def banner_of(name: str) -> Banner:
    return parse((FILES / f"{name}.toml").read_bytes(), name)


@pytest.mark.parametrize(
    ("name", "ten"),
    [("genshin", False), ("arknights", True), ("uma-musume", True), ("blue-archive", True)],
)
def test_draws_agree_with_the_odds(name: str, ten: bool) -> None:
    banner = banner_of(name)
    result = simulate.simulate(banner, 30_010, seed=5, count=10 if ten else 1)
    assert result.is_sound and result.pulls == 30_010 and result.seed == 5
    assert sum(tally.observed for tally in result.tallies.values()) == 30_010
    assert sum(tally.expected for tally in result.tallies.values()) == pytest.approx(30_010)
    assert (result.gaps is None) == ten


def test_gaps_keep_to_the_ceiling() -> None:
    tallies = simulate.simulate(banner_of("genshin"), 20_000, seed=6).tallies
    assert tallies["five"].ceiling == 90 and tallies["five"].longest_gap <= 90
    assert tallies["four"].ceiling == 10 and tallies["three"].ceiling is None
    assert not any(tally.broken for tally in tallies.values())


def test_a_seed_repeats_a_simulation() -> None:
    banner = banner_of("arknights")
    assert simulate.simulate(banner, 10_000, 1) == simulate.simulate(banner, 10_000, 1)
    assert simulate.simulate(banner, 10_000, 1) != simulate.simulate(banner, 10_000, 2)


def test_notices_rates_that_are_off(monkeypatch: pytest.MonkeyPatch) -> None:
    """Draws by a hard ceiling alone, held against the odds with the ramp."""
    other, draw = banner_of("genshin-hard-ceiling-only"), engine.draw

    def rigged(
        banner: Banner, state: State, count: int, words: Iterator[int]
    ) -> tuple[list[Card], State]:
        return draw(other, state, count, words)

    monkeypatch.setattr(engine, "draw", rigged)
    result = simulate.simulate(banner_of("genshin"), 20_000, seed=3)
    assert not result.is_sound
    assert result.gaps is not None and result.gaps.p < 1e-9


def test_notices_a_ceiling_that_breaks() -> None:
    watch = simulate._Watch(banner_of("genshin"))
    watch.follow(["three"] * 9 + ["five", "four"])  # precedence: the 4★ is late, not broken
    assert watch.broken == {} and watch.gaps["four"] == {11: 1}
    watch.follow(["three"] * 9)
    assert watch.broken == {}
    watch.follow(["three"])
    assert watch.broken == {"four": 1}
    watch.follow((["three"] * 9 + ["four"]) * 7 + ["three"] * 9 + ["four"])
    assert watch.broken["five"] == 1 + 1  # pulls 90 and 91 after the 5★
    tally = Tally(1, 1.0, 0.0, 1.0, 91, 90, broken=1)
    assert not Simulation(1, 1, {"five": tally}, None).is_sound


def test_a_reset_begins_the_count_anew() -> None:
    text = (FILES / "genshin.toml").read_text("utf-8")
    text = text.replace("ceiling = 10\n", 'ceiling = 10\nreset_by = ["five"]\n')
    watch = simulate._Watch(parse(text.encode(), "reset"))
    watch.follow(["three"] * 9 + ["five"] + ["three"] * 9)
    assert watch.broken == {}


@pytest.mark.parametrize(
    ("chi_squared", "degrees", "p"),
    [
        (3.841459, 1, 0.05),
        (10.827566, 1, 0.001),
        (5.991465, 2, 0.05),
        (16.918978, 9, 0.05),
        (18.307038, 10, 0.05),
        (149.449253, 100, 0.001),
        (0.0, 3, 1.0),
    ],
)
def test_survival_against_printed_tables(chi_squared: float, degrees: int, p: float) -> None:
    assert survival(chi_squared, degrees) == pytest.approx(p, rel=1e-6)


def test_gaps_are_not_compared_where_they_depend_on_more() -> None:
    assert simulate.simulate(banner_of("festival-box"), 10_000, seed=1).gaps is None


def test_a_certain_card_has_no_spread() -> None:
    text = """
id = "one"
kind = "one"
name = { ja = "一", en = "One" }
price = { one = 1, ten = 10 }
rarity = [{ id = "only", name = { ja = "唯", en = "Only" }, rate = "1" }]
card = [{ id = "a", number = 0, rarity = "only", name = { ja = "あ", en = "A" } }]
"""
    result = simulate.simulate(parse(text.encode(), "one"), 10_000, seed=1)
    assert result.is_sound and result.gaps is None
    assert result.tallies["only"].p == 1


# --- the command ---------------------------------------------------------------------------------


def test_the_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert simulate.main([GENSHIN, "--pulls", "20_000", "--seed", "7"]) == 0
    captured = capsys.readouterr()
    assert "20,000 pulls, seed 7" in captured.out and "sound" in captured.out
    assert "gaps between 5★" in captured.out
    assert "100 %" in captured.err and captured.err.endswith("\n")


def test_the_command_makes_up_a_seed_and_prints_it(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("secrets.randbits", lambda bits: 99)
    arguments = [str(FILES / "uma-musume.toml"), "--pulls", "10000", "--ten"]
    assert simulate.main(arguments) == 0
    assert "seed 99" in capsys.readouterr().out


def test_the_command_fails_when_unsound(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def unsound(banner: Banner, pulls: int, seed: int, *rest: Any) -> Simulation:
        tallies = {
            rarity.id: Tally(1, 1.0, 20.0, 1e-5, 91, rarity.ceiling, broken=2)
            for rarity in banner.rarities
        }
        return Simulation(pulls, seed, tallies, Fit(1.0, 1, 0.3))

    monkeypatch.setattr(simulate, "simulate", unsound)
    assert simulate.main([GENSHIN]) == 1
    out = capsys.readouterr().out
    assert "BROKEN 2 times" in out and "SUSPICIOUS" in out


def test_the_command_refuses_what_it_cannot_read(capsys: pytest.CaptureFixture[str]) -> None:
    assert simulate.main(["nowhere.toml"]) == 2
    assert "nowhere.toml" in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [["--pulls", "100"], ["--pulls", "10005", "--ten"]])
def test_the_command_refuses_pulls(
    capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    with pytest.raises(SystemExit):
        simulate.main([GENSHIN, *arguments])
    assert "--pulls" in capsys.readouterr().err
