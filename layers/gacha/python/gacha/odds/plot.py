"""A picture of a banner's odds. The only floats: a picture is exact to a pixel."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Final
from xml.sax.saxutils import escape

from gacha.banner import Banner
from gacha.odds import First, Report
from gacha.rules import percent

if TYPE_CHECKING:
    from gacha.odds.copies import Goal

_WIDTH: Final = 960
_PANEL: Final = 300
_LEFT, _RIGHT, _TOP, _FLOOR = 70, 890, 60, 250  # of the plot inside its panel
_MOST_OF_A_NAME: Final = 48
"""Characters, so that a title is no wider than its plot."""
_INK, _SOFT, _LINE = "#2b2f3a", "#7b8194", "#e6e8ee"
_BAR, _CURVE, _MARK = "#8fb3f2", "#d9822b", "#b3364f"


def picture(banner: Banner, figures: Report) -> str:
    """An SVG: bars for the first at each pull, a curve for the first within that many pulls."""
    # What no pull gives has no curve, such as the prize for a shared box's last ticket.
    given = (each for each in banner.rarities if figures.rarities[each.id].first.chances)
    top = next(given, banner.rarities[0])
    drawn = "" if banner.exchange is None else ", drawn and not for points"
    panels = [(f"Pulls to the first {top.name['en']}{drawn}", figures.rarities[top.id].first)]
    if figures.featured is not None:
        panels.append((f"Pulls to the first featured card{drawn}", figures.featured.first))
    return _drawn(banner, panels)


def reached(banner: Banner, goal: Goal, modes: Mapping[str, First]) -> str:
    """An SVG of the pulls to the last of the goal's copies, for each way to pay."""
    copies = "the first" if goal.copies == 1 else f"{goal.copies} copies of"
    names = {card.id: card.name["en"] for card in banner.cards}
    for rarity in banner.rarities:
        names[rarity.id] = rarity.name["en"]
        names[f"{rarity.id}.featured"] = f"featured {rarity.name['en']}"
    of = names[goal.of]
    of = of if len(of) <= _MOST_OF_A_NAME else f"{of[: _MOST_OF_A_NAME - 1]}…"
    return _drawn(
        banner, [(f"Pulls to {copies} {of}, in {mode}", until) for mode, until in modes.items()]
    )


def _drawn(banner: Banner, panels: Sequence[tuple[str, First]]) -> str:
    height = 50 + _PANEL * len(panels)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" '
        f'width="{_WIDTH}" height="{height}" font-size="13" '
        'font-family="system-ui, DejaVu Sans, sans-serif">',
        f'<rect width="{_WIDTH}" height="{height}" fill="#ffffff"/>',
        _text(_LEFT, 36, banner.name["en"], size=20, colour=_INK, weight="600"),
    ]
    for index, (title, until) in enumerate(panels):
        parts.append(f'<g transform="translate(0 {40 + _PANEL * index})">')
        parts += _panel(title, until)
        parts.append("</g>")
    return "\n".join([*parts, "</svg>", ""])


def _panel(title: str, until: First) -> list[str]:
    pulls = len(until.chances)
    if not pulls:
        return [
            _text(_LEFT, 26, title, size=15, colour=_INK, weight="600"),
            _text(_RIGHT, 26, "never", anchor="end"),
        ]
    ceiling = _ceiling_of_axis(float(max(until.chances)))
    step = (_RIGHT - _LEFT) / pulls

    def across(pull: float) -> float:
        return _LEFT + step * pull

    def up(part: float) -> float:
        return _FLOOR - (_FLOOR - _TOP) * part

    expected = f"expected {'never' if until.expected is None else fixed(until.expected, 2)}"
    end = f"guaranteed within {until.certain}" if until.certain else "never guaranteed"
    if until.cut is not None:
        end += f" · {fixed(100 * (1 - until.within[-1]), 2)} % later than shown"
    parts = [
        _text(_LEFT, 26, title, size=15, colour=_INK, weight="600"),
        _text(
            _RIGHT,
            _TOP - 14,
            f"{expected} · median {until.median or 'later'} · {end}",
            anchor="end",
        ),
    ]
    for quarter in range(5):
        y = up(quarter / 4)
        parts.append(
            f'<line x1="{_LEFT}" y1="{y:.1f}" x2="{_RIGHT}" y2="{y:.1f}" stroke="{_LINE}"/>'
        )
        parts.append(_text(_LEFT - 8, y + 4, f"{100 * ceiling * quarter / 4:.4g} %", anchor="end"))
        parts.append(_text(_RIGHT + 8, y + 4, f"{25 * quarter} %", colour=_CURVE))
    gap = 0.15 * step if step > 3 else 0.0
    for pull, chance in enumerate(until.chances):
        y = up(float(chance) / ceiling)
        parts.append(
            f'<rect x="{across(pull) + gap / 2:.2f}" y="{y:.2f}" width="{step - gap:.2f}" '
            f'height="{_FLOOR - y:.2f}" fill="{_BAR}"/>'
        )
    points = " ".join(
        f"{across(pull + 0.5):.2f},{up(float(part)):.2f}" for pull, part in enumerate(until.within)
    )
    parts.append(f'<polyline points="{points}" fill="none" stroke="{_CURVE}" stroke-width="2"/>')
    if until.median is not None:
        x = across(until.median - 0.5)
        parts.append(
            f'<line x1="{x:.2f}" y1="{up(1):.1f}" x2="{x:.2f}" y2="{_FLOOR}" stroke="{_MARK}" '
            'stroke-dasharray="4 3"/>'
        )
        side, anchor = (-6, "end") if x > _LEFT + 100 else (6, "start")
        label = f"median {until.median}"
        parts.append(_text(x + side, up(1) + 14, label, colour=_MARK, anchor=anchor))
    every = next(size for size in (1, 2, 5, 10, 20, 50, 100) if pulls <= 14 * size or size == 100)
    for pull in [1, *range(every, pulls + 1, every)]:
        parts.append(_text(across(pull - 0.5), _FLOOR + 18, str(pull), anchor="middle"))
    parts.append(_text((_LEFT + _RIGHT) / 2, _FLOOR + 36, "pulls", anchor="middle"))
    parts.append(_text(8, _TOP - 14, "exactly then"))
    parts.append(_text(_RIGHT + 8, _TOP - 14, "by then", colour=_CURVE))
    return parts


def fixed(value: Fraction, places: int) -> str:
    """A value rounded to so many decimal places, with separators."""
    whole, part = divmod(round(value * 10**places), 10**places)
    return f"{whole:,}.{part:0{places}d}" if places else f"{whole:,}"


def share(part: Fraction) -> str:
    """A probability in percent to four places; more where these would make it 0 or 100."""
    text = fixed(100 * part, 4)
    if 0 < part < 1 and text in ("0.0000", "100.0000"):
        text = percent(part).removesuffix("\u00a0%")
    return f"{text} %"


def _ceiling_of_axis(highest: float) -> float:
    """The least round number at or above the highest bar."""
    unit = 10.0 ** math.floor(math.log10(highest))
    return next(unit * size for size in (1, 2, 4, 6, 8, 10) if unit * size >= highest)


def _text(
    x: float,
    y: float,
    text: str,
    size: int = 13,
    colour: str = _SOFT,
    anchor: str = "start",
    weight: str = "400",
) -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" fill="{colour}" font-size="{size}" font-weight="{weight}" '
        f'text-anchor="{anchor}">{escape(text)}</text>'
    )
