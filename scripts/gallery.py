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
from gacha.banner import Banner, parse
from gacha.chains import Work
from gacha.odds import copies, plot
from gacha.rates import percent
from gacha.terminal import ending

ROOT: Final = Path(__file__).parents[1]
FOLDER: Final = ROOT / "docs/gallery"
DRAWN: Final = ("ceiling", "fifty-fifty", "soft-pity", "spark", "stamp-card", "table")
"""Files with a picture: those whose rule one sees in it."""

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
            f"{rarity.name[lang]} {percent(shares[rarity.id])}" for rarity in banner.rarities
        )
        lines.append(f"{_pulls(size, lang)}{rates}<br>{_reach(banner, size, lang, work)}")
    return "<br>".join(lines)


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
    highest rarity, else that rarity."""
    rarity = banner.rarities[0]
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
        yield f"| {link} | {entry.rule[lang]} | {figures(entry.banner, lang)} |"
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
        if entry.path.stem in DRAWN:
            files[entry.path.with_suffix(".svg")] = _picture(entry.banner)
    return files


def _picture(banner: Banner) -> str:
    """Where points buy what is wanted, it is of who spends them when they suffice."""
    if banner.exchange is None:
        return plot.picture(banner, odds.report(banner))
    _, of = _wanted(banner, "en")
    goal = copies.goal(banner, of, 1)
    until = copies.reach(banner, goal, None, 1, work=Work()).until
    return plot.reached(banner, goal, {"single pulls, with the exchange": until})


def main() -> int:
    argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0]).parse_args()
    for path, text in written().items():
        path.write_text(text, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(ending(main))
