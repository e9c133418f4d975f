"""Does a sentence say that something was not, or not yet, delivered? By a denial and a verb of delivering near each
other, so that no server's exact wording must be known.

People write such sentences as well: they count only where a mail server speaks.
"""

import re
from typing import Final

#: Between the two words of a sentence, an address perhaps; never over its end.
_NEAR: Final = r"(?:[^.!?。！？]|\.(?=\w)){0,90}?"


def _pair(first: str, second: str) -> str:
    return rf"(?:{first}){_NEAR}(?:{second})"


_SENTENCES: Final = re.compile(
    "|".join(
        (
            # English
            _pair(
                r"\bnot\b|n't\b|\bnever\b|\bunable\b|\bcannot\b|\bfail\w*|\btrouble\b|\berror\b|\bproblem", r"\bdeliver"
            ),
            r"\b(?:could not|couldn't|cannot|can't|can not|unable to|failed to) (?:be )?"
            r"(?:sen[dt]|reach(?:ed)?|forward(?:ed)?|relay(?:ed)?|transmit(?:ted)?)\b",
            _pair(
                r"\bdeliver(?:y|ed|ing)?\b", r"\bfail|\bdelay|\bstopped\b|\bnot\b|\bunsuccess|\bimpossible|\babandon"
            ),
            r"\bundeliver\w*",
            _pair(r"\b(?:message|e-?mail|mail)\b", r"\b(?:rejected|refused|bounced|returned|blocked)\b"),
            r"\b(?:rejected|refused)\b[^.!?]{0,30}?\b(?:recipient|address|message)\b|\bno valid recipients?\b",
            # German, Dutch
            _pair(
                r"\bnicht\b|\bkonnte\w*|\bfehl\w*",
                r"zugestellt|zustell|übermittelt|ausgeliefert|überbracht|gesendet|versandt|versendet|weitergeleitet",
            ),
            _pair(r"\bzustell\w*", r"\bnicht\b|fehl|verzöger|unmöglich|gescheitert"),
            _pair(r"\bniet\b", r"bezorg|afgelever|besteld|verzonden|verstuurd"),
            _pair(r"\bbezorging\b|\baflevering\b", r"mislukt|vertraag|niet"),
            # Norwegian, Danish, Swedish, Icelandic, Finnish, Estonian
            _pair(r"\bikk?j?e\b|\binte\b|\bej\b|\bmislyk\w*|\bmisslyck\w*", r"\blever|\bsend|\bskick|\bavlever"),
            _pair(r"\blever(?:ing|ans)\w*", r"\bikk?j?e\b|\binte\b|mislyk|misslyck|forsink|försen|feil|fejl"),
            _pair(r"\bekki\b|\bei\b", r"komið til skila|afhent|toimit|perille|edasta"),
            _pair(r"\btoimit\w*", r"epäonnistu|viivästy|\bei\b"),
            # French, Spanish, Portuguese, Italian, Catalan, Romanian
            _pair(
                r"\bn['’e]\s?\w*|\bimpossible\b|\béchec\b|\bnon\b",
                r"remis|remettre|délivr|livr|distribu|achemin|envoyé|transmis|parven",
            ),
            _pair(r"\b(?:remise|distribution|livraison)\b", r"échou|retard|impossible"),
            _pair(
                r"\bno\b|\bnão\b|\bimposible\b|\bimpossível\b|\bfall[oaó]\w*|\bfalh\w*|\bnu\b",
                r"\bentreg|\blivra|\blliur|\benvia|\btransmi",
            ),
            _pair(r"\bentrega\b", r"fall|falh|retras|atras|imposible"),
            _pair(r"\bnon\b|\bimpossibile\b|\bmancat\w*", r"consegn|recapit|inoltra|\binvia|\bspedi"),
            # Polish, Czech, Slovak, Hungarian, Slovene, Croatian, the Baltic
            _pair(r"\bnie\b", r"dostarcz|doręcz|doruč|wysłan|przesłan|odosl"),
            _pair(
                r"\bne(?:podařil|lze|byl|mohl|bolo|bude|ni)\w*|\bni\b|\bnije\b|\bnav\b|\bnepavyko\b",
                r"doruč|dostav|isporuč|piegād|pristat",
            ),
            r"\bnedoruč\w*|\bniedostarcz\w*|\bniedoręcz\w*",
            _pair(r"\bnem\b", r"kézbesít|elküld|továbbít"),
            _pair(r"\bkézbesítés\w*", r"sikertelen|hib|késik"),
            # Turkish, Greek
            _pair(r"\bteslim\b", r"edilem|edileme|olmad|başarısız|gecik"),
            r"\b(?:gönder|ilet|ulaştır)il?e?m(?:edi|iyor)\w*|\bulaştırılamad\w*",
            _pair(r"\bπαράδοση\w*", r"απέτυχ|αδύνατ|καθυστ"),
            _pair(r"\bdostarczen\w*|\bdoručen\w*", r"nie powiodło|nezdařil|nepodaril|niemożliw"),
            _pair(r"\blivrarea\b|\blivrat\w*", r"\bnu\b|eșuat|imposibil"),
            _pair(r"\bδεν\b|\bαδυν\w*|\bαποτυχ\w*", r"παράδοσ|παραδόθ|παραδοθ|σταλ|απεστάλ"),
            # Russian, Ukrainian, Bulgarian
            _pair(r"\bне\b|\bневозможно\b|\bнеможливо\b", r"доставл|доставить|доставити|отправлен|передан"),
            _pair(r"\bдоставк\w*", r"не удал|ошибк|невозмож|задерж"),
            _pair(r"\bсбой\b|\bошибк\w*|\bзбій\b|\bпомилк\w*", r"доставк|доставки|доставці"),
            # Japanese, Chinese, Korean
            r"(?:配信|送信|配達|配送|送達|お届け)[^。！]{0,14}?(?:できま|できな|されま|されな|失敗|不能|エラー|遅延|遅れ)",
            r"(?:投递|投遞|送达|送達|发送|發送|傳送|传送|传递|傳遞)[^。！]{0,8}?(?:失败|失敗|不成功|延迟|延遲)",
            r"(?:无法|無法|未能|没有|沒有|不能|未被)[^。！]{0,10}?(?:投递|投遞|送达|送達|发送|發送|傳送|传送|传递|傳遞|接收)",
            r"退信|退件|退回",
            r"(?:전송|발송|전달|배달|배송|보내지|보내)[^.!]{0,12}?(?:못|실패|되지|않|지연)|반송",
            # Hebrew, Arabic, Vietnamese, Thai, Indonesian
            r"לא (?:ניתן|נמסר|הצלחנו)|تعذر|لم يتم (?:تسليم|توصيل)",
            r"không thể (?:gửi|chuyển)|gửi không|ไม่สามารถ(?:ส่ง|จัดส่ง)",
            r"(?:tidak|gagal)[^.!?]{0,30}?(?:terkirim|dikirim|disampaikan)",
        )
    )
)


def tells_of_failure(said: str) -> bool:
    """Does `said`, in lower case, hold such a sentence?"""
    return bool(_SENTENCES.search(said))
