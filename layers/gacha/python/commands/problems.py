"""What `gacha.making` and the workshop say of a draft, an upload or a form, in sentences.

Each is a key with values (`gacha.making.problems`, `gacha.making.uploads`); a test holds both sides
to each other. A problem says what to do next, and its place stands before it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any, Final

from commands.command import Words
from commands.sentences import Sentences, filled, literal, word
from gacha.rates import percent

MOST_NAMED: Final = 8
"""Of a list of names, what a sentence names; the rest is counted."""


def problem(of: Mapping[str, Any], lang: str) -> str:
    """A problem (`Problem.written()`) with its place: "行 14・重み：…"."""
    said = _said(PROBLEMS[of["key"]], of["values"], lang)
    where = place(of["place"], lang)
    return f"**{where}**{_COLON[lang]}{said}" if where else said


def note(of: Mapping[str, Any], lang: str) -> str:
    """A note (`Note.written()`)."""
    values = dict(of["values"])
    if of["key"] == "picture_refused":
        values["reason"] = _said(PROBLEMS[values.pop("key")], values.pop("values"), lang)
    return _said(NOTES[of["key"]], values, lang)


def place(of: Sequence[Any], lang: str) -> str:
    """Where it stands (`Place.written()`), as the owner's program shows it; empty for the whole."""
    source, field, row, sheet, *column = of
    parts = [literal(sheet)] if sheet and source != "draft" else []
    if column:
        parts.append(filled(word(_IN_FILE, lang), lang, {"row": row, "column": column[0]}))
    elif row and source != "file":
        parts.append(filled(word(_ROW if source == "sheet" else _LINE, lang), lang, {"row": row}))
    if field in FIELDS:
        parts.append(word(FIELDS[field], lang))
    elif field not in ("", "file") and source == "file":
        parts.append(f"`{field}`")
    return _BETWEEN[lang].join(parts)


def _said(sentence: Words, values: Mapping[str, Any], lang: str) -> str:
    shown = {name: _shown(name, value, lang) for name, value in values.items()}
    return filled(word(sentence, lang), lang, shown)


def _shown(name: str, value: Any, lang: str) -> object:
    if name in _RATES and isinstance(value, str):
        return percent(Fraction(value)) if value else ""
    if name == "reason" or isinstance(value, int):
        return value
    if isinstance(value, Mapping):
        return literal(str(value.get(lang) or next(iter(value.values()), "")))
    if isinstance(value, str):
        return literal(value)
    named = [each if isinstance(each, int) else literal(str(each)) for each in value]
    words = _AND[lang].join(f"{each}" for each in named[:MOST_NAMED])
    return words + ("…" if len(named) > MOST_NAMED else "")


_RATES: Final = {"sum", "rest", "rate"}
_COLON: Final = {"ja": "：", "en": ": "}
_BETWEEN: Final = {"ja": "・", "en": ", "}
_AND: Final = {"ja": "、", "en": ", "}
_ROW: Final = ("{row} 行目", "row {row}")
_LINE: Final = ("{row} 行目", "line {row}")
_IN_FILE: Final = ("{row} 行目 {column} 文字目", "line {row}, column {column}")

FIELDS: Final[Mapping[str, Words]] = {
    "number": ("番号", "number"),
    "name_ja": ("名前", "name"),
    "name_en": ("英語名", "name"),
    "name": ("名前", "name"),
    "rarity": ("レアリティ", "rarity"),
    "weight": ("重み", "weight"),
    "rate": ("確率", "rate"),
    "featured": ("ピックアップ", "featured"),
    "stock": ("枚数", "stock"),
    "picture": ("画像", "picture"),
    "setting": ("設定", "setting"),
    "value": ("値", "value"),
    "pictures": ("画像", "picture"),
    "rarities": ("レアリティ", "rarities"),
    "cards": ("カード", "cards"),
    "questions": ("確認", "questions"),
    "kind": ("ルール", "rules"),
    "prices": ("値段", "prices"),
    "period": ("期間", "period"),
    "starts": ("開始", "start"),
    "ends": ("終了", "end"),
    "description": ("説明", "description"),
    "looks": ("色と絵文字", "colours and emoji"),
    "shards": ("かけら", "shards"),
    "of": ("対象のレアリティ", "rarity that it is about"),
    "ceiling": ("天井", "pity"),
    "share": ("ピックアップの割合", "featured share"),
    "guarantee": ("確定まで", "guarantee"),
    "exchange": ("交換", "exchange"),
    "least": ("10 連などの保証", "multi-pull guarantee"),
    "steps": ("ステップ", "steps"),
    "repeat": ("最後のステップのあと", "after the last step"),
    "refill": ("箱のリセット", "refill"),
    "size": ("一度に引く枚数", "cards at once"),
    "total": ("1 人が引ける枚数", "cards for each member"),
    "per_day": ("1 日の回数", "pulls a day"),
    "turns": ("その日の値段", "prices of a day"),
    "every": ("確定の間隔", "guaranteed every"),
    "boxes": ("箱の数", "boxes"),
    "age": ("参加条件の日数", "days of account and membership"),
}
"""What a column of a sheet, or a field of a form, is called."""

