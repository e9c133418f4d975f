"""Galician."""

from maildesk.ingest.phrases import Phrases

PHRASES = Phrases(
    wrote=("escribiu",),
    sender=(
        "de",
        "remitente",
    ),
    to=(
        "para",
        "a",
        "destinatario",
        "destinatario(a)",
    ),
    cc=(
        "cc",
        "copia",
        "con copia",
    ),
    subject=("asunto",),
    date=(
        "data",
        "enviado",
        "enviada",
        "enviado o",
        "data de envío",
    ),
    other=(
        "cco",
        "responder a",
        "prioridade",
        "importancia",
        "anexos",
    ),
    separators=(
        "mensaxe orixinal",
        "correo orixinal",
    ),
    forwarded=(
        "mensaxe reenviada",
        "mensaxe remitida",
        "inicio da mensaxe reenviada",
        "comezo da mensaxe reenviada",
        "mensaxe reenviado",
        "reenviouse a mensaxe desde",
    ),
    passed_on=(
        "rv",
        "reenv",
        "reenviado",
        "reenviada",
    ),
    out_of_office=(
        "resposta automática",
        "mensaxe automática",
        "fóra da oficina",
        "fora da oficina",
    ),
    on_leave=(
        "de vacacións",
        "ausente",
    ),
    absent=(
        "estou de vacacións",
        "estou fóra da oficina",
        "non estou na oficina",
    ),
    absent_signs=(
        "asuntos urxentes",
        "caso de urxencia",
        "á miña volta",
    ),
    automatic=(
        "esta é unha mensaxe automática",
        "esta é unha resposta automática",
    ),
)
