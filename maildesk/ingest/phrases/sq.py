"""Albanian."""

from maildesk.ingest.phrases import Phrases

PHRASES = Phrases(
    wrote=(
        "shkroi",
        "ka shkruar",
    ),
    sender=(
        "nga",
        "dërguesi",
        "prej",
    ),
    to=(
        "për",
        "drejtuar",
        "marrësi",
        "te",
    ),
    cc=(
        "kopje",
        "cc",
        "kopje për",
    ),
    subject=(
        "subjekti",
        "tema",
        "titulli",
        "lënda",
        "subjekt",
    ),
    date=(
        "data",
        "dërguar",
        "dërguar më",
        "datë",
    ),
    other=(
        "kopje e fshehtë",
        "përgjigju",
        "rëndësia",
        "përparësia",
        "bashkëngjitjet",
    ),
    separators=(
        "mesazhi origjinal",
        "mesazh origjinal",
        "mesazhi fillestar",
    ),
    forwarded=(
        "mesazhi i përcjellë",
        "mesazh i përcjellë",
        "mesazh i ridërguar",
        "fillimi i mesazhit të përcjellë",
        "mesazhi i ridërguar",
    ),
    passed_on=(
        "përc",
        "përcjellë",
        "përcjell",
    ),
    out_of_office=(
        "përgjigje automatike",
        "jashtë zyrës",
        "mesazh automatik",
    ),
    on_leave=("me pushime",),
    absent=(
        "jam me pushime",
        "jam jashtë zyrës",
    ),
    absent_signs=(
        "raste urgjente",
        "kur të kthehem",
    ),
)