PROBLEMS: Final[Sentences] = {
    # cells and fields
    "not_whole": (
        "「{found}」は整数ではありません。1、10 のように書いてください。",
        "“{found}” is not a whole number. Please write it like 1 or 10.",
    ),
    "out_of_range": (
        "「{found}」は使えません。{least:,}〜{most:,} にしてください。",
        "“{found}” cannot be used. It has to be {least:,} to {most:,}.",
    ),
    "not_rate": (
        "「{found}」は確率として読めません。3%、0.5%、1/200 のように書いてください。",
        "“{found}” is not a rate. Please write it like 3%, 0.5% or 1/200.",
    ),
    "rate_zero": (
        "確率が 0 です。出さないカードは、行ごと消してください。",
        "The rate is 0. Please leave out the row of a card that cannot come.",
    ),
    "rate_above_one": (
        "「{found}」は 100% を超えています。",
        "“{found}” is more than 100%. Please write a smaller rate.",
    ),
    "not_yes_or_no": (
        "「{found}」は読めません。○ を入れるか、空けておいてください。",
        "“{found}” cannot be read. Please write yes, or leave it empty.",
    ),
    "formula": (
        "数式「{found}」は読みません。「値のみ貼り付け」で結果の値にしてください。"
        "文字として使うなら、先頭に ' を付けます。",
        "“{found}” is a formula, which is not read. Please paste its result as a value. "
        "If it is a text, put an apostrophe (') before it.",
    ),
    "name_missing": ("名前がありません。入れてください。", "The name is missing. Please give one."),
    "name_unusable": (
        "「{found}」は名前に使えません。見える文字を 1 行で入れてください。",
        "“{found}” cannot be a name. Please write it on one line, with signs that can be seen.",
    ),
    "name_too_long": (
        "「{found}」は長すぎます。{most:,} 文字までにしてください。",
        "“{found}” is too long. Please use {most:,} characters at most.",
    ),
    "rarity_missing": (
        "レアリティがありません。新しいカードには必要です。",
        "The rarity is missing. A new card needs one.",
    ),
    "rarity_unknown": (
        "「{found}」というレアリティはありません。あるのは {known} です。",
        "There is no rarity “{found}”. There are: {known}.",
    ),
    "weight_and_rate": (
        "重みと確率の両方があります。どちらか 1 つにしてください。",
        "It has a weight and a rate. Please keep one of them.",
    ),
    # tables
    "empty": (
        "カードが 1 行もありません。見出しの下に、1 行に 1 枚ずつ書いてください。",
        "There is no card. Please write one a row, below the headers.",
    ),
    "too_many_rows": (
        "{found:,} 行あります。{most:,} 行までに分けてください。",
        "There are {found:,} rows. Please keep to {most:,}.",
    ),
    "too_long": (
        "{found:,} 文字あります。{most:,} 文字までにしてください。",
        "It has {found:,} characters. Please keep to {most:,}.",
    ),
    "no_name_column": (
        "「名前」の列が見つかりません。最初の行に「名前」「レアリティ」などの見出しを書いてください。",
        "There is no column “name”. Please write headers like “name” and “rarity” into the "
        "first row.",
    ),
    "column_twice": (
        "「{found}」と同じ意味の列が 2 つあります。1 つにしてください。",
        "Two columns mean the same as “{found}”. Please keep one.",
    ),
    "cell_without_column": (
        "「{found}」の上に見出しがありません。見出しを付けるか、消してください。",
        "There is no header above “{found}”. Please add one, or remove it.",
    ),
    "setting_unknown": (
        "「{found}」という設定はありません。ひな形にある名前を使うか、消してください。",
        "There is no setting “{found}”. Please use a name of the template, or remove it.",
    ),
    "too_many_columns": (
        "{found:,} 列あります。{most:,} 列までにしてください。",
        "There are {found:,} columns. Please keep to {most:,}.",
    ),
    "pictures_and_lines": (
        "画像が {pictures:,} 枚、行が {lines:,} 行です。同じ数にしてください。",
        "There are {pictures:,} pictures and {lines:,} lines. Please send as many of both.",
    ),
    "picture_ambiguous": (
        "「{found}」に当たる画像が複数あります。拡張子まで書いてください。",
        "“{found}” could be several pictures. Please write the name with its extension.",
    ),
    # cards
    "number_unknown": (
        "「{found}」という番号のカードはありません。新しいカードの番号は空けておいてください。",
        "No card has the number “{found}”. Please leave it empty for a new card.",
    ),
    "row_twice": (
        "{other} 行目と同じカードです。1 行にしてください。",
        "Row {other} is about the same card. Please keep one of them.",
    ),
    "names_disagree": (
        "日本語名は {one} 番、英語名は {two} 番のカードの名前です。番号を書いて区別してください。",
        "Its names belong to two cards, {one} and {two}. Please give the number, too.",
    ),
    "name_taken": (
        "この名前は {number} 番のカードが使っています。別の名前にしてください。",
        "Card {number} has this name. Please choose another.",
    ),
    "too_many_cards": (
        "カードが {found:,} 枚あります。{most:,} 枚までにしてください。",
        "There are {found:,} cards. Please keep to {most:,}.",
    ),
    "server_full": (
        "サーバーのカードは {most:,} 種類までです。これ以上は増やせません。",
        "A server can have {most:,} cards. There is no room for more.",
    ),
    "card_unknown": (
        "このサーバーに「{found}」というカードはありません。番号か、名前をそのまま書いてください。",
        "This server has no card “{found}”. Please write its number, or its whole name.",
    ),
    "card_not_here": (
        "{number} 番のカードは、この下書きにありません。",
        "Card {number} is not in this draft.",
    ),
    "question_gone": (
        "{number} 番のカードの確認は、もう済んでいます。",
        "The question about card {number} is already answered.",
    ),
    # forms
    "kind_unknown": (
        "「{found}」というルールはありません。一覧から選んでください。",
        "There are no rules “{found}”. Please choose from the list.",
    ),
    "price_form": (
        "「{found}」は読めません。「160, 1600」のように、1 回と 10 連の値段を書いてください。",
        "“{found}” cannot be read. Please write the price of 1 and of 10, like “160, 1600”.",
    ),
    "rarities_missing": (
        "レアリティがありません。「SSR 3%」のように 1 行に 1 つ書いてください。",
        "There are no rarities. Please write one a line, like “SSR 3%”.",
    ),
    "too_many_rarities": (
        "レアリティが {found} 個あります。{most} 個までにしてください。",
        "There are {found} rarities. Please keep to {most}.",
    ),
    "rarity_twice": (
        "「{found}」は {other} 行目にもあります。",
        "“{found}” is in line {other}, too. Please keep one.",
    ),
    "rarity_has_cards": (
        "「{rarity}」には {cards:,} 枚のカードがあります。先に別のレアリティへ移してください。",
        "“{rarity}” has {cards:,} {cards:card|cards}. Please give them another rarity first.",
    ),
    "rest_twice": (
        "「残り」は 1 つのレアリティにだけ使えます。",
        "Only one rarity can take the rest.",
    ),
    "not_date": (
        "「{found}」は日時として読めません。「12/24 18:00」のように書いてください。",
        "“{found}” is not a date. Please write it like “12/24 18:00”.",
    ),
    "no_such_date": ("「{found}」という日はありません。", "There is no day “{found}”."),
    "date_missing": (
        "「{found}」に日付がありません。「12/24 18:00」のように書いてください。",
        "“{found}” has no date. Please write it like “12/24 18:00”.",
    ),
    "year_missing": (
        "次の「{found}」は {date} です。その日でよければ、年も書いてください。",
        "The next “{found}” is {date}. If you mean that day, please write the year, too.",
    ),
    "ends_before_start": (
        "終わり（{ends}）が始まり（{starts}）より前です。どちらかを直してください。"
        "年をまたぐなら、終わりに年も書いてください。",
        "It would end ({ends}) before it starts ({starts}). Please correct one of them. If it "
        "ends in a later year, write that year, too.",
    ),
    "ends_in_the_past": (
        "終わりが過去になっています。",
        "It would be over already. Please give a later end.",
    ),
    "shards_form": (
        "「{found}」は読み取れません。「SSR 30 300」のように、レアリティ・重複でもらえるかけら・"
        "ショップでの値段の順に書いてください。",
        "“{found}” cannot be read. Please write it like “SSR 30 300”: the rarity, what a duplicate "
        "gives, the price in the shop.",
    ),
    "no_shop_price": (
        "「{found}」に値段がありますが、数量限定くじのカードはショップで買えません。"
        "「A賞 30」のように、レアリティと、重複でもらえるかけらだけを書いてください。",
        "“{found}” has a price, but the shop sells no cards of limited stock. Please write only "
        "the rarity and what a duplicate gives, like “A 30”.",
    ),
    "not_colour": (
        "「{found}」は色として読めません。#FFAA00 のように書いてください。",
        "“{found}” is not a colour. Please write it like #FFAA00.",
    ),
    "not_emoji": (
        "「{found}」は絵文字でも色でもありません。絵文字は 🌟 か、サーバーの絵文字なら"
        " <:name:123>、色は #FFAA00 のように書いてください。",
        "“{found}” is neither an emoji nor a colour. Please write an emoji like 🌟, one of the "
        "server’s like <:name:123>, or a colour like #FFAA00.",
    ),
    "rate_of_copies": (
        "箱の中身は確率ではなく枚数で決まります。この行は「{found}」とだけ書き、"
        "枚数はカードごとに「箱に入れる枚数」（表では「枚数」）に入れてください。"
        "100 枚の箱なら、1 枚で 1 % です。",
        "What is in a box are copies, not rates. Please write “{found}” alone in this line, and "
        "give each card its copies (“Copies in the box”, in a sheet “stock”). In a box of 100, one "
        "copy is 1 %.",
    ),
    "only_by_file": (
        "ファイルで作ったガチャのルールは、ファイルでだけ変えられます。",
        "The rules of a banner that was made from a file can only be changed by its file.",
    ),
    # files
    "file_refused": (
        "「{found}」は使えません。{allowed}",
        "“{found}” cannot be used. Allowed: {allowed}",
    ),
    "file_wrong": ("{found}。{allowed}", "{found}: this cannot be used. Allowed: {allowed}"),
    "file_lacks": ("書かれていません。{allowed}", "It is missing. Allowed: {allowed}"),
    "export_damaged": (
        "書き出したファイルとして読めません。{/admin banner export} で受け取ったものを、"
        "そのまま送ってください。",
        "This is not a file as it was exported. Please send what {/admin banner export} gave "
        "you, as it is.",
    ),
    "file_too_large": (
        "ルールが {found:,} バイトあります。{most:,} バイトまでにしてください。",
        "The rules take {found:,} bytes. Please keep to {most:,}.",
    ),
    # compiling
    "no_cards": ("カードがまだありません。", "There are no cards yet. Please add some."),
    "rarity_without_card": (
        "「{rarity}」のカードがありません。加えるか、レアリティを消してください。",
        "No card is of the rarity “{rarity}”. Please add one, or remove the rarity.",
    ),
    "rate_missing": (
        "{rarities} の確率がまだありません。",
        "The rates of {rarities} are still missing.",
    ),
    "rates_sum": (
        "確率の合計が {sum} です。100% にしてください（残りを「{lowest}」に回すと {rest} です）。",
        "The rates add up to {sum}, and have to be 100 % (“{lowest}” with the rest would have "
        "{rest}).",
    ),
    "rates_sum_apart": (
        "確率の合計が {sum} です。100% になるように、カードの確率を直してください。",
        "The rates add up to {sum}, and have to be 100 %. Please change those of some cards.",
    ),
    "rates_exceed": (
        "確率の合計が {sum} で、100% を超えています。",
        "The rates add up to {sum}, more than 100 %. Please lower some.",
    ),
    "rates_of_some_cards": (
        "「{rarity}」では {rated} にだけ確率があり、{of_cards} にはありません。"
        "全部に書くか、書いた確率を消してください。{/admin card edit} の「出やすさ」か"
        "表の「確率」に「なし」と書くと消えます。",
        "Of “{rarity}”, {rated} has a rate of its own, and {of_cards} has none. Please give one to "
        "all of them, or take it back: write “none” as the weight in {/admin card edit}, or as "
        "the rate in a sheet.",
    ),
    "card_rates_sum": (
        "「{rarity}」のカードの確率は合計 {sum} で、レアリティの {rate} と違います。",
        "The cards of “{rarity}” add up to {sum}, but the rarity has {rate}.",
    ),
    "rate_too_fine": (
        "「{found}」は桁が多すぎます。もう少し丸めてください。",
        "“{found}” has too many digits. Please round it.",
    ),
    "weights_too_fine": (
        "「{rarity}」のカードの確率は細かすぎます。もう少し丸めてください。",
        "The rates of the cards of “{rarity}” are too fine. Please round them.",
    ),
    "featured_missing": (
        "「{rarity}」にピックアップのカードがありません。{of_cards} のうち 1 枚以上を"
        "ピックアップにしてください。{/admin card edit} では「ピックアップ」を「はい」に、"
        "表ではその列に ○ を入れます。",
        "No card of “{rarity}” is featured. Please choose at least one of {of_cards}: say Yes "
        "under “Featured” in {/admin card edit}, or write yes into that column of a sheet.",
    ),
    "featured_only": (
        "「{rarity}」のカードがすべてピックアップです（{of_cards}）。どれかを外すか、"
        "ピックアップではない「{rarity}」のカードを追加してください。{/admin card edit} では"
        "「ピックアップ」を「いいえ」に、表ではその列に × を入れると外れます。",
        "All cards of “{rarity}” are featured ({of_cards}). Please add one that is not, or say No "
        "under “Featured” of one in {/admin card edit}, or no in that column of a sheet.",
    ),
    "featured_alone": (
        "「{rarity}」のカードはピックアップの {of_cards} だけです。ピックアップではない"
        "「{rarity}」のカードも追加してください。1 枚だけにするなら、ピックアップの割合を"
        " 100% にします。",
        "The only card of “{rarity}” is {of_cards}, which is featured. Please add another card of "
        "“{rarity}” that is not. To keep it the only one, make the featured share 100%.",
    ),
    "last_rarity": (
        "いちばん低い「{rarity}」には使えません。",
        "This is not possible for the lowest rarity, “{rarity}”.",
    ),
    "one_rarity": (
        "レアリティが 1 つだけのときは使えません。",
        "This needs more than one rarity.",
    ),
    "fractions_too_fine": (
        "確率の組み合わせが細かすぎます。もう少し丸めてください。",
        "These rates are too fine together. Please round them.",
    ),
    "card_gone": (
        "{number} 番のカードは、もうありません。",
        "Card {number} is no longer there.",
    ),
    "total_leaves_some": (
        "{size:,} 枚ずつしか引けないので、{found:,} 枚では引けない分が残ります。{below:,} 枚か"
        " {above:,} 枚にしてください。",
        "Only pulls of {size:,} are sold, so {found:,} cards leave some that nobody can pull. "
        "Please make it {below:,} or {above:,}.",
    ),
    "too_many_turns": (
        "1 日に引けるのは {most:,} 回までですが、値段が {found:,} 個あります。"
        "値段を減らすか、回数を増やしてください。",
        "There are {found:,} {found:price|prices} for {most:,} {most:pull|pulls} a day. Please "
        "take some away, or allow more pulls.",
    ),
    "last_twice": (
        "0 枚のカードは最後の1枚賞になるので、1 つだけです。{of_cards} のうち 1 つを残して、"
        "{/admin card edit} か表で枚数を入れてください。",
        "Only one card can have no copies: it is the last-ticket prize. Please give copies to all "
        "but one of {of_cards}, in {/admin card edit} or in a sheet.",
    ),
    "no_copies": (
        "{of_cards} の箱に入れる枚数が 0 です。{/admin card edit} か表で、1〜{most:,} に"
        "してください。",
        "The box has no copies of {of_cards}. Please give it 1 to {most:,}, in "
        "{/admin card edit} or in a sheet.",
    ),
    "tickets_in_all": (
        "箱に入れる枚数が、全部で {found} 枚です。1〜{most:,} 枚にしてください。",
        "The box has {found} tickets in all. It has to be 1 to {most:,}.",
    ),
    "only_copies": (
        "数量限定くじでは、箱に入れる枚数だけで決まります。{of_cards} には重みか確率があります。"
        "{/admin card edit} で枚数を送り直すと消えます。表では「なし」と書きます。",
        "In limited stock the copies in the box decide alone, but {of_cards} has a weight or a "
        "rate. Send its copies again in {/admin card edit}, or write “none” into that column of a "
        "sheet.",
    ),
    "copies_featured": (
        "数量限定くじにピックアップはありません。{of_cards} を外してください。{/admin card edit} "
        "では「ピックアップ」を「いいえ」に、表ではその列に × を入れます。",
        "Limited stock has no featured cards, but {of_cards} is one. Please say No under "
        "“Featured” in {/admin card edit}, or write no into that column of a sheet.",
    ),
    "banner_name_missing": (
        "ガチャの名前がまだありません。",
        "The banner has no name yet.",
    ),
    # fetching
    "fetch_address": (
        "Discord のファイルではないため、読みませんでした。ファイルを添付してください。",
        "This is no file of Discord’s, so it was not read. Please attach the file.",
    ),
    "fetch_failed": (
        "Discord からファイルを受け取れませんでした（{status}）。もう一度送ってください。",
        "Discord did not hand over the file ({status}). Please send it again.",
    ),
    "fetch_gone": (
        "ファイルの期限が切れたか、消されています。もう一度送ってください。",
        "The file has expired, or was deleted. Please send it again.",
    ),
    "fetch_slow": (
        "{seconds} 秒待ちましたが、Discord からファイルが届きませんでした。"
        "もう一度送ってください。",
        "Discord was too slow with the file ({seconds} s). Please send it again.",
    ),
    "fetch_large": (
        "ファイルが {most} MB を超えています。何回かに分けて送ってください。",
        "The file has more than {most} MB. Please send it in parts.",
    ),
    "fetch_cut": (
        "ファイルが途中までしか届きませんでした。もう一度送ってください。",
        "Only a part of the file arrived. Please send it again.",
    ),
    # what it is
    "file_kind": (
        "この形式（{kind}）は読めません。カードの表は .xlsx か CSV、画像は PNG・JPEG・WebP・GIF、"
        "両方なら 1 つの ZIP にしてください。",
        "This kind of file ({kind}) cannot be read. Please send a sheet of cards as .xlsx or CSV, "
        "pictures as PNG, JPEG, WebP or GIF, or both in a ZIP.",
    ),
    "file_empty": ("ファイルが空です。", "The file is empty. Please check it."),
    "file_encrypted": (
        "パスワードが付いています。外して保存し直してください。",
        "It has a password. Please save it without one.",
    ),
    # archives
    "archive_damaged": (
        "ZIP が壊れています。作り直してください。",
        "The ZIP is damaged. Please make it again.",
    ),
    "archive_entry_damaged": (
        "ZIP の中の「{name}」が壊れています。入れ直してください。",
        "“{name}” in the ZIP is damaged. Please put it in again.",
    ),
    "archive_entries": (
        "ZIP に {count:,} 個のファイルがあります。{most:,} 個までにしてください。",
        "The ZIP holds {count:,} files. Please keep to {most:,}.",
    ),
    "archive_bomb": (
        "ZIP を開くと {megabytes:,} MB になります。{most:,} MB までに分けてください。",
        "The ZIP unpacks to {megabytes:,} MB. Please keep to {most:,} MB.",
    ),
    "archive_encrypted": (
        "ZIP にパスワードが付いています。付けずに作り直してください。",
        "The ZIP has a password. Please make it without one.",
    ),
    "archive_link": (
        "ZIP の中の「{name}」はファイルではなくリンクです。実際のファイルを入れてください。",
        "“{name}” in the ZIP is a link. Please put in the file itself.",
    ),
    "archive_path": (
        "ZIP の中の「{name}」という名前は使えません。ふつうのファイル名にしてください。",
        "The name “{name}” in the ZIP cannot be used. Please give it a plain name.",
    ),
    "archive_method": (
        "ZIP の中の「{name}」の圧縮方法は読めません。標準の圧縮で作り直してください。",
        "“{name}” in the ZIP is packed in a way that is not read. Please use the usual one.",
    ),
    "archive_twice": (
        "ZIP に「{name}」が 2 つあります。1 つにしてください。",
        "The ZIP holds “{name}” twice. Please keep one.",
    ),
    "archive_sheets": (
        "ZIP に表が {count} つあります（{names}）。1 つにしてください。",
        "The ZIP holds {count} sheets ({names}). Please keep one.",
    ),
    "archive_nested": (
        "ZIP の中に別の圧縮ファイル「{name}」があります。中身を直接入れてください。",
        "The ZIP holds another archive, “{name}”. Please put in what it holds.",
    ),
    "archive_pictures": (
        "画像が {count:,} 枚あります。1 回に {most:,} 枚までです。分けて送ってください。",
        "There are {count:,} pictures. Please send {most:,} at most, and the rest after that.",
    ),
    "pictures_all_unknown": (
        "表にある「{found}」などの画像が入っていません。入っている画像（{names}）は、"
        "表のどの行にもない名前です。どちらかの名前を直してください。",
        "The picture “{found}” is not there, and no row of the sheet names those that are "
        "({names}). Please correct the names in one of them.",
    ),
    "archive_empty": (
        "ZIP に表も画像もありません。",
        "The ZIP holds neither a sheet nor pictures.",
    ),
    # sheets
    "sheet_encoding": (
        "{row} 行目に読めない文字があります。「CSV UTF-8」で保存し直してください。",
        "Row {row} has signs that cannot be read. Please save it as “CSV UTF-8”.",
    ),
    "sheet_quotes": (
        '{row} 行目の引用符（"）が閉じていません。直して保存し直してください。',
        "A quotation mark in row {row} is not closed. Please correct it.",
    ),
    "sheet_large": (
        "表の中身が {megabytes:,} MB あります。{most:,} MB までにしてください。",
        "The sheet holds {megabytes:,} MB. Please keep to {most:,} MB.",
    ),
    "sheet_rows": (
        "{count:,} 行あります。カードは {most:,} 行までです。分けて送ってください。",
        "There are {count:,} rows. Please keep to {most:,} cards.",
    ),
    "sheet_cells": (
        "セルが {count:,} 個を超えています。使っていない行と列を消してください。",
        "It has {count:,} cells or more. Please delete the rows and columns that you do not use.",
    ),
    "sheet_damaged": (
        "表が壊れています。開いて保存し直してください。",
        "The sheet is damaged. Please open it, and save it again.",
    ),
    "sheets_many": (
        "カードの表が複数のシートにあります（{names}）。1 つにしてください。",
        "Several worksheets hold cards ({names}). Please keep one.",
    ),
    "cell_error": (
        "「{found}」はエラー値です。直してください。",
        "“{found}” is an error. Please correct it.",
    ),
    "cell_date": (
        "表計算ソフトが日付（{found}）に変えています。セルを「文字列」にして書き直してください。",
        "The spreadsheet made it a date ({found}). Please format the cell as text, and type it "
        "again.",
    ),
    "cell_long": (
        "1 つのセルに {count:,} 文字あります。{most:,} 文字までにしてください。",
        "One cell has {count:,} characters. Please keep to {most:,}.",
    ),
    "cells_merged": (
        "{range} のセルが横に結合されています。結合を解いてください。",
        "The cells {range} are merged. Please split them.",
    ),
    # pictures
    "picture_none": (
        "画像として読めません。PNG・JPEG・WebP・GIF の画像を選び直してください。",
        "This is not a picture that can be read. Please choose a PNG, JPEG, WebP or GIF.",
    ),
    "picture_kind": (
        "{kind} 形式は画像として読めません。PNG・JPEG・WebP・GIF で保存し直してください。",
        "A file of this kind ({kind}) is not read as a picture. Please save it as PNG, JPEG, WebP "
        "or GIF.",
    ),
    "picture_damaged": (
        "画像が壊れています。保存し直してください。",
        "The picture is damaged. Please save it again.",
    ),
    "picture_large": (
        "画像が大きすぎます。{most:,} メガピクセルまでにしてください。",
        "The picture is too large. Please keep to {most:,} million pixels.",
    ),
    "picture_heavy": (
        "画像が {megabytes:,} MB あります。{most:,} MB までにしてください。",
        "The picture has {megabytes:,} MB. Please keep to {most:,} MB.",
    ),
    "picture_blocked": (
        "この画像は前に削除されたものなので、使えません。別の画像にしてください。",
        "This picture was removed before, so it cannot be used. Please choose another one.",
    ),
    # the server
    "pictures_gone": (
        "前に送った画像は保存期間（1 日）が過ぎました。もう一度選んでください。",
        "The pictures that you sent before were kept for a day. Please choose them again.",
    ),
    "draft_unknown": (
        "「{found}」という下書きはありません。候補から選んでください。",
        "There is no draft “{found}”. Please choose from the list.",
    ),
    "drafts_full": (
        "ガチャは {most} 個まで作れます。使わない下書きを消してください。",
        "A server can have {most} banners. Please discard a draft that you do not need.",
    ),
    "pictures_full": (
        "サーバーの画像が {count:,} 枚になります。{most:,} 枚までです。",
        "The server would have {count:,} pictures, of {most:,}. There is no room for them.",
    ),
    "bytes_full": (
        "サーバーの画像が合計 {megabytes:,} MB になります。{most:,} MB までです。",
        "The server’s pictures would take {megabytes:,} MB, of {most:,}. There is no room for "
        "them.",
    ),
}

