"""The fields of a form about one card of a draft."""

from __future__ import annotations

from typing import Final

from commands.command import ATTACHMENT, STRING, Choice, Option


def typed(id_: str, label: tuple[str, str], *, required: bool = False) -> Option:
    return Option(name=(id_, id_), description=label, type=STRING, required=required)


NAME: Final = typed("name", ("カードの名前", "Name of the card"), required=True)
RARITY: Final = typed("rarity", ("レアリティ", "Rarity"), required=True)
WEIGHT: Final = typed("weight", ("同じレアリティの中での出やすさ", "Weight within its rarity"))
STOCK: Final = typed("stock", ("箱に入れる枚数", "Copies in the box"))
FEATURED: Final = Option(
    name=("featured", "featured"),
    description=("ピックアップ", "Featured"),
    type=STRING,
    required=True,
    choices=(Choice(("いいえ", "No"), "no"), Choice(("はい", "Yes"), "yes")),
)
PICTURE: Final = Option(
    name=("pictures", "pictures"), description=("画像", "Picture"), type=ATTACHMENT
)

PICTURES: Final = PICTURE._replace(
    description=("画像（カードと同じ順）", "Pictures, in that order")
)
"""Those of several cards at once."""
