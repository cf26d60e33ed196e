"""The gallery of banners: `make schema` writes its README.md and README.ja.md, and its pictures.

Each file in docs/gallery says its rule in its first lines, in both languages; its odds are computed
from it here, so that no figure is typed.

    PYTHONPATH=layers/gacha/python python -m scripts.gallery
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

from gacha import odds
from gacha.banner import Banner, Rarity, parse
from gacha.chains import Work
from gacha.odds import copies, plot
from gacha.rates import is_last_alone, percent
from gacha.terminal import ending

ROOT: Final = Path(__file__).parents[1]
FOLDER: Final = ROOT / "docs/gallery"
DRAWN: Final = ("ceiling", "fifty-fifty", "soft-pity", "spark", "stamp-card", "table")
"""Files whose picture the document shows: those whose rule one sees in it. It names the others."""

LANGUAGES: Final = ("ja", "en")


class Entry(NamedTuple):
    """A file of the gallery, and the sentence that it begins with, by language."""

    path: Path
    banner: Banner
    rule: dict[str, str]


def entries() -> list[Entry]:
    found = []
    for path in sorted(FOLDER.glob("*.toml")):
        text = path.read_text("utf-8")
        sentences = [line[2:] for line in text.split("\n") if line.startswith("# ")][:2]
        rule = dict(zip(LANGUAGES, sentences, strict=True))
        found.append(Entry(path, parse(text.encode(), path.name), rule))
    return found


def figures(banner: Banner, lang: str) -> str:
    """Each rarity's share in the long run, and how far the first of the highest is, or the first
    featured card: in single pulls, or in the multi-pulls that have rules of their own."""
    lines = []
    for size in banner.sizes:
        if size > 1 and not banner.differs(size):
            continue
        work = Work()
        shares = odds.shares(banner, size, work)
        separator = "、" if lang == "ja" else ", "
        rates = separator.join(
            f"{rarity.name[lang]} {percent(shares[rarity.id])}"
            for rarity in banner.rarities
            if not all(is_last_alone(banner, card) for card in rarity.cards)
        )
        lines.append(f"{_pulls(size, lang)}{rates}<br>{_reach(banner, size, lang, work)}")
    if banner.shared is not None:
        lines.append(ALONE[lang])
    return "<br>".join(lines)


ALONE: Final = {
    "ja": "（1 つの箱を 1 人で引き切る場合）",
    "en": "(one player drawing whole boxes alone)",
}
"""Whose odds those of a shared box are: what others draw meanwhile, nobody knows."""


def _pulls(size: int, lang: str) -> str:
    if size == 1:
        return ""
    return f"{size} 連：" if lang == "ja" else f"In pulls of {size}: "


def _reach(banner: Banner, size: int, lang: str, work: Work) -> str:
    name, of = _wanted(banner, lang)
    found = copies.reach(banner, copies.goal(banner, of, 1), None, size, work=work)
    parts = []
    if found.until.expected is not None:
        mean = plot.fixed(found.until.expected, 4).rstrip("0").rstrip(".")
        pulls = "pull" if mean == "1" else "pulls"
        parts.append(f"平均 {mean} 回" if lang == "ja" else f"{mean} {pulls} on average")
    if found.median is not None:
        half = found.median
        parts.append(f"半数は {half} 回まで" if lang == "ja" else f"half by {half}")
    if found.certain is not None:
        end = found.certain
        parts.append(f"遅くとも {end} 回" if lang == "ja" else f"certain by {end}")
    elif found.limit is None:
        parts.append("確定なし" if lang == "ja" else "never certain")
    if found.limit is not None and found.certain is None:
        left, chance = found.limit.pulls, percent(found.limit.chance)
        parts.append(f"{left} 回のうちに {chance}" if lang == "ja" else f"{chance} within {left}")
    return f"{name}：{'、'.join(parts)}" if lang == "ja" else f"{name}: {', '.join(parts)}"


def _wanted(banner: Banner, lang: str) -> tuple[str, str]:
    """What a player of it waits for: the card that is promised alone, else the featured card of the
    highest rarity, else that rarity; or a card of the rarity that has no repeats, or that is the
    only one."""
    rarity = top(banner)
    of_cards = [each for each in banner.rarities if each.no_repeats or len(banner.rarities) == 1]
    for each in of_cards:
        return each.cards[0].name[lang], each.cards[0].id
    for card in banner.cards:
        if any(promise.cards == {card.id} for promise in banner.promises) and not card.featured:
            return card.name[lang], card.id
    marked = [card for card in rarity.cards if card.featured]
    if 0 < len(marked) < len(rarity.cards):
        name = rarity.name[lang]
        return f"{name}（ピックアップ）" if lang == "ja" else f"featured {name}", (
            f"{rarity.id}.featured"
        )
    return rarity.name[lang], rarity.id


def top(banner: Banner) -> Rarity:
    """The highest rarity that can be drawn: the last ticket's prize is in no ticket."""
    return next(
        each for each in banner.rarities if not all(is_last_alone(banner, c) for c in each.cards)
    )


