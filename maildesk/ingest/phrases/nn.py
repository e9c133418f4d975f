"""Norwegian: what nynorsk writes otherwise than bokmål."""

from maildesk.ingest.phrases import Phrases

PHRASES = Phrases(
    wrote=(
        "skreiv",
        "skreiv følgjande",
        "skriv",
    ),
    begins=(
        "den ",
        "på ",
        "måndag ",
        "mån. ",
        "tys. ",
        "laur. ",
        "sun. ",
    ),
    selves=(
        "skreiv eg",
        "eg skreiv",
        "skreiv vi",
        "vi skreiv",
        "skreiv du",
        "du skreiv",
    ),
    quoting=("sitat frå",),
    sender=(
        "frå",
        "avsendar",
    ),
    to=(
        "til",
        "mottakar",
        "mottakarar",
    ),
    cc=(
        "kopi",
        "kopi til",
    ),
    subject=(
        "emne",
        "tittel",
    ),
    date=(
        "sendt",
        "send",
        "dato",
    ),
    other=(
        "blindkopi",
        "svar til",
        "vedlegg",
        "prioritet",
        "viktigheit",
    ),
    separators=(
        "opprinneleg melding",
        "opphavleg melding",
        "opphaveleg melding",
        "opphavleg e-post",
    ),
    forwarded=(
        "vidaresendt melding",
        "vidaresend melding",
        "vidaresendt e-post",
        "vidaresend e-post",
        "start på vidaresendt melding",
        "byrjinga på vidaresendt melding",
        "vidaresendt av",
        "vidaresende meldingar frå",
        "vidaresend melding frå",
    ),
    passed_on=(
        "vs",
        "vidaresendt",
        "vidaresend",
    ),
    markers=(
        "svar over denne lina",
        "skriv svaret ditt over denne lina",
        "skriv svaret over denne linja",
    ),
    devices=(
        "sendt frå min ",
        "sendt frå mitt ",
        "skrive på min ",
    ),
    programs=(
        "sendt frå ",
        "få outlook for",
    ),
    closings=(
        "med venleg helsing",
        "venleg helsing",
        "med vennleg helsing",
        "vennleg helsing",
        "med helsing",
        "helsing",
        "beste helsing",
        "mvh",
    ),
    small_print=(
        "denne e-posten kan innehalde",
        "denne e-posten inneheld",
        "denne meldinga",
        "informasjonen i denne e-posten",
        "dersom du ikkje er rett mottakar",
        "viss du ikkje er rett mottakar",
        "dersom du har fått denne",
    ),
    notes=("tenk på miljøet",),
    legal=(
        "konfiden",
        "mottakar",
        "teieplikt",
        "adressat",
    ),
)
