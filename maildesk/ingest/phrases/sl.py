"""Slovenian."""

from maildesk.ingest.phrases import Phrases

PHRASES = Phrases(
    wrote=(
        "je napisal",
        "je napisala",
        "je napisal/-a",
        "je napisal(a)",
        "piše",
    ),
    sender=(
        "od",
        "pošiljatelj",
        "poslal",
    ),
    to=(
        "za",
        "komu",
        "prejemnik",
        "prejemniki",
    ),
    cc=(
        "kp",
        "kopija",
        "v vednost",
        "cc",
        "kopija za",
    ),
    subject=(
        "zadeva",
        "predmet",
        "naslov",
    ),
    date=(
        "datum",
        "poslano",
        "datum pošiljanja",
        "čas",
    ),
    other=(
        "skp",
        "odgovori na",
        "odgovor za",
        "odgovori za",
        "pomembnost",
        "prioriteta",
        "priloge",
        "organizacija",
    ),
    separators=(
        "izvirno sporočilo",
        "originalno sporočilo",
        "prvotno sporočilo",
    ),
    forwarded=(
        "posredovano sporočilo",
        "posredovano e-sporočilo",
        "začetek posredovanega sporočila",
        "začni posredovano sporočilo",
        "posredovana e-pošta",
        "preposlano sporočilo",
    ),
    passed_on=(
        "posr",
        "posredovano",
        "psr",
        "pd",
        "naprej",
    ),
    out_of_office=(
        "samodejni odgovor",
        "avtomatski odgovor",
        "avtomatsko sporočilo",
        "odsoten iz pisarne",
        "nisem v pisarni",
    ),
    on_leave=(
        "odsoten",
        "odsotna",
        "dopust",
        "na dopustu",
        "odsotnost",
    ),
    absent=(
        "sem na dopustu",
        "na dopustu sem",
        "sem odsoten",
        "sem odsotna",
        "nisem v pisarni",
        "odsoten sem",
        "odsotna sem",
    ),
    absent_signs=(
        "v nujnih",
        "nujnih primerih",
        "po vrnitvi",
        "odgovoril",
        "odgovorila",
    ),
    referred=(
        "prosimo kontaktirajte",
        "kontaktirajte",
        "obrnite se",
    ),
    absent_of=(
        "je na dopustu",
        "je odsoten",
        "je odsotna",
        "ni v pisarni",
    ),
    back=("do", "nazaj"),
    automatic=(
        "to je samodejn",
        "to je avtomatsk",
        "to sporočilo je samodejno",
    ),
)
