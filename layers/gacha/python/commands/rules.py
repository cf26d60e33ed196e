"""A banner's rules in words: `gacha.rules` has them as data, and each kind a sentence here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from commands.kit import fitting, name
from commands.sentences import Sentences, literal, price, speaking

Rule = Mapping[str, Any]
"""What `gacha.rules` and `gacha.rates` give."""


def standing(rules: Sequence[Rule], lang: str, space: int) -> list[str]:
    """A line for each rule, or as many as fit and one that says where all are."""
    lines = [rule(each, lang) for each in rules]
    return fitting(lines, space, lambda _left: say(lang, "rules_elsewhere"))


def rule(of: Rule, lang: str) -> str:
    """One rule of a banner, or how it stands for a player."""
    if of["kind"] in _OF_RARITY:
        rarity = literal(of["rarity"][lang])
        return say(lang, of["kind"], rarity=rarity, rule=_OF_RARITY[of["kind"]](of, rarity, lang))
    if len(of.get("prices", ())) == 1:  # it is no turn
        return say(lang, "rule_price", price=of["prices"][0])
    values = {name: _blank(name, value, lang) for name, value in of.items()}
    if "numbers" in of:
        values["count"] = len(of["numbers"])
    size = of.get("size", 10)  # a workflow may have begun on the version before
    for blank in ("multi", "multis"):
        values[blank] = say(lang, f"{blank}_10" if size == 10 else blank, size=size)
    text = say(lang, f"{of['kind']}_packs" if "packs" in of else of["kind"], **values)
    if "steps" in of and of["kind"] != "step":
        steps = {"steps": values["steps"], "count": len(of["steps"])}
        text = say(lang, "rule_in_steps", rule=text, **steps)
    return say(lang, "rule_once", rule=text) if of.get("once") else text


def changes(of: Rule, rarity: str, lang: str) -> str:
    """The pulls at which a rarity's rate is another (`gacha.rates.table`). The ceiling of a lower
    rarity is not one at 100 %: higher ones take precedence (see `gacha.rules.ceilings`)."""
    turns = of["changes"]
    if of.get("or_better"):  # a workflow may have begun before it was there
        turns = [*turns[:-1], (turns[-1][0], say(lang, "or_better_certain", rarity=rarity))]
    (pull, rate), *further = turns
    names = (literal(each[lang]) for each in of["counted_from"])
    rarities = (" か " if lang == "ja" else " or ").join(names)
    first = say(lang, "first_change", rarities=rarities, pull=pull, rate=rate)
    rest = (
        "…" if change is None else say(lang, "change", pull=change[0], rate=change[1])
        for change in further
    )
    return " → ".join([first, *rest])


def featured(of: Rule, lang: str) -> str:
    """The featured cards' part of a rarity, and after how many losses it is another."""
    parts = [say(lang, "featured", featured=of["featured"])]
    for change in of["featured_changes"]:
        losses, share = change or (0, "")
        parts.append(say(lang, "after_losses", losses=losses, share=share) if change else "…")
    text = " → ".join(parts)
    if not of["featured_changes"]:
        return text
    kind = "losses_contested" if of["guarantee"] else "losses"
    return f"{text}{say(lang, kind)}"


def guarantee(of: Rule, rarity: str, lang: str) -> str:
    """After how many losses in a row the next card of a rarity is featured."""
    losses = of["guarantee"]
    sentence = "guarantee" if losses == 1 else "guarantee_after"
    return say(lang, sentence, rarity=rarity, losses=losses)


_OF_RARITY: Final = {
    "rule_changes": changes,
    "rule_featured": lambda of, _rarity, lang: featured(of, lang),
    "rule_guarantee": guarantee,
}
"""What `gacha.rates.rules_of_rarities` gives."""


