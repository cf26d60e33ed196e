"""The dated price table beside this file, prices.toml, as exact fractions of a dollar."""

from __future__ import annotations

import datetime
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Final

PATH: Final = Path(__file__).with_name("prices.toml")


@dataclass(frozen=True, slots=True)
class Price:
    """What one unit costs, where and when that was so, and who said it.

    `verified` is whether it was read in AWS's own words. `free` is how many units an account has
    free every month, without an end; `first_year` how many in its first twelve.
    """

    name: str
    usd: Fraction
    per: str
    region: str
    date: datetime.date
    source: str
    verified: bool
    free: Fraction
    first_year: Fraction


def load(path: Path = PATH) -> Mapping[str, Price]:
    """The prices by name. Raises ValueError where an entry is not a positive exact number, and
    KeyError where one says too little or free units belong to no price."""
    table = tomllib.loads(path.read_text())
    free, first_year = (
        {name: _exact(name, amount) for name, amount in table[kind].items()}
        for kind in ("free", "first_year")
    )
    prices = {
        name: Price(
            name,
            _exact(name, entry["usd"]),
            entry["per"],
            entry["region"],
            entry["date"],
            entry["source"],
            entry["verified"],
            free.get(name, Fraction(0)),
            first_year.get(name, Fraction(0)),
        )
        for name, entry in table["prices"].items()
    }
    if unknown := (free | first_year).keys() - prices.keys():
        raise KeyError(f"free units without a price: {', '.join(sorted(unknown))}")
    return prices


def _exact(name: str, amount: object) -> Fraction:
    if not isinstance(amount, str):
        raise ValueError(f"{name} has to be written as text, so that no float holds it")
    if (value := Fraction(amount)) <= 0:
        raise ValueError(f"{name} has to be positive")
    return value
