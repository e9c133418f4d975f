"""Esperanto."""

from maildesk.ingest.phrases import Phrases

PHRASES = Phrases(
    wrote=("skribis",),
    begins=("je ",),
    sender=(
        "sendanto",
        "de",
    ),
    to=(
        "ricevanto",
        "al",
    ),
    cc=("kopio",),
    subject=("temo",),
    date=(
        "sendita",
        "dato",
    ),
    separators=(
        "originala mesaĝo",
        "origina mesaĝo",
    ),
    forwarded=("plusendita mesaĝo",),
    forward_ends=("fino de plusendita mesaĝo",),
    out_of_office=("aŭtomata respondo",),
    absent=("mi ferias",),
)
