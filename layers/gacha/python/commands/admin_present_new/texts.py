"""What `/gacha-admin present new` says, in Japanese and English."""

from __future__ import annotations

from typing import Final

from commands import given_texts
from commands.sentences import Sentences, speaking

SENTENCES: Final[Sentences] = {
    **given_texts.SENTENCES,
    "ask": ("この内容でプレゼントを送りますか？", "Send this present?"),
    "ask_now": ("送信", "Send it"),
    "confirm": ("確認して送信", "Confirm and send it"),
    "sure_ask": (
        "対象の人は {/presents} で、1 回だけ受け取れます。まだ送っていません。",
        "Everybody it is for can take it once, with {/presents}. Nothing is sent yet.",
    ),
    "withdraw": ("このプレゼントを取り下げますか？", "Withdraw this present?"),
    "withdraw_now": ("取り下げ", "Withdraw it"),
    "sure_withdraw": (
        "受け取った人の分はそのままです。まだ受け取っていない人は、受け取れなくなります。",
        "Whoever has taken it keeps it. Nobody else will be able to take it any more.",
    ),
    "made": ("プレゼントを送りました", "The present is sent"),
    "made_next": (
        "取り下げるときは {/admin present list} から選んでください。",
        "To withdraw it, choose it in {/admin present list}.",
    ),
    "withdrawn": ("プレゼントを取り下げました", "The present is withdrawn"),
    "pledged": ("確認を記録しました", "Your confirmation is recorded"),
    "pledged_next": (
        "ありがとうございます。次回からは確認なしで進めます。"
        "先ほどのコマンドを、もう一度お使いください。",
        "Thank you. You will not be asked again. Please use your command once more.",
    ),
    "is_pledged": (
        "この確認は済んでいます。先ほどのコマンドを、もう一度お使いください。",
        "This was confirmed already. Please use your command once more.",
    ),
    "warn_role": (
        "⚠️ このロールをメンバーが自分で付けられる場合（オンボーディングやリアクションロールなど）、"
        "誰でも受け取れます。受け取る時点のロールで判定します。",
        "⚠️ If members can give themselves this role (by onboarding or reactions, say), anybody "
        "can take the present. What counts is who has the role when they take it.",
    ),
    "for_days": (
        "受け取れる期間：送ってから {days:,} 日間",
        "Can be taken for {days:,} {days:day|days}",
    ),
    "until": ("<t:{ends}:f> まで受け取れます", "Can be taken until <t:{ends}:f>"),
    "several_audiences": (
        "対象は、メンバー・ロール・プレイ開始日のうち 1 つだけ指定してください。"
        "まだ何も送っていません。",
        "Please choose only one of member, role and date. Nothing is sent.",
    ),
    "no_date": (
        "「{date}」は明日までの日付として読めません。2026-11-01 のように、年から入力してください"
        "（明日の日付なら、今日までに遊んだ人全員が対象です）。まだ何も送っていません。",
        "“{date}” is no date up to tomorrow. Please write it with its year, such as 2026-11-01; "
        "tomorrow means all who have played by now. Nothing is sent.",
    ),
    "too_many_presents": (
        "受け取り期間中のプレゼントは {most:,} 件までです。"
        "{/admin present list} で取り下げるか、期限を待ってから作ってください。",
        "There can be {most:,} {most:present|presents} at a time. Please withdraw one in "
        "{/admin present list}, or wait until one is over.",
    ),
    "not_open": (
        "このプレゼントは、すでに終了しているか取り下げられています。",
        "This present is over already, or was withdrawn.",
    ),
    "to_a_bot": (
        "ボットには渡せません。「{/admin present new:user}」には人を選んでください。",
        "A bot cannot take presents. Please choose a person as “{/admin present new:user}”.",
    ),
    "to_no_member": (
        "その人はこのサーバーにいません。"
        "「{/admin present new:user}」にはメンバーを選んでください。",
        "That person is not in this server. Please choose a member as “{/admin present new:user}”.",
    ),
    "logged_made": (
        "<@{by}> がプレゼントを作成：{goods}「{message}」\n{to}",
        "<@{by}> made a present: {goods} “{message}”\n{to}",
    ),
    "logged_withdrawn": (
        "<@{by}> がプレゼントを取り下げ：{goods}「{message}」",
        "<@{by}> withdrew a present: {goods} “{message}”",
    ),
    "logged_pledged": (
        "<@{by}> が確認：通貨・チケット・コード・ロールを販売せず、現実の価値がある賞品を出さない",
        "<@{by}> confirmed that coins, tickets, codes and roles are not sold, and that nothing of "
        "real value can be won",
    ),
}

say: Final = speaking(SENTENCES)
