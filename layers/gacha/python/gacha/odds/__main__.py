"""`python -m gacha.odds BANNER.toml`: a banner's odds; with `--of` how far it is to some cards.

`[--json] [--plot OUT.svg] [--state JSON] [--of CARD|RARITY [--copies N] [--budget COINS]]`
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from gacha import command, engine
from gacha.banner import TEN, Banner
from gacha.chains import Work
from gacha.engine import State
from gacha.errors import GachaError, OddsError, listed, shown
from gacha.odds import Figures, Report, copies, featured, plot, points_of, report, told
from gacha.odds.told import distribution_json, exact


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; returns the exit status."""
    parser = argparse.ArgumentParser(prog="gacha.odds", description="Exact odds of a banner.")
    parser.add_argument("banner", type=Path, metavar="BANNER.toml")
    parser.add_argument("--json", action="store_true", help="fractions and decimals, for programs")
    parser.add_argument(
        "--plot",
        nargs="?",
        const="",
        metavar="OUT.svg",
        help="draw the distribution; default: BANNER.svg here",
    )
    parser.add_argument("--state", metavar="JSON", help="a player's state; default: a new player's")
    parser.add_argument(
        "--of",
        metavar="CARD|RARITY",
        help="how far it is to this card, this rarity or RARITY.featured",
    )
    parser.add_argument(
        "--copies", type=command.whole_number, metavar="N", help="to so many of them; default: 1"
    )
    parser.add_argument(
        "--budget", type=command.whole_number, metavar="COINS", help="the chance to have it by then"
    )
    options = parser.parse_args(arguments)
    for name in ("copies", "budget"):
        if options.of is None and getattr(options, name) is not None:
            parser.error(f"--{name} goes with --of CARD|RARITY")
    picture = None if options.plot is None else Path(options.plot or f"{options.banner.stem}.svg")
    if picture is not None and picture.suffix != ".svg":
        parser.error(f"--plot {picture}: a picture is SVG, so its name ends in .svg")
    try:
        banner = command.read(options.banner)
        state = State.from_dict(banner, _given(banner, options.state))
        if options.of is not None:
            return _reach(banner, state, options, picture)
        work = Work()
        reports = {count: report(banner, state, count, work) for count in banner.ways}
        if picture is not None:
            _draw(picture, plot.picture(banner, reports[banner.ways[0]]))
    except BrokenPipeError:  # of what is printed: nobody reads on
        raise
    except (GachaError, OSError) as error:
        print(f"gacha.odds: {command.refusal(error)}", file=sys.stderr)
        return command.BAD_INPUT
    sys.set_int_max_str_digits(0)  # exact fractions may well have 4,301 digits
    if options.json:
        print(json.dumps(to_json(banner, state, reports), ensure_ascii=False, indent=1))
    else:
        print(to_table(banner, reports))
    return 0


def _reach(banner: Banner, state: State, options: argparse.Namespace, picture: Path | None) -> int:
    goal = copies.goal(banner, options.of, 1 if options.copies is None else options.copies)
    modes = copies.every_way(banner, goal, state, options.budget, Work())
    if picture is not None:
        titles = {told.title(count): found.until for count, found in modes.items()}
        _draw(picture, plot.reached(banner, goal, titles))
    sys.set_int_max_str_digits(0)
    if options.json:
        figures = told.reach_json(banner, state, goal, modes)
        print(json.dumps(figures, ensure_ascii=False, indent=1))
    else:
        print(told.reach_table(banner, state, goal, modes))
    return 0


def _draw(picture: Path, svg: str) -> None:
    picture.write_text(svg, encoding="utf-8")
    print(f"drew {picture}", file=sys.stderr)


def _given(banner: Banner, text: str | None) -> Mapping[str, object]:
    """The state of `--state`. A name that the banner does not count is a mistake here."""
    if not text:
        return {}
    try:
        state = json.loads(text)
    except ValueError as error:
        raise OddsError(f"--state is no JSON: {error}") from error
    except RecursionError as error:
        raise OddsError("--state is no JSON object of a few levels") from error
    if not isinstance(state, dict):
        raise OddsError("--state is no JSON object")
    fresh = engine.start(banner)
    known = {
        **{"since": fresh.since, "lost": fresh.lost},
        **{"contested": fresh.contested, "drawn": fresh.drawn},
    }
    if not banner.carry_over:  # else a state may hold promises of other banners of the kind
        known["promises"] = fresh.promises
    for section, counts in known.items():
        names = state.get(section)
        for name in names if isinstance(names, dict) else ():
            if name not in dict(counts):
                allowed = listed(key for key, _ in counts) or "nothing"
                raise OddsError(
                    f"--state: {section}.{shown(name)} is not counted by {banner.id}; "
                    f"allowed: {allowed}"
                )
    return state


