"""Irish."""

from maildesk.ingest.phrases import Phrases

PHRASES = Phrases(
    wrote=("scríobh",),
    begins=("ar ",),
    sender=(
        "ó",
        "seoltóir",
        "seolaí",
    ),
    to=(
        "chuig",
        "go",
    ),
    subject=(
        "ábhar",
        "ábhair",
    ),
    date=(
        "seolta",
        "dáta",
    ),
    separators=(
        "bunteachtaireacht",
        "an teachtaireacht bhunaidh",
    ),
    forwarded=(
        "teachtaireacht curtha ar aghaidh",
        "teachtaireacht ar aghaidh",
    ),
    devices=("seolta ó mo",),
    programs=("seolta ó ",),
    out_of_office=(
        "freagra uathoibríoch",
        "freagra uathoibritheach",
        "as an oifig",
    ),
    on_leave=("ar saoire",),
    absent=(
        "ar saoire go",
        "as an oifig",
    ),
)
