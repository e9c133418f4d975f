"""Latvian."""

from maildesk.ingest.phrases import Phrases

PHRASES = Phrases(
    wrote=(
        "rakstīja",
        "raksta",
    ),
    sender=(
        "no",
        "sūtītājs",
        "nosūtīja",
    ),
    to=(
        "kam",
        "saņēmējs",
        "adresāts",
        "saņēmēji",
    ),
    cc=(
        "kopija",
        "cc",
        "kopijas",
    ),
    subject=(
        "temats",
        "tēma",
        "temata",
    ),
    date=(
        "datums",
        "nosūtīts",
        "nosūtīšanas datums",
        "laiks",
        "sūtīts",
    ),
    other=(
        "diskrētā kopija",
        "slēptā kopija",
        "atbildēt",
        "svarīgums",
        "prioritāte",
        "pielikumi",
        "organizācija",
    ),
    separators=(
        "sākotnējais ziņojums",
        "sākotnējā vēstule",
        "oriģinālais ziņojums",
        "oriģinālā vēstule",
    ),
    forwarded=(
        "pārsūtīta vēstule",
        "pārsūtīts ziņojums",
        "pārsūtītā vēstule",
        "pārsūtītais ziņojums",
        "pārsūtītā ziņojuma sākums",
        "pārsūtīts e-pasts",
    ),
    passed_on=(
        "pārs",
        "pārsūtīts",
        "pārsūtīt",
        "pār",
    ),
    devices=(
        "sūtīts no mana",
        "nosūtīts no mana",
    ),
    programs=(
        "sūtīts no ",
        "nosūtīts no ",
    ),
    out_of_office=(
        "automātiskā atbilde",
        "automātiska atbilde",
        "automātisks paziņojums",
        "ārpus biroja",
        "neesmu birojā",
        "prombūtnes ziņojums",
    ),
    on_leave=(
        "atvaļinājums",
        "atvaļinājumā",
        "prombūtnē",
        "nav birojā",
        "neesmu birojā",
    ),
    absent=(
        "esmu atvaļinājumā",
        "atrodos atvaļinājumā",
        "neesmu birojā",
        "esmu prombūtnē",
        "esmu komandējumā",
    ),
    absent_signs=(
        "steidzamos",
        "steidzamības gadījumā",
        "atbildēšu",
        "pēc atgriešanās",
    ),
    referred=(
        "lūdzu sazinieties",
        "lūdzu, sazinieties",
        "sazinieties ar",
        "vērsieties pie",
    ),
    absent_of=(
        "ir atvaļinājumā",
        "nav birojā",
    ),
    back=("līdz", "atgriezīšos"),
    automatic=(
        "šī ir automātiska",
        "šī ir automātiski",
        "automātiskā atbilde",
    ),
)
