"""Azerbaijani."""

from maildesk.ingest.phrases import Phrases

PHRASES = Phrases(
    wrote=(
        "yazıb",
        "yazdı",
        "yazmışdır",
    ),
    sender=(
        "kimdən",
        "göndərən",
    ),
    to=(
        "kimə",
        "alıcı",
    ),
    cc=(
        "surət",
        "surəti",
        "nüsxə",
    ),
    subject=("mövzu",),
    date=(
        "göndərilib",
        "göndərildi",
        "tarix",
        "göndərilmə tarixi",
    ),
    separators=(
        "orijinal məktub",
        "orijinal mesaj",
        "ilkin mesaj",
    ),
    forwarded=(
        "ötürülən məktub",
        "ötürülmüş məktub",
        "yönləndirilmiş mesaj",
        "yönləndirilmiş məktub",
    ),
    out_of_office=(
        "avtomatik cavab",
        "ofisdə deyiləm",
    ),
    on_leave=(
        "məzuniyyət",
        "məzuniyyətdəyəm",
    ),
    absent=(
        "məzuniyyətdəyəm",
        "ofisdə deyiləm",
    ),
    absent_signs=(
        "təcili hallarda",
        "təcili məsələ",
    ),
)
