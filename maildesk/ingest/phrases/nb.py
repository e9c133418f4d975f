"""Norwegian: bokmål, with what nynorsk writes otherwise."""

from maildesk.ingest.phrases import Phrases

PHRASES = Phrases(
    wrote=("skrev", "skrev følgende", "skreiv"),
    sender=("fra", "frå"),
    to=("til",),
    cc=("kopi",),
    subject=("emne",),
    date=("sendt", "dato"),
    other=("blindkopi", "svar til", "viktighet", "vedlegg"),
    separators=("opprinnelig melding", "opprinneleg melding", "opprinnelig e-post"),
    forwarded=("videresendt melding", "videresendt e-post", "vidaresendt melding", "start på videresendt melding"),
    devices=(
        "sendt fra min ",
        "sendt frå min ",
        "sendt fra e-post for",
        "sendt fra outlook",
        "sendt fra yahoo",
        "hent outlook for",
        "få outlook for",
        "skaff deg outlook for",
        "last ned outlook for",
    ),
    closings=(
        "med vennlig hilsen",
        "med venleg helsing",
        "vennlig hilsen",
        "venleg helsing",
        "mvh",
        "mvh.",
        "vh",
        "hilsen",
        "beste hilsen",
        "med hilsen",
        "på forhånd takk og hilsen",
    ),
    out_of_office=(
        "automatisk svar",
        "autosvar",
        "ute av kontoret",
        "fravær",
        "fraværende",
        "fraværsmelding",
        "ikke på kontoret",
        "fråvær",
    ),
)
