"""Afrikaans."""

from maildesk.ingest.phrases import Phrases

PHRASES = Phrases(
    wrote=(
        "skryf",
        "het geskryf",
    ),
    sender=("van",),
    to=("aan",),
    cc=(
        "cc",
        "afskrif",
    ),
    subject=("onderwerp",),
    date=(
        "gestuur",
        "datum",
    ),
    separators=("oorspronklike boodskap",),
    forwarded=(
        "aangestuurde boodskap",
        "deurgestuurde boodskap",
    ),
    devices=(
        "gestuur vanaf my",
        "van my iphone gestuur",
    ),
    out_of_office=(
        "outomatiese antwoord",
        "outomatiese reaksie",
        "buite kantoor",
    ),
    on_leave=(
        "met verlof",
        "op verlof",
    ),
    absent=(
        "ek is met verlof",
        "ek is op verlof",
        "nie in die kantoor",
    ),
    absent_signs=(
        "dringende sake",
        "in noodgevalle",
    ),
    back=(
        "tot",
        "terug",
    ),
)