NOTES: Final[Sentences] = {
    "cards_added": ("カードを {count:,} 枚追加", "{count:,} {count:card|cards} added"),
    "cards_changed": ("カードを {count:,} 枚更新", "{count:,} {count:card|cards} changed"),
    "cards_out": ("カードを {count:,} 枚外しました", "{count:,} {count:card|cards} taken out"),
    "card_renamed": (
        "{number} 番：「{before}」を「{after}」に変更",
        "Card {number}: “{before}” is now “{after}”",
    ),
    "rename_asked": (
        "{number} 番は、{maybe} 番の名前を変えたものかもしれません。公開の前に確かめてください。",
        "Card {number} may be card {maybe} under another name. Please say which before publishing.",
    ),
    "column_ignored": ("読まなかった列：{columns}", "Columns that were not read: {columns}"),
    "pictures_not_sent": (
        "**まだ届いていない画像：{count:,} 枚**（{names}）。{/admin banner upload} で画像か続きの "
        "ZIP を送ると、表のとおりのカードに付きます。"
        "名前が違うだけなら、そろえて送り直してください。",
        "**Pictures that have not come: {count:,}** ({names}). Send them with "
        "{/admin banner upload}, alone or in another ZIP: each goes to the card that the sheet "
        "names it for. If only a name differs, please make both the same, and send it again.",
    ),
    "pictures_kept": (
        "今回入っていなかった画像が {count:,} 枚あります（{names}）。"
        "そのカードは今の画像のままです。",
        "{count:,} {count:picture|pictures} did not come this time ({names}): "
        "{count:that card keeps|those cards keep} what {count:it has|they have}.",
    ),
    "pictures_unused": ("使わなかった画像：{names}", "Pictures that no card names: {names}"),
    "rarity_renamed": (
        "レアリティ「{before}」を「{after}」に変更",
        "The rarity “{before}” is now “{after}”",
    ),
    "rarities_ordered": (
        "レアリティ（高い順）：{rarities}",
        "Rarities, the highest first: {rarities}",
    ),
    "rates_as_percent": (
        "% のない確率は、% として読みました。",
        "Rates without a sign were read as per cent.",
    ),
    "price_of_several_unused": (
        "この種類では 1 回の値段だけを使います（2 つ目の {price:,} は使いません）。",
        "These rules have the price of one pull alone: the second, {price:,}, is not used.",
    ),
    "price_of_ten_unused": (
        "10 連の値段はステップごとに決まっているので、2 つ目の {price:,} は使いません。",
        "Each step has its own price for ten, so the second price, {price:,}, is not used.",
    ),
    "copies_unused": (
        "枚数はボックスと数量限定くじだけで使います（枚数を書いたカード {count:,} 枚）。",
        "Copies count in a box and in limited stock alone ({count:,} {count:card has|cards have} "
        "some).",
    ),
    "time_skipped": (
        "その時刻は時計の切り替えで存在しないため、直後の時刻にしました。",
        "Clocks skip that time, so it is the moment after it.",
    ),
    "time_doubled": (
        "その時刻は時計の切り替えで 2 回あるため、最初のほうにしました。",
        "Clocks show that time twice that night; the first is meant.",
    ),
    "year_added": ("年は、次に来るその日としました。", "The year is that of the next such day."),
    "end_of_day": ("終わりは、その日の終わりとしました。", "It ends at the end of that day."),
    "rest_on": (
        "残りを「{rarity}」に回しました（{rate}）。",
        "“{rarity}” takes the rest: {rate}.",
    ),
    "banner_pictured": ("ガチャの画像を設定", "The banner has its picture"),
    "banner_unpictured": ("ガチャの画像を外しました", "The banner’s picture is taken away"),
    "import_part": (
        "書き出しの画像 {first:,}〜{last:,} 枚目（全 {of:,} 枚）を取り込みました。",
        "Pictures {first:,}–{last:,} of the export’s {of:,} are in.",
    ),
    "import_missing": (
        "**まだ届いていない画像：{ranges} 枚目**。残りのファイルも {/admin banner upload} で"
        "送ってください（順番は自由です）。",
        "**Pictures still missing: {ranges}**. Please send the other files with "
        "{/admin banner upload}, in any order.",
    ),
    "import_renumbered": (
        "{count:,} 枚は、番号が使用中のため新しい番号になりました。",
        "{count:,} {count:card has|cards have} a new number, since the old one is taken here.",
    ),
    "import_over": (
        "日程は過去のため、取り込みませんでした。",
        "Its dates are in the past and were left out.",
    ),
    "files_unread": ("読まなかったファイル：{names}", "Files that were not read: {names}"),
    "sheets_unread": ("読まなかったシート：{names}", "Worksheets that were not read: {names}"),
    "rows_hidden": (
        "非表示の行も読みました：{rows}",
        "Hidden rows were read, too: {rows}",
    ),
    "picture_moving": (
        "動く画像は、最初のコマを使いました：{names}",
        "Of moving pictures the first frame was taken: {names}",
    ),
    "picture_refused": ("画像「{name}」：{reason}", "Picture “{name}”: {reason}"),
    "pictures_more_refused": (
        "ほかに {count:,} 枚の画像を使えませんでした。",
        "{count:,} more {count:picture|pictures} could not be used.",
    ),
    "letters_lost": (
        "「?」のある行：{rows}。Excel は Shift_JIS にない文字を「?」にします。"
        "違っていたら「CSV UTF-8」で保存して送り直してください。",
        "Rows with a “?”: {rows}. Excel writes it for letters that Shift_JIS lacks. "
        "If so, please save as “CSV UTF-8” and send it again.",
    ),
    "decoded_as": (
        "文字コードは {encoding} として読みました。",
        "It was read in the encoding {encoding}.",
    ),
}