def _blank(blank: str, value: Any, lang: str) -> Any:
    """What fills a blank of a rule's sentence."""
    separator = "・" if lang == "ja" else ", "
    if blank == "cards":
        return _set_of_cards(value, lang)
    if blank == "rates":
        return separator.join(f"{literal(each['rarity'][lang])} {each['rate']}" for each in value)
    if blank == "prices":
        return " → ".join(price(each, lang) for each in value)
    if isinstance(value, list):  # numbers of slots or steps
        return separator.join(map(str, value))
    return literal(value[lang]) if isinstance(value, Mapping) else value


def _set_of_cards(cards: Mapping[str, Any], lang: str) -> str:
    names = [
        say(lang, "featured_of", rarity=name(each, lang)) if each["featured"] else name(each, lang)
        for each in cards["names"]
    ]
    if cards["or_better"]:
        return say(lang, "or_better", rarity=names[0])
    names = [say(lang, "one_of", name=each) for each in names]
    if cards["more"]:
        names.append(say(lang, "cards_more", more=cards["more"]))
    if len(names) == 1:
        return names[0]
    separator = "" if lang == "ja" else ", "
    return say(lang, "any_of", names=separator.join(names[:-1]), last=names[-1])


SENTENCES: Final[Sentences] = {
    "rule_in_steps": (
        "{rule}（ステップ {steps}）",
        "{rule} ({count:step|steps} {steps})",
    ),
    "first_change": (
        "前回の {rarities} から数えて {pull:,} 回目：{rate}",
        "From pull {pull:,} after your last {rarities}: {rate}",
    ),
    "change": ("{pull:,} 回目：{rate}", "pull {pull:,}: {rate}"),
    "or_better_certain": ("{rarity} 以上確定", "{rarity} or better guaranteed"),
    "featured": (
        "ピックアップになる確率：{featured}",
        "Chance to be featured: {featured}",
    ),
    "after_losses": (
        "すり抜け {losses:,} 回のあと {share}",
        "after {losses:,} lost in a row: {share}",
    ),
    "losses": (
        "（ピックアップが出ると 0 回に戻ります）",
        " (a featured card starts the count over)",
    ),
    "losses_contested": (
        "（確定で出たカードは数えません。確定なしでピックアップが出ると 0 回に戻ります）",
        " (guaranteed cards do not count; a featured card without the guarantee "
        "starts the count over)",
    ),
    "guarantee": (
        "ピックアップ以外が出たら、次の {rarity} は必ずピックアップ",
        "If your {rarity} is not featured, your next {rarity} is guaranteed to be",
    ),
    "guarantee_after": (
        "ピックアップ以外が {losses:,} 回続いたら、次の {rarity} は必ずピックアップ",
        "If your {rarity} is not featured {losses:,} {losses:time|times} in a row, "
        "your next {rarity} is guaranteed to be",
    ),
    "rule_changes": ("「{rarity}」：{rule}", "{rarity}: {rule}"),
    "rule_featured": ("「{rarity}」：{rule}", "{rarity}: {rule}"),
    "rule_guarantee": ("{rule}", "{rule}"),
    "rule_dilutes": (
        "確率が上がった分は、それより下のレアリティ全部から、同じ割合で減ります",
        "What a rate rises by is taken from all lower rarities in proportion",
    ),
    "rule_counts_carry": (
        "天井や確定までの回数は、同じ種類の次のガチャに引き継がれます",
        "Counts toward pity and guarantees carry over to the next banner of its kind",
    ),
    "rule_limit": (
        "引けるのは 1 人 {total:,} 回まで",
        "{total:,} {total:pull|pulls} for each player",
    ),
    "rule_limit_packs": (
        "引けるのは 1 人カード {total:,} 枚（{packs:,} 回）まで",
        "{total:,} {total:card|cards} ({packs:,} {packs:pull|pulls}) for each player",
    ),
    "rule_limit_day": (
        "引けるのは 1 人 1 日 {per_day:,} 回まで（日付はデイリーと同じ時刻に変わります）",
        "{per_day:,} {per_day:pull|pulls} a day for each player (days begin as the daily’s do)",
    ),
    "rule_price": ("1 回の値段：{price:price}", "A single pull: {price:price}"),
    "rule_prices": (
        "1 回ずつ引くときの値段は順に {prices}",
        "Single pulls cost {prices} in turn",
    ),
    "rule_prices_last": (
        "1 回ずつ引くときの値段は順に {prices} で、そのあとは最後の値段が続きます",
        "Single pulls cost {prices} in turn, then stay at the last price",
    ),
    "rule_prices_day": (
        "1 回ずつ引くときの値段は、その日の 1 回目から順に {prices}",
        "Single pulls of a day cost {prices} in turn",
    ),
    "rule_prices_day_last": (
        "1 回ずつ引くときの値段は、その日の 1 回目から順に {prices} で、"
        "そのあとは最後の値段が続きます",
        "Single pulls of a day cost {prices} in turn, then stay at the last price",
    ),
    "limit": (
        "引ける回数の残り {left:,}／{total:,} 回",
        "{left:,} of {total:,} {total:pull|pulls} left",
    ),
    "limit_packs": (
        "引けるカードの残り {left:,}／{total:,} 枚",
        "{left:,} of {total:,} {total:card|cards} left",
    ),
    "limit_today": (
        "今日の残り {left:,} 回（1 日 {per_day:,} 回まで）",
        "{left:,} {left:pull|pulls} left today (of {per_day:,} a day)",
    ),
    "next_price": (
        "次の 1 回の値段：{price:price}",
        "Your next single pull: {price:price}",
    ),
    "rule_exchange_offer": (
        "{price:,} ポイントで{cards}と交換",
        "{cards} for {price:,} exchange {price:point|points}",
    ),
    "rule_exchange_offer_limit": (
        "{price:,} ポイントで{cards}と交換（1 人、各 {limit:,} 枚まで）",
        "{cards} for {price:,} exchange {price:point|points} (each at most {limit:,} "
        "{limit:time|times} for a player)",
    ),
    "rule_tickets": (
        "チケットで引いた分は、いつも 1 回目と同じ確率で、天井・確定・交換ポイントには数えません",
        "Pulls paid with tickets always have a first pull’s rates, and count toward no pity, "
        "guarantee or exchange points",
    ),
    "rule_promise": (
        "{within:,} 回以内に{cards}が必ず出ます",
        "{cards} guaranteed within {within:,} {within:pull|pulls}",
    ),
    "rule_promise_among": (
        "「{counts}」{within:,} 枚のうち 1 枚は必ず{cards}",
        "{cards} guaranteed within {within:,} {within:card|cards} of {counts}",
    ),
    "rule_promise_next": (
        "{without:,} 回引いても{cards}が出なければ、次の「{next}」は必ず{cards}",
        "After {without:,} {without:pull|pulls} without {cards}, "
        "your next {next} is guaranteed to be {cards}",
    ),
    "rule_promise_fixed": (
        "{within:,} 回ごとに{cards}が必ず出ます（途中で出ても、回数は戻りません）",
        "Every {within:,} {within:pull|pulls}, {cards} guaranteed, whatever came before",
    ),
    "rule_promise_fixed_among": (
        "「{counts}」{within:,} 枚ごとに 1 枚は必ず{cards}（途中で出ても、枚数は戻りません）",
        "Every {within:,} {within:card|cards} of {counts}, {cards} guaranteed, "
        "whatever came before",
    ),
    "rule_promise_fixed_next": (
        "{without:,} 回引くごとに、次の「{next}」は必ず{cards}（途中で出ても、回数は戻りません）",
        "After every {without:,} {without:pull|pulls}, your next {next} is guaranteed to be "
        "{cards}, whatever came before",
    ),
    "rule_shared": (
        "数量限定：{stock:,} 枚の箱を、サーバーの全員で引きます。引いた券は箱からなくなります",
        "Limited: one box of {stock:,} {stock:ticket|tickets} for the whole server. "
        "A ticket that is drawn is gone",
    ),
    "rule_shared_boxes": (
        "数量限定：{stock:,} 枚の箱を順番に {boxes:,} 個、サーバーの全員で引きます。"
        "引いた券は箱からなくなります",
        "Limited: {boxes:,} {boxes:box|boxes} of {stock:,} {stock:ticket|tickets} in turn, for the "
        "whole server. A ticket that is drawn is gone",
    ),
    "rule_shared_last": (
        "最後の1枚賞：箱の最後の 1 枚を引いた人に「{card}」も",
        "Last-ticket prize: whoever draws a box’s last ticket gets {card}, too",
    ),
    "rule_shared_fewer": (
        "残りより多く選ぶと、残っている分だけ引き、その分だけ払います",
        "If you choose more than are left, you get as many as are left, and pay for those",
    ),
    "rule_shared_day": (
        "1 人 1 日 {most:,} 枚まで",
        "At most {most:,} {most:ticket|tickets} a day for each player",
    ),
    "rule_shared_total": (
        "1 人が引けるのは全部で {most:,} 枚までです",
        "At most {most:,} {most:ticket|tickets} in all for each player",
    ),
    "rule_shared_account": (
        "アカウントの作成から {days:,} 日たった人だけが引けます",
        "Only for accounts of at least {days:,} {days:day|days}",
    ),
    "rule_shared_member": (
        "サーバーへの参加から {days:,} 日たった人だけが引けます",
        "Only for members who joined at least {days:,} {days:day|days} ago",
    ),
    "shared_left": (
        "箱 {number:,} の残り {left:,}／{stock:,} 枚",
        "Box {number:,}: {left:,} of {stock:,} {stock:ticket|tickets} left",
    ),
    "shared_left_turn": (
        "箱 {number:,}（全 {boxes:,} 個の {turn:,} 個目）の残り {left:,}／{stock:,} 枚",
        "Box {number:,} ({turn:,} of {boxes:,} in turn): {left:,} of {stock:,} "
        "{stock:ticket|tickets} left",
    ),
    "shared_last": (
        "最後の 1 枚を引いた人には「{card}」も",
        "Whoever draws the last ticket gets {card}, too",
    ),
    "fewer_in_box": (
        "{asked:,} 枚のうち、箱に残っていた {count:,} 枚だけを引きました"
        "（代金も {count:,} 枚分です）",
        "Of the {asked:,} {asked:ticket|tickets} asked for, the box had {count:,} left: that is "
        "what was drawn and paid",
    ),
    "fewer_allowed": (
        "{asked:,} 枚のうち、上限までの {count:,} 枚だけを引きました（代金も {count:,} 枚分です）",
        "Of the {asked:,} {asked:ticket|tickets} asked for, your limit left {count:,}: that is "
        "what was drawn and paid",
    ),
    "shared_next": (
        "この箱は完売しました。次の箱（{number:,}）は <t:{from}:T> から引けます",
        "This box is sold out. The next one ({number:,}) opens at <t:{from}:T>",
    ),
    "shared_over": ("完売しました", "Sold out"),
    "rule_once": ("{rule}（1 回限り）", "{rule} (once)"),
    "rule_minimum": (
        "{multi}で{cards}が {count:,} 枚以上出ます",
        "At least {count:,} {count:card|cards} of {cards} in each {multi}",
    ),
    "rule_slots": (
        "{multi}の {numbers} 枚目の割合：{rates}",
        "In a {multi}, {count:card|cards} {numbers}: {rates}",
    ),
    "rule_each_card": (
        "{multi}の 1 枚ごとの基本の割合：{rates}",
        "Base rates of each card in a {multi}: {rates}",
    ),
    "rule_other_cards": (
        "{multi}のほかのカードの、1 枚ごとの基本の割合：{rates}",
        "Base rates of each other card in a {multi}: {rates}",
    ),
    "multi_10": ("10 連", "ten-pull"),
    "multis_10": ("10 連", "ten-pulls"),
    "multis": ("{size:,} 連", "pulls of {size:,}"),
    "multi": ("{size:,} 連", "pull of {size:,}"),
    "rule_whole": (
        "{multis}の {chance} は特別なパックになり、どの 1 枚もこの割合です：{rates}",
        "{chance} of {multis} are special packs, in which every card has these rates: {rates}",
    ),
    "whole": (
        "🎁 **特別なパック**（{multis}の {chance}。どの 1 枚も {rates}）",
        "🎁 **Special pack** ({chance} of {multis}; every card: {rates})",
    ),
    "whole_short": ("🎁 特別なパック", "🎁 special pack"),
    "rule_frozen": (
        "{multi}では、引き始めの確率と天井が、最後の 1 枚まで続きます"
        "（途中で出ても、確率が変わるのは次に引くときから）",
        "In a {multi}, all cards have the rates and pity that it begins with; "
        "what comes in it counts from the next pull on",
    ),
    "rule_steps_again": (
        "ステップアップ：{multi}の値段は順に {prices} で、そのあとは最初に戻ります",
        "Step-up: {prices} in turn for each {multi}, then from the start again",
    ),
    "rule_steps_last": (
        "ステップアップ：{multi}の値段は順に {prices} で、そのあとは最後の値段が続きます",
        "Step-up: {prices} in turn for each {multi}, then always the last price",
    ),
    "rule_box": (
        "ボックス：{stock:,} 枚入り。引いたカードはボックスからなくなります",
        "Box: {stock:,} {stock:card|cards}. A card that you draw leaves your box",
    ),
    "rule_box_refill": (
        "{cards}がなくなると、新しいボックスになります",
        "A new box begins once {cards} runs out",
    ),
    "rule_box_empty": (
        "空になると、新しいボックスになります",
        "A new box begins when yours is empty",
    ),
    "rule_box_reset": (
        "{cards}がなくなったあとは、残りがあっても新しいボックスに替えられます",
        "Once {cards} runs out, you may begin a new box, whatever is left in yours",
    ),
    "rule_box_reset_any": (
        "いつでも、残りがあっても新しいボックスに替えられます",
        "You may begin a new box at any time, whatever is left in yours",
    ),
    "rule_box_never_reset": (
        "総合の割合は、自分でボックスを替えない場合のものです",
        "Overall rates are those of a player who never begins a new box by choice",
    ),
    "rule_no_repeats": (
        "「{rarity}」は、全種類が出そろうまで同じカードが出ません（そろうと最初に戻ります）",
        "{rarity}: no card comes again until all of them have come",
    ),
    "rule_exchange": (
        "1 回引くごとに交換ポイントが 1 つたまります"
        "（カード 1 枚と交換するには {price:,} ポイント。交換は {/exchange} で）",
        "Each pull gives 1 exchange point; {/exchange} takes {price:,} for a card",
    ),
    "rule_points_carry": (
        "ガチャが終わっても、残ったポイントは同じ種類の次のガチャに引き継がれます",
        "After the banner’s end, points carry over to the next one of its kind",
    ),
    "rule_points_end": (
        "ガチャの終了から 7 日を過ぎると、残ったポイントはかけらに変わります",
        "7 days after the banner’s end, points that are left become shards",
    ),
    "points_end": (
        "残ったポイントは <t:{until}:f> を過ぎるとかけらに変わります",
        "Points that are left become shards after <t:{until}:f>",
    ),
    "ceiling": (
        "{rarity} 確定まで あと {pulls:,} 回",
        "{rarity} guaranteed within {pulls:,} {pulls:pull|pulls}",
    ),
    "ceiling_or_better": (
        "{rarity} 以上確定まで あと {pulls:,} 回",
        "{rarity} or better guaranteed within {pulls:,} {pulls:pull|pulls}",
    ),
    "featured_next": (
        "次の {rarity} はピックアップ確定",
        "Your next {rarity} is guaranteed to be featured",
    ),
    "share_next": (
        "次の {rarity} がピックアップになる確率：{share}",
        "Chance that your next {rarity} is featured: {share}",
    ),
    "promise": (
        "{cards}確定まで あと {pulls:,} 回",
        "{cards} guaranteed within {pulls:,} {pulls:pull|pulls}",
    ),
    "promise_among": (
        "次の「{counts}」{left:,} 枚のうちに{cards}確定",
        "{cards} guaranteed among your next {left:,} {left:card|cards} of {counts}",
    ),
    "promise_next": (
        "次の「{next}」は{cards}確定",
        "Your next {next} is guaranteed to be {cards}",
    ),
    "promise_after": (
        "あと {without:,} 回引いても{cards}が出なければ、次の「{next}」は{cards}確定",
        "If {without:,} more {without:pull brings|pulls bring} no {cards}, "
        "your next {next} is guaranteed to be {cards}",
    ),
    "promise_later": (
        "あと {without:,} 回引いたら、その次の「{next}」は{cards}確定",
        "After {without:,} more {without:pull|pulls}, your next {next} is guaranteed to be {cards}",
    ),
    "step": (
        "次の {multi}はステップ {step:,}／{steps:,}（値段：{price:price}）",
        "Your next {multi} is step {step:,} of {steps:,}, for {price:price}",
    ),
    "minimum": (
        "次の {multi}は{cards}が {count:,} 枚以上確定",
        "At least {count:,} {count:card|cards} of {cards} in your next {multi}",
    ),
    "slots": (
        "次の {multi}の {numbers} 枚目は{cards}確定",
        "In your next {multi}, {count:card|cards} {numbers}: {cards} guaranteed",
    ),
    "box": (
        "ボックスの残り {left:,}／{stock:,} 枚",
        "Your box: {left:,} of {stock:,} {stock:card|cards} left",
    ),
    "box_refill": (
        "{cards}がなくなると、新しいボックスになります（残り {left:,} 枚）",
        "A new box begins once {cards} runs out ({left:,} left)",
    ),
    "box_reset": (
        "いま新しいボックスに替えられます",
        "You may begin a new box now",
    ),
    "box_reset_after": (
        "{cards}がなくなると、新しいボックスに替えられます（残り {left:,} 枚）",
        "Once {cards} runs out, you may begin a new box ({left:,} left)",
    ),
    "not_yet": (
        "「{rarity}」のまだ出ていないカード：残り {left:,}／{cards_in:,} 種類",
        "{rarity}: {left:,} of {cards_in:,} {cards_in:card|cards} still to come",
    ),
    "points_all_taken": (
        "交換ポイント {points:,}：交換できる枚数はすべて交換済み",
        "Exchange points: {points:,}. You have taken all that you can",
    ),
    "points": (
        "交換ポイント {points:,}／{price:,}",
        "Exchange points: {points:,} of {price:,}",
    ),
    "points_reach": (
        "交換ポイント {points:,}／{price:,}：{/exchange} で交換できます",
        "Exchange points: {points:,} of {price:,}. {/exchange} takes them",
    ),
    "rules_elsewhere": (
        "ほかのルールは {/rates} で確認できます。",
        "{/rates} shows the other rules.",
    ),
    "no_rules": ("天井や確定はありません。", "No pity or guarantees."),
    "featured_of": ("ピックアップの {rarity}", "featured {rarity}"),
    "or_better": ("「{rarity}」以上", "{rarity} or better"),
    "any_of": ("{names}{last}のどれか", "{names} or {last}"),
    "cards_more": ("ほか {more:,} 種類", "{more:,} more"),
}

say: Final = speaking(SENTENCES)
