"""Icelandic."""

from maildesk.ingest.phrases import Phrases

PHRASES = Phrases(
    wrote=("skrifaði",),
    sender=(
        "frá",
        "sendandi",
    ),
    to=(
        "til",
        "viðtakandi",
    ),
    cc=(
        "afrit",
        "afrit til",
        "cc",
    ),
    subject=(
        "efni",
        "viðfangsefni",
        "titill",
    ),
    date=(
        "sent",
        "dags",
        "dagsetning",
        "dags.",
        "dagur",
    ),
    other=(
        "falið afrit",
        "svar til",
        "svar-við",
        "mikilvægi",
        "forgangur",
        "viðhengi",
    ),
    separators=(
        "upphaflegt skeyti",
        "upprunaleg skilaboð",
        "upphafleg skilaboð",
        "upprunalegur póstur",
    ),
    forwarded=(
        "áframsend skilaboð",
        "áframsendur póstur",
        "áframsent skeyti",
        "framsend skilaboð",
        "upphaf áframsendra skilaboða",
    ),
    passed_on=(
        "fs",
        "áfs",
        "áframsent",
        "framsent",
        "framsenda",
        "áf",
    ),
    devices=(
        "sent úr iphone",
        "sent fra iphone",
        "sent fra símanum",
    ),
    out_of_office=(
        "sjálfvirkt svar",
        "sjálfvirk svörun",
        "ekki á skrifstofunni",
    ),
    on_leave=(
        "í fríi",
        "í orlofi",
        "orlof",
        "sumarfrí",
        "fjarverandi",
        "fjarvera",
        "ég er ekki við",
    ),
    absent=(
        "ég er í fríi",
        "ég er í orlofi",
        "ég er ekki á skrifstofunni",
        "ég verð í fríi",
        "ég er fjarverandi",
        "er í sumarfríi",
    ),
    absent_signs=(
        "ef erindið er brýnt",
        "erindið er áríðandi",
        "þegar ég kem aftur",
        "svara",
    ),
    referred=(
        "vinsamlegast hafið samband",
        "hafið samband",
        "hafðu samband",
    ),
    absent_of=(
        "er í fríi",
        "er í orlofi",
        "er fjarverandi",
        "er ekki á skrifstofunni",
    ),
    back=("til", "aftur"),
    automatic=(
        "þetta er sjálfvirk",
        "sjálfvirkt svar",
    ),
)
