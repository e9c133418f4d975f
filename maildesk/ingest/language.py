"""Which of the desk's languages is a text in? An empty answer where the text does not say.

Small words are counted, also those of languages that no desk speaks: a German text is not English for one "in". A close
relative is not taken for the language either: Danish is none where only Norwegian is known, since its writer should not
be told that his language is another. Nynorsk is Norwegian.
"""

import re
from collections import Counter
from typing import Final

_SAMPLE: Final = 4000
_WORD: Final = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
#: Addresses and paths are in no language.
_ADDRESS: Final = re.compile(r"(?<!\S)[^\s@/\\]*+[@/\\]\S*")
_HANGUL: Final = re.compile("[\uac00-\ud7a3\u1100-\u11ff\u3130-\u318f]+")
_LATIN: Final = re.compile("[A-Za-z\u00c0-\u024f]+")
#: A Korean mail begins in Korean, however long the English log is that follows.
_FIRST_LINES: Final = 3
_LEAST_HANGUL: Final = 10
#: Small words that every longer text has, and signs of close relatives.
_SMALL_WORDS: Final = {
    language: frozenset(words.split())
    for language, words in {
        "en": "the and is are was were have has had not this that with you your we our they it of to from what when "
        "which would could should please can cannot does did been there an my i i'm i've it's don't can't doesn't "
        "isn't won't hello hi thanks thank for but if how any help need still be will as at on",
        "nb": "og er ikke det en et jeg vi du dere på som har hadde av til fra med dette denne kan skal vil ble blir "
        "var når hvor hva hvordan men eller også hei takk ingen noen noe vår vårt våre deres få får fått mvh hilsen "
        "vennlig etter siden nå kunne må gjøre i meg deg seg mitt ditt oss uten vært mye gjerne fordi bruker sier "
        "trenger hjelp hjelpe fungerer virker feil for om den jeg de ved å at "
        # nynorsk
        "eg ikkje ein eit frå dei kva korleis kvar vere vart noko nokon dykk berre mykje gjer",
        "da": "og er ikke det en et jeg vi du i på som har havde af til fra med dette denne kan skal vil blev bliver "
        "var når hvor hvad hvordan hvornår men eller også hej tak ingen nogen noget vores deres få får fået mvh "
        "hilsen venlig efter siden nu kunne må gøre mig dig sig os uden været meget gerne fordi bruger siger hjælp "
        "hjælpe fungerer virker fejl for om den de ved at jer kun",
        "sv": "och är inte det en ett jag vi du ni på som har hade av till från med detta denna kan ska skall vill "
        "blev blir var när hur vad men eller också hej tack ingen någon något vår vårt våra deras få får fått "
        "hälsning hälsningar vänliga efter sedan nu kunde måste göra mig dig sig mitt ditt oss utan varit mycket gärna "
        "eftersom hjälp hjälpa fungerar fel för om den de att",
        "de": "der die das und ist nicht ich sie wir ein eine einen mit von zu auf für dem den des im in es wie was "
        "kann können haben hat war wird bitte danke hallo aber oder auch noch bei nach seit mehr mein unser",
        "nl": "de het een en is niet ik wij we u je van te op voor met dat die er aan zijn hebben heeft kan kunnen "
        "wordt graag bedankt hallo maar of ook nog bij naar mijn onze geen wel",
        "fr": "le la les un une des et est ne pas je nous vous de du à au en dans pour avec sur que qui ce cette mon "
        "notre avez avons merci bonjour mais ou aussi plus",
        "es": "el la los las un una y es no yo nosotros usted de del a al en para con por que se su mi nuestro está "
        "gracias hola pero o también más",
        "it": "il lo la gli un una e è non io noi voi di del della a al in per con che si mi nostro grazie ciao ma o "
        "anche più sono",
        "pt": "o a os as um uma e é não eu nós você de do da em no na para com por que se meu nosso obrigado olá mas "
        "ou também mais está",
        "fi": "ja on ei minä se me te että mutta tai kun kanssa ole kiitos hei voi myös vain kuin joka tämä ovat olen",
        "pl": "i jest nie ja się w na z do że to jak ale lub czy dla od po proszę dziękuję dzień dobry nie mam",
    }.items()
}
#: Languages that share most of their small words: what one of them has alone tells them apart.
_RELATIVES: Final = ("nb", "da", "sv")
#: The languages that have each of the small words.
_SPEAKERS: Final = {
    word: tuple(language for language, small in _SMALL_WORDS.items() if word in small)
    for word in frozenset().union(*_SMALL_WORDS.values())
}
#: What a small word says: the less, the more languages have it that are not related ("se" is in five).
_WEIGHTS: Final = {
    word: 1 / len({"nb" if language in _RELATIVES else language for language in languages})
    for word, languages in _SPEAKERS.items()
}
#: Letters that only some of the relatives have.
_THEIR_LETTERS: Final = {"nb": "æø", "da": "æø", "sv": "äö"}


def language_of(text: str, languages: tuple[str, ...]) -> str:
    """One of `languages`, or empty. The text is best without quotes and signature."""
    sample = text[:_SAMPLE]
    if "@" in sample or "/" in sample or "\\" in sample:
        sample = _ADDRESS.sub(" ", sample)
    words = _WORD.findall(sample.lower().replace("’", "'"))
    hangul = _count(_HANGUL, sample)
    letters = sum(map(len, words))
    if hangul >= 2 and (hangul * 4 >= letters or _begins_in_hangul(sample)):
        return "ko" if "ko" in languages else ""
    latin = _count(_LATIN, sample)
    # A few signs of another script say as much as a long word; a name among many words says nothing.
    if (letters - latin) * 3 > latin:
        return ""
    best = _clear_winner(words)
    return best if best in languages else ""


def _begins_in_hangul(sample: str) -> bool:
    lines = [line for line in sample.splitlines() if line.strip()][:_FIRST_LINES]
    first = " ".join(lines)
    hangul = _count(_HANGUL, first)
    return hangul >= _LEAST_HANGUL and hangul > _count(_LATIN, first)


def _count(letters: re.Pattern[str], text: str) -> int:
    return sum(map(len, letters.findall(text)))


def _clear_winner(words: list[str]) -> str:
    votes = dict.fromkeys(_SMALL_WORDS, 0)
    weights = dict.fromkeys(_SMALL_WORDS, 0.0)
    for word, times in Counter(words).items():
        for language in _SPEAKERS.get(word, ()):
            votes[language] += times
            weights[language] += times * _WEIGHTS[word]
    best = max(weights, key=lambda language: weights[language])
    family = _RELATIVES if best in _RELATIVES else (best,)
    second = max(weight for language, weight in weights.items() if language not in family)
    if votes[best] < 2 or weights[best] <= 2 * second:
        return ""
    return _closest_relative(words, votes) if best in _RELATIVES else best


def _closest_relative(words: list[str], votes: dict[str, int]) -> str:
    """By all votes and by the letters; Norwegian and Danish often look alike, and then it is Norwegian."""
    marked = {letter: sum(letter in word for word in words) for letter in set("".join(_THEIR_LETTERS.values()))}
    signs = {
        language: votes[language] + sum(marked[letter] for letter in _THEIR_LETTERS[language])
        for language in _RELATIVES
    }
    # The first of equals.
    return max(_RELATIVES, key=lambda language: signs[language])
