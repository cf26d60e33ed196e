"""What `/gacha rates` says, in Japanese and English."""

from __future__ import annotations

from typing import Final

from commands.sentences import Sentences, speaking

SENTENCES: Final[Sentences] = {
    "title": ("「{banner}」の提供割合", "Rates for {banner}"),
    "line": (
        "基本 {base} ／ 総合 {consolidated} ／ あなたの次の 1 回 **{next}**",
        "Base {base}, overall {consolidated}, your next pull **{next}**",
    ),
    "note": (
        "カードごとの割合は、最初の 1 回のものです。"
        "「総合」は、確率上昇・天井・確定も含めて長く引き続けたときの割合です。",
        "Card rates are for a first pull. “Overall” is the long-run rate with soft pity, pity and "
        "guarantees.",
    ),
    "version": (
        "今の版：{version}（記録の検証で、引いたときの版と同じか確かめられます）",
        "Current version: {version} (checking your receipts shows which one each pull used)",
    ),
    "left": (
        "ほか {left:,} 種類のカードは、添付ファイルにあります。",
        "{left:,} more {left:card is|cards are} in the attached file.",
    ),
    "too_long": ("（計算に時間がかかるため省略）", "(takes too long to compute here)"),
    "line_shared": (
        "満杯の箱で {base} ／ 次の 1 枚 **{next}**",
        "In a full box {base}, the next ticket **{next}**",
    ),
    "line_shared_over": ("満杯の箱で {base}", "In a full box {base}"),
    "last_ticket": ("最後の 1 枚の賞", "(last ticket’s prize)"),
    "note_shared": (
        "カードごとの割合は、満杯の箱のものです。「次の 1 枚」は、今の箱の残りから計算しています。",
        "Card rates are those of a full box. “The next ticket” goes by what is left in it now.",
    ),
    "line_multi": (
        "{size:,} 連で出るカードのうち {consolidated} ／ "
        "あなたの次の {size:,} 連に 1 枚以上 **{next}**",
        "{consolidated} of all cards in pulls of {size:,}, at least one in your next **{next}**",
    ),
    "line_multi_alone": (
        "{size:,} 連で出るカードのうち {consolidated}",
        "{consolidated} of all cards in pulls of {size:,}",
    ),
    "note_multi": (
        "割合は、{size:,} 連を長く引き続けたときに出るカード全体のうちの、そのカードの割合です"
        "（確率上昇・天井・確定・特別なパックもすべて含みます）。",
        "Rates are a card’s part of all cards that pulls of {size:,} bring in the long run, with "
        "soft pity, pity, guarantees and special packs.",
    ),
    "ten": ("10 連での総合 {ten}", "In ten-pulls, overall {ten}"),
    "of_multi": ("{size:,} 連での総合 {rate}", "In pulls of {size:,}, overall {rate}"),
    "box": ("新しいボックス", "New box"),
    "history_title": ("ルールの更新", "When the rules changed"),
    "since": ("今のルールは {since} からです", "These rules hold since {since}"),
    "before": (
        "それより前の基本の割合：{rates}（版 {version}）",
        "Base rates before: {rates} (version {version})",
    ),
    "earlier_ceiling": ("（天井 {pulls:,} 回）", " (pity at {pulls:,})"),
    "rules_title": ("このガチャのルール", "Rules of this banner"),
    "rules_left": (
        "ルールの続き（{left:,} 件）は添付ファイルにあります。",
        "{left:,} more {left:rule is|rules are} in the attached file.",
    ),
    "how_far": ("あとどれくらいで出る？", "How far am I from …"),
    "featured_goal": ("{rarity}（ピックアップ）", "Featured {rarity}"),
    "reach_title": ("「{goal}」まで あとどれくらい？", "How far to {goal}"),
    "reach_copies": (
        "「{goal}」{copies:,} 枚まで あとどれくらい？",
        "How far to {copies:,} of {goal}",
    ),
    "reach_from": (
        "「{banner}」を、今のあなたの天井や確定の回数から引き続けた場合です。",
        "Pulling on {banner} from where you are now, with the pity and guarantees that you have.",
    ),
    "reach_points": (
        "交換ポイントは、足りたところで使うものとして数えます（1 枚 {price:,}、現在 {has:,}）。",
        "Exchange points count as spent as soon as they suffice "
        "({price:,} each, you have {has:,}).",
    ),
    "reach_tickets": (
        "チケット（{tickets:,} 枚）で引ける分は、下の計算に含めていません。",
        "Your {tickets:,} {tickets:ticket is|tickets are} not counted below.",
    ),
    "reach_too_long": (
        "計算に時間がかかりすぎるため、ここでは出せません。枚数を減らすと出せることがあります。",
        "This takes too long to compute here. Fewer copies may work.",
    ),
    "reach_now": (
        "いまのポイントだけで足ります。交換は {/exchange} で。",
        "The points that you have are enough: {/exchange} takes them.",
    ),
    "single": ("1 回ずつ引くとき", "In single pulls"),
    "multi": ("{size} 連で引くとき", "In pulls of {size}"),
    "expected": (
        "平均 **{pulls} 回**（{cost}）",
        "Pulls on average: **{pulls}** ({cost})",
    ),
    "amount": ("{coins:coins}", "{coins:coins}"),
    "coins_only": ("{coins:,}", "{coins:,}"),
    "days_only": ("{days:,} 日", "{days:,} {days:day|days}"),
    "days_coins": ("{days:,} 日・{coins:,}", "{days:,} {days:day|days}, {coins:,}"),
    "days_free": ("{days:,} 日・無料", "{days:,} {days:day|days}, free"),
    "half": (
        "半分の人は {pulls:,} 回まで（{cost}）",
        "Half of players have it by pull {pulls:,} ({cost})",
    ),
    "ninety": (
        "90 % の人は {pulls:,} 回まで（{cost}）",
        "90 % have it by pull {pulls:,} ({cost})",
    ),
    "certain": (
        "遅くとも {pulls:,} 回で確定（{cost}）",
        "Guaranteed by pull {pulls:,} ({cost})",
    ),
    "never_certain": (
        "何回引けば必ず出る、という回数はありません",
        "No number of pulls guarantees it",
    ),
    "never": ("いくら引いても出ない確率：{never}", "Chance that it never comes: {never}"),
    "left_of_limit": (
        "このガチャで引けるのはあと {pulls:,} 回。それまでに出る確率は **{chance}**",
        "This banner leaves you {pulls:,} {pulls:pull|pulls}: **{chance}** to have it by then",
    ),
    "by_points": (
        "ポイントで交換することになる確率：{chance}",
        "Chance to need the points: {chance}",
    ),
    "budget": (
        "手持ちの{currency}（{coins:,}）で引けるのは {pulls:,} 回。"
        "それまでに出る確率は **{chance}**",
        "What you have ({coins:coins}) pays for {pulls:,} {pulls:pull|pulls}: "
        "**{chance}** to have it by then",
    ),
    "free": (
        "無料なので何回でも引けます。いつか出る確率は **{chance}**",
        "It costs nothing, so you can pull on: **{chance}** to have it in the end",
    ),
    "no_goal": (
        "「{banner}」に「{goal}」というカードやレアリティはありません。"
        "一覧は {/rates} で確認できます。",
        "{banner} has no card or rarity “{goal}”. {/rates} lists them.",
    ),
    "goal_of_points": (
        "「{goal}」はポイントで {most:,} 枚まで交換できるため、調べられるのも {most:,} 枚までです。"
        "枚数を {most:,} 以下にしてください。",
        "Points pay up to {most:,} of “{goal}”, so it can be reckoned for {most:,} at most. "
        "Ask about {most:,} or fewer.",
    ),
    "goal_of_shared": (
        "「{banner}」のボックスはサーバーのみんなで引くので、確率は 1 枚引かれるたびに変わり、"
        "あと何回で出るかは決まりません。今の残りは、目当てを指定しない {/rates} で確認できます。",
        "Everybody in the server draws from the box of {banner}, so its odds change with each "
        "ticket, and nobody can say how many pulls it takes. {/rates} without a goal shows what "
        "is left now.",
    ),
    "goal_card": ("{name}（カード）", "{name} (card)"),
    "goal_rarity": ("{name}（レアリティ）", "{name} (rarity)"),
    "several_goals": (
        "「{goal}」に当てはまるものがいくつかあります（{goals}）。名前をもう少し長く入力してください。",
        "More than one matches “{goal}” ({goals}). Please type a longer part of the name.",
    ),
    "rules_cut": (
        "レアリティごとのルールは添付ファイルにあります。",
        "Each rarity’s rules are in the attached file.",
    ),
}

say: Final = speaking(SENTENCES)