def to_json(banner: Banner, state: State, reports: Mapping[int, Report]) -> dict[str, object]:
    """All figures, as {"fraction": "1/3", "decimal": "0.333333333333333333"}.

    Those of single pulls, or else of the smallest multi-pull, beside those of all others that
    differ. The fraction is null where the value is Rounded.
    """
    first, *others = reports
    told = {
        "banner": banner.id,
        "hash": banner.hash,
        "state": state.to_dict(),
        **_limit_json(banner, state),
        **({} if first == 1 else {"size": first}),
        **_mode_json(banner, reports[first]),
        "ten": _mode_json(banner, reports[TEN]) if TEN in others else None,
    }
    if multis := {size: _mode_json(banner, reports[size]) for size in others if size != TEN}:
        told["multi"] = multis
    return told


def _limit_json(banner: Banner, state: State) -> dict[str, object]:
    if banner.limit is None:
        return {}
    bounds = {"total": banner.limit.total, "per_day": banner.limit.per_day}
    return {"limit": {**bounds, "left": engine.left_in_all(banner, state)}}


def to_table(banner: Banner, reports: Mapping[int, Report]) -> str:
    """The figures for reading, rounded."""
    head = ("", "next pull", "long run", "expected", "median", "certain", "expected cost")
    lines = [f"{banner.name['en']} ({banner.id})"]
    for count, mode in reports.items():
        title = told.title(count)
        rows: list[tuple[str, ...]] = [(title, *head[1:])]
        for rarity in banner.rarities:
            rows.append(_table_row(rarity.name["en"], mode.rarities[rarity.id]))
        if mode.featured is not None:
            rows.append(_table_row("featured", mode.featured))
        widths = [max(len(row[column]) for row in rows) for column in range(len(head))]
        lines.append("")
        for row in rows:
            cells = [row[0].ljust(widths[0])]
            cells += [cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True)]
            lines.append("  ".join(cells))
        price = points_of(banner, featured(banner))
        if price is not None and mode.featured is not None:
            without = mode.featured.first.without(price)
            lines.append(f"no featured card in {price} pulls: {plot.share(without)}")
        lines += _within_limit(banner, mode)
    return "\n".join(lines)


def _within_limit(banner: Banner, mode: Report) -> Iterator[str]:
    """The chance of each to come within what the limit leaves."""
    rows = [(rarity.name["en"], mode.rarities[rarity.id]) for rarity in banner.rarities]
    rows += [("featured", mode.featured)] if mode.featured is not None else []
    for name, figures in rows:
        if figures.in_limit is not None:
            yield f"{name} within the limit: {plot.share(figures.in_limit)}"


def _table_row(name: str, figures: Figures) -> tuple[str, ...]:
    until = figures.first
    return (
        name,
        plot.share(figures.next),
        plot.share(figures.rate),
        "never" if until.expected is None else f"{plot.fixed(until.expected, 4)} pulls",
        str(until.median or "-"),
        str(until.certain or "never"),
        "-" if until.expected_cost is None else plot.fixed(until.expected_cost, 0),
    )


def _mode_json(banner: Banner, mode: Report) -> dict[str, object]:
    top = mode.rarities[banner.rarities[0].id]
    result: dict[str, object] = {
        "rarities": {key: _figures_json(figures) for key, figures in mode.rarities.items()},
        "featured": None,
        **distribution_json(top.first, mode.left),
    }
    if mode.featured is not None:
        result["featured"] = {
            "cards": sorted(featured(banner)),
            **_figures_json(mode.featured),
            **distribution_json(mode.featured.first, mode.left),
        }
        price = points_of(banner, featured(banner))
        if price is not None:
            result["exchange"] = {
                "price": price,
                "without_featured": exact(mode.featured.first.without(price)),
            }
    return result


def _figures_json(figures: Figures) -> dict[str, object]:
    until = figures.first
    result: dict[str, object] = {
        "next_rate": exact(figures.next),
        "consolidated_rate": exact(figures.rate),
        "expected_pulls": None if until.expected is None else exact(until.expected),
        "expected_cost": None if until.expected_cost is None else exact(until.expected_cost),
        "median_pulls": until.median,
        "certain_within": until.certain,
    }
    if figures.in_limit is not None:
        result["within_limit"] = exact(figures.in_limit)
    return {**result, "never": exact(until.never)} if until.never else result


if __name__ == "__main__":
    from gacha import terminal

    sys.exit(terminal.ending(main))
