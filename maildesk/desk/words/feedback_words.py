"""The words that say how content somebody is, in English, Norwegian and Korean; lower case, without marks."""

from typing import Final

#: 1 (very poor) to 5 (very good).
WORDS: Final[dict[str, int]] = {
    **dict.fromkeys(("excellent", "great", "very good", "perfect", "super", "awesome", "fantastic", "brilliant"), 5),
    **dict.fromkeys(("very satisfied", "very happy", "amazing", "top", "outstanding"), 5),
    **dict.fromkeys(("good", "satisfied", "happy", "fine", "nice"), 4),
    **dict.fromkeys(("ok", "okay", "so so", "average", "neutral"), 3),
    **dict.fromkeys(("poor", "bad", "dissatisfied", "unsatisfied", "unhappy"), 2),
    **dict.fromkeys(("very poor", "very bad", "terrible", "awful", "horrible", "very dissatisfied"), 1),
    **dict.fromkeys(("utmerket", "kjempebra", "veldig bra", "svært bra", "supert", "super bra", "perfekt"), 5),
    **dict.fromkeys(("topp", "tipp topp", "fantastisk", "veldig fornøyd", "svært fornøyd", "strålende"), 5),
    **dict.fromkeys(("bra", "fornøyd", "fint", "godt"), 4),
    **dict.fromkeys(("greit", "helt greit", "middels", "sånn passe"), 3),
    **dict.fromkeys(("dårlig", "misfornøyd"), 2),
    **dict.fromkeys(("svært dårlig", "veldig dårlig", "kjempedårlig", "elendig", "svært misfornøyd"), 1),
    **dict.fromkeys(("veldig misfornøyd", "forferdelig"), 1),
    **dict.fromkeys(("매우 만족", "매우 만족합니다", "아주 만족", "대만족", "최고", "최고예요", "아주 좋아요"), 5),
    **dict.fromkeys(("만족", "만족합니다", "만족해요", "좋아요", "좋습니다", "좋았습니다"), 4),
    **dict.fromkeys(("보통", "보통입니다", "보통이에요", "그저 그래요", "그냥 그래요"), 3),
    **dict.fromkeys(("불만족", "불만족합니다", "별로", "별로예요", "별로입니다", "불만"), 2),
    **dict.fromkeys(("매우 불만족", "매우 불만족합니다", "아주 불만족", "최악", "최악입니다", "최악이에요"), 1),
}
EMOJI: Final[dict[str, int]] = {
    **dict.fromkeys("👍😀😃😄😁😊😍🥰🤩❤🎉👏💯", 5),
    **dict.fromkeys("🙂👌😌", 4),
    **dict.fromkeys("😐😑😶", 3),
    **dict.fromkeys("🙁☹😞😕😟😔", 2),
    **dict.fromkeys("👎😠😡🤬💩", 1),
}
#: With a reason below it, it asks for help.
DISLIKE: Final = frozenset({"👎"})
#: Before "stars".
NUMBERS: Final[dict[str, int]] = {
    **{"zero": 0, "no": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "ten": 10},
    **{"null": 0, "ingen": 0, "én": 1, "en": 1, "ett": 1, "to": 2, "tre": 3, "fire": 4, "fem": 5, "ti": 10},
}
#: Beside a rating; the longer ones first.
POLITE: Final = (
    *("thank you very much", "thank you so much", "many thanks", "thank you", "thanks a lot", "thanks", "thx"),
    *("tusen takk", "mange takk", "takk for hjelpen", "takk skal du ha", "takk"),
    *("정말 감사합니다", "감사합니다", "감사해요", "고맙습니다", "고마워요"),
)
#: With thanks beside it, it is no rating but a part of them.
THANKED: Final = frozenset({"ok", "okay", "fine", "greit", "fint", "nice"})
PLAIN_NO: Final = frozenset({"no", "nope", "nei", "niks", "아니요", "아니오", "아뇨", "아니"})
#: It did not help; nothing else stands in the line, but a plain no before it.
NO: Final = PLAIN_NO | {
    *("not solved", "not really", "not yet", "it did not", "it didn't", "it is not", "it isn't"),
    *("i still need help", "still not working", "it did not help", "it didn't help", "it still does not work"),
    *("det gjorde det ikke", "det hjalp ikke", "hjalp ikke", "jeg trenger fortsatt hjelp", "ikke løst"),
    *("ikke helt", "fortsatt ikke", "virker fortsatt ikke", "det virker fortsatt ikke"),
    *(
        "아니에요",
        "아닙니다",
        "도움이 더 필요합니다",
        "아직 도움이 필요합니다",
        "해결되지 않았습니다",
        "해결되지 않았어요",
    ),
    *("해결 안 됐어요", "아직이요", "안 됩니다", "아직 안 됩니다", "아직도 안 됩니다", "여전히 안 됩니다"),
}
