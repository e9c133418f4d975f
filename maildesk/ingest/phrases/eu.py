"""Basque."""

from maildesk.ingest.phrases import Phrases

PHRASES = Phrases(
    wrote=(
        "idatzi du",
        "igorleak idatzi du",
        "idatzi zuen",
    ),
    sender=(
        "nork",
        "igorlea",
        "bidaltzailea",
        "nondik",
    ),
    to=(
        "nori",
        "hartzailea",
        "nora",
        "norentzat",
        "hartzaileak",
    ),
    cc=(
        "cc",
        "kopia",
        "kopia (cc)",
    ),
    subject=("gaia",),
    date=(
        "data",
        "bidalita",
        "bidaltze-data",
        "bidalia",
    ),
    other=(
        "bcc",
        "erantzun honi",
        "erantzun",
        "garrantzia",
        "lehentasuna",
        "eranskinak",
        "ezkutuko kopia",
    ),
    separators=("jatorrizko mezua",),
    forwarded=(
        "birbidalitako mezua",
        "birbidalitako mezuaren hasiera",
        "bidalitako mezua",
        "birbidaltzen den mezua",
    ),
    passed_on=(
        "birb",
        "birbidali",
        "fw",
    ),
    out_of_office=(
        "erantzun automatikoa",
        "mezu automatikoa",
        "bulegotik kanpo",
    ),
    on_leave=("oporretan",),
    absent=(
        "oporretan nago",
        "bulegotik kanpo nago",
    ),
    absent_signs=(
        "premiazko",
        "itzultzean",
    ),
    automatic=(
        "hau mezu automatiko",
        "hau erantzun automatiko",
    ),
)