HEADS: Final = {
    "ja": (
        "# ガチャの見本帳",
        "ルールを一つずつ試せる、短いバナーのファイルです。`/ガチャ管理 ガチャ アップロード` に、"
        "そのまま送れます。カードと数を自分のものに書き換えて使ってください。"
        "書式は[バナーのファイル](../banner-format.ja.md)に、エディターでの補完は"
        "[その中の説明](../banner-format.ja.md#エディターで書く)にあります。",
        "数値はすべて、`make schema` がファイルから計算したものです。"
        "割合は長く引き続けたときのもの、回数は新しいプレイヤーのもので、ポイントは足りたところで使います。",
        "| ファイル | ルール | 確率 |",
    ),
    "en": (
        "# A gallery of banners",
        "Short banner files, each with one rule to try. `/gacha-admin banner upload` takes each of "
        "them as it is; put your own cards and numbers in. The format is in "
        "[its own document](../banner-format.md), and so is "
        "[how an editor completes it](../banner-format.md#in-an-editor).",
        "All figures are computed from the files by `make schema`. Rates are those of very many "
        "pulls; pulls are those of a new player, who spends points when they suffice.",
        "| file | rule | odds |",
    ),
}


def document(lang: str, known: list[Entry]) -> str:
    return "\n".join([*_lines(lang, known), ""])


def _lines(lang: str, known: list[Entry]) -> Iterator[str]:
    title, first, second, head = HEADS[lang]
    yield from (title, "", first, "", second, "", head, "| --- | --- | --- |")
    for entry in known:
        name = entry.banner.name[lang]
        link = f"[{name}]({entry.path.name})"
        picture = f"[{'図' if lang == 'ja' else 'picture'}]({entry.path.stem}.svg)"
        odds_shown = f"{figures(entry.banner, lang)}<br>{picture}"
        yield f"| {link} | {entry.rule[lang]} | {odds_shown} |"
    yield ""
    yield "## 図" if lang == "ja" else "## Pictures"
    for entry in known:
        if entry.path.stem in DRAWN:
            yield ""
            yield f"![{entry.rule[lang]}]({entry.path.stem}.svg)"


def written() -> dict[Path, str]:
    """Every file that is made here, and what is in it."""
    known = entries()
    files = {
        FOLDER / "README.ja.md": document("ja", known),
        FOLDER / "README.md": document("en", known),
    }
    for entry in known:
        files[entry.path.with_suffix(".svg")] = _picture(entry.banner)
    return files


def _picture(banner: Banner) -> str:
    """Of what a player waits for, by each way to pull whose odds differ. Where points buy that, it
    is of who spends them when they suffice."""
    _, of = _wanted(banner, "en")
    is_of_highest = of.partition(".")[0] == banner.rarities[0].id
    if banner.ways == (1,) and banner.exchange is None and is_of_highest:
        return plot.picture(banner, odds.report(banner))
    goal, work = copies.goal(banner, of, 1), Work()
    spending = "" if banner.exchange is None else ", with the exchange"
    modes = {
        f"{'single pulls' if size == 1 else f'pulls of {size}'}{spending}": copies.reach(
            banner, goal, None, size, work=work
        ).until
        for size in banner.ways
    }
    return plot.reached(banner, goal, modes)


def main() -> int:
    argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0]).parse_args()
    for path, text in written().items():
        path.write_text(text, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(ending(main))
