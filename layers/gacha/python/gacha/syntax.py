"""What `tomllib` says of a file that is no TOML, in both languages, and where.

Read for a refused file alone, as `gacha.positions` is.
"""

from __future__ import annotations

import re
import tomllib
from typing import Final

from gacha.errors import Words

_AT: Final = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")


def said(error: tomllib.TOMLDecodeError, text: str) -> tuple[Words, tuple[int, int] | None]:
    """What tomllib says, and where; before Python 3.14 it says the latter in words alone."""
    found = _AT.search(str(error))
    english = str(error) if found is None else str(error)[: found.start()]
    japanese = next(ja for what, ja in _SAID.items() if english.startswith(what))
    words = Words(japanese, english)
    if found is None:
        return words, None
    if found[1] is None:
        return words, (text.count("\n") + 1, len(text) - text.rfind("\n"))
    return words, (int(found[1]), int(found[2]))


_SAID: Final = {
    "Expected newline": "行の途中に余分な文字があるか、かっこや引用符が合っていません",
    "Expected '='": "名前のあとに「=」がありません",
    "Expected ']]'": "「[[」を閉じる「]]」がありません",
    "Expected ']'": "「[」を閉じる「]」がありません",
    "Expected": "文字列を閉じる引用符がありません",
    "Found invalid character": "使えない制御文字があります",
    "Illegal character": "使えない制御文字か、引用符の中での改行があります",
    "Cannot declare": "同じ名前の [表] が 2 つあるか、すでに値のある名前を [表] にしています",
    "Cannot overwrite": "同じ名前の項目が 2 つあります",
    "Duplicate inline table key": "同じ名前の項目が 2 つあります",
    "Cannot mutate": "1 行で書いた表やリストに、あとから項目を足しています",
    "Cannot redefine": "書き終えた表に、あとから項目を足しています",
    "Invalid initial character": "項目の名前に使えない文字があります",
    "Unclosed array": "リストを閉じる「]」がないか、間の「,」がありません",
    "Unclosed inline table": "「{」を閉じる「}」がないか、間の「,」がありません",
    "Unescaped": "引用符の中の「\\」のあとに、使えない文字があります（「\\」は「\\\\」と書きます）",
    "Invalid hex value": "「\\u」のあとの文字番号が正しくありません",
    "Escaped character": "「\\u」のあとの番号の文字はありません",
    "Unterminated string": '文字列を閉じる引用符（"）がありません',
    "Invalid date": "ない日付か時刻です",
    "Invalid value": '値として読めません（文字は " で囲み、数字や記号は半角で書きます）',
    "Invalid statement": "行の書き出しが読めません（「名前 = 値」か [表] にします）",
    "": "TOML の書き方になっていません",
}
"""What the words of tomllib's errors begin with, in Japanese; the last is any other."""
