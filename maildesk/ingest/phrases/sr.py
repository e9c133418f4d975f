"""Serbian, in both alphabets where Croatian does not have it."""

from maildesk.ingest.phrases import Phrases

PHRASES = Phrases(
    wrote=(
        "је написао",
        "је написала",
        "написао је",
        "је написао/ла",
        "je napisao/la",
    ),
    sender=(
        "од",
        "шаље",
        "пошиљалац",
        "шаље:",
    ),
    to=(
        "прима",
        "за",
        "прималац",
        "коме",
    ),
    cc=(
        "коп",
        "копија",
        "цц",
        "kop",
    ),
    subject=(
        "тема",
        "наслов",
        "предмет",
    ),
    date=(
        "датум",
        "послато",
        "poslato",
        "време",
    ),
    other=(
        "скоп",
        "одговор за",
        "приоритет",
        "важност",
        "прилози",
        "организација",
    ),
    separators=(
        "оригинална порука",
        "изворна порука",
        "првобитна порука",
    ),
    forwarded=(
        "прослеђена порука",
        "проследјена порука",
        "почетак прослеђене поруке",
        "прослеђено од",
        "prosleđena poruka",
        "prosledjena poruka",
    ),
    passed_on=(
        "прослеђено",
        "prosleđeno",
        "prosl",
    ),
    out_of_office=(
        "аутоматски одговор",
        "automatski odgovor",
        "ван канцеларије",
        "van kancelarije",
        "nisam u kancelariji",
    ),
    on_leave=(
        "одсутан",
        "одсутна",
        "na odmoru",
        "на одмору",
    ),
    absent=(
        "na odmoru sam",
        "на одмору сам",
        "nisam u kancelariji",
        "нисам у канцеларији",
        "odsutan sam",
        "odsutna sam",
        "trenutno sam na",
    ),
    absent_signs=(
        "u hitnim",
        "у хитним",
        "po povratku",
        "по повратку",
        "odgovoriću",
    ),
    referred=(
        "kontaktirajte",
        "контактирајте",
        "obratite se",
        "обратите се",
    ),
    absent_of=(
        "je na odmoru",
        "je van kancelarije",
        "је на одмору",
    ),
    back=("do", "до"),
    automatic=(
        "ovo je automatsk",
        "ово је аутоматск",
    ),
    devices=(
        "послато са мог",
        "poslato sa mog",
        "послато са моје",
        "poslato sa moje",
    ),
)
