"""The page's pictures, as inline SVG. All colours are classes of the page's style, so that dark and
light are one picture; and nothing in them is a style of its own, which the page's policy forbids.

They are drawn 440 wide, which is a phone's width and half a desktop's.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Final

from markupsafe import Markup, escape

WIDTH: Final = 440
HEIGHT: Final = 190
_LEFT, _RIGHT, _TOP, _FLOOR = 46, 434, 10, 164


def _svg(title: str, parts: Sequence[str], height: int = HEIGHT) -> Markup:
    return Markup(
        f'<svg viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{escape(title)}">'
        + "".join(parts)
        + "</svg>"
    )


def _text(x: float, y: float, text: str, anchor: str = "middle", of: str = "soft") -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" class="{of}" text-anchor="{anchor}">{escape(text)}</text>'
    )


def top_of(highest: float) -> float:
    """The least round number at or above the highest value of an axis."""
    if highest <= 0:
        return 1.0
    unit = 10.0 ** math.floor(math.log10(highest))
    return next(unit * size for size in (1, 2, 4, 5, 10) if unit * size >= highest * 0.999999)


def _across(count: int, at: int) -> float:
    """The middle of one of so many columns."""
    return _LEFT + (_RIGHT - _LEFT) * (at + 0.5) / max(count, 1)


def _labels(names: Sequence[str]) -> list[str]:
    """Of columns, as many as there is room for."""
    every = max(1, math.ceil(len(names) / 6))
    return [
        _text(_across(len(names), at), HEIGHT - 8, name)
        for at, name in enumerate(names)
        if at % every == 0
    ]


def _grid(marks: Sequence[tuple[float, str]]) -> list[str]:
    lines = []
    for y, name in marks:
        lines.append(f'<line x1="{_LEFT}" x2="{_RIGHT}" y1="{y:.1f}" y2="{y:.1f}" class="grid"/>')
        lines.append(_text(_LEFT - 6, y + 4, name, "end"))
    return lines


def _bar(x: float, width: float, y: float, height: float, of: str) -> str:
    if height <= 0:
        return ""
    return (
        f'<rect x="{x - width / 2:.1f}" width="{width:.1f}" y="{y:.1f}" height="{height:.1f}" '
        f'class="{of}"/>'
    )


def stacked(
    title: str,
    names: Sequence[str],
    of: Sequence[tuple[float, float]],
    short: Callable[[float], str],
) -> Markup:
    """Columns of a whole number, and of the part of it that is darker."""
    top = top_of(max((whole for whole, _ in of), default=0))
    width = (_RIGHT - _LEFT) / max(len(of), 1) * 0.76

    def up(value: float) -> float:
        return (_FLOOR - _TOP) * value / top

    marks = [top * n / 4 for n in (0, 2, 4)]
    parts = _grid([(_FLOOR - up(mark), short(mark)) for mark in marks if mark == int(mark)])
    for at, (whole, part) in enumerate(of):
        x = _across(len(of), at)
        parts.append(_bar(x, width, _FLOOR - up(whole), up(whole), "a"))
        parts.append(_bar(x, width, _FLOOR - up(part), up(part), "a dark"))
    return _svg(title, [*parts, *_labels(names)])


def mirrored(
    title: str,
    names: Sequence[str],
    of: Sequence[tuple[float, float]],
    short: Callable[[float], str],
) -> Markup:
    """Columns up and down."""
    top = top_of(max((max(pair) for pair in of), default=0))
    width = (_RIGHT - _LEFT) / max(len(of), 1) * 0.76
    middle, half = (_TOP + _FLOOR) / 2, (_FLOOR - _TOP) / 2
    parts = _grid([(middle - half, short(top)), (middle, "0"), (middle + half, short(-top))])
    for at, (up, down) in enumerate(of):
        x = _across(len(of), at)
        parts.append(_bar(x, width, middle - half * up / top, half * up / top, "a"))
        parts.append(_bar(x, width, middle, half * down / top, "b"))
    return _svg(title, [*parts, *_labels(names)])


def lines(
    title: str, names: Sequence[str], of: Sequence[Sequence[float]], short: Callable[[float], str]
) -> Markup:
    """Lines of a value for each name, the second one the thick one."""
    top = top_of(max((value for line in of for value in line), default=0))
    parts = _grid([(_FLOOR - (_FLOOR - _TOP) * n / 4, short(top * n / 4)) for n in (0, 2, 4)])
    for number, line in enumerate(of):
        points = " ".join(
            f"{_across(len(line), at):.1f},{_FLOOR - (_FLOOR - _TOP) * value / top:.1f}"
            for at, value in enumerate(line)
        )
        parts.append(f'<polyline points="{points}" class="line{" thick" if number == 1 else ""}"/>')
        if len(line) == 1:
            y = _FLOOR - (_FLOOR - _TOP) * line[0] / top
            parts.append(f'<circle cx="{_across(1, 0):.1f}" cy="{y:.1f}" r="3" class="a"/>')
    return _svg(title, [*parts, *_labels(names)])


def curves(title: str, seen: Sequence[float], exact: Sequence[float], draws: str) -> Markup:
    """What happened (full) and what the rules say (dashed), each from the first draw on."""
    count = max(len(exact), 1)
    top = top_of(max([*seen, *exact], default=0))

    def path(of: Sequence[float]) -> str:
        return " ".join(
            f"{_LEFT + (_RIGHT - _LEFT) * (at + 1) / count:.1f},"
            f"{_FLOOR - (_FLOOR - _TOP) * part / top:.1f}"
            for at, part in enumerate(of)
        )

    begin = f"{_LEFT},{_FLOOR} "
    parts = _grid(
        [(_FLOOR - (_FLOOR - _TOP) * n / 4, f"{100 * top * n / 4:.3g} %") for n in (0, 2, 4)]
    )
    parts.append(f'<polyline points="{begin}{path(exact)}" class="line dashed"/>')
    parts.append(f'<polyline points="{begin}{path(seen)}" class="line thick"/>')
    every = max(1, top_of(count / 5))
    for n in range(1, int(count / every) + 1):
        x = _LEFT + (_RIGHT - _LEFT) * n * every / count
        parts.append(_text(min(x, _RIGHT - 8), HEIGHT - 8, f"{n * every:.0f}"))
    parts.append(_text(_LEFT - 6, HEIGHT - 8, draws, "end"))
    return _svg(title, parts)


def interval(title: str, low: float, high: float, got: float, is_odd: bool) -> Markup:
    """The likely range as a bar, what came as a dot; both on an axis of their own."""
    reach = max(high - low, abs(got - (low + high) / 2) * 2, 1e-9) * 0.62
    middle = (low + high) / 2

    def across(value: float) -> float:
        return 220 + 200 * (value - middle) / reach

    bar = f'<rect x="{across(low):.1f}" width="{max(across(high) - across(low), 2):.1f}" y="6" '
    return _svg(
        title,
        [
            '<line x1="10" x2="430" y1="12" y2="12" class="grid"/>',
            bar + 'height="12" rx="3" class="a pale"/>',
            f'<line x1="{across(middle):.1f}" x2="{across(middle):.1f}" y1="4" y2="20" '
            'class="grid strong"/>',
            f'<circle cx="{across(got):.1f}" cy="12" r="6" class="{"b" if is_odd else "a dark"}"/>',
        ],
        height=24,
    )


def hours(title: str, banners: Sequence[tuple[str, Sequence[int]]]) -> Markup:
    """A row for each banner and a cell for each hour, the darker the more."""
    parts, y = [], 0
    width = (WIDTH - 12) / 24
    for name, of in banners:
        most = max(of) or 1
        parts.append(_text(6, y + 13, name, "start", "ink"))
        for hour, number in enumerate(of):
            level = math.ceil(8 * number / most)
            parts.append(
                f'<rect x="{6 + hour * width:.1f}" y="{y + 18}" width="{width - 1.5:.1f}" '
                f'height="20" rx="2" class="heat{level}"><title>{hour}:00 {number:,}</title></rect>'
            )
        y += 44
    for hour in range(0, 24, 3):
        parts.append(_text(6 + hour * width + width / 2, y + 10, f"{hour}"))
    return _svg(title, parts, height=y + 16)
