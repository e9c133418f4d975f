"""Knows the months by name, in full or cut after three letters or more, in the languages mail programs write them."""

import unicodedata
from typing import Final

#: January to December; forms of one month are separated by "/". The order decides where two languages differ: "mar" is
#: March and no Finnish November.
_NAMES: Final = (
    "january february march april may june july august september october november december",
    "januar februar mars april mai juni juli august september oktober november desember",
    "januar februar marts april maj juni juli august september oktober november december",
    "januari februari mars april maj juni juli augusti september oktober november december",
    "januar/jänner februar märz/mrz april mai juni juli august september oktober november dezember",
    "januari februari maart/mrt april mei juni juli augustus september oktober november december",
    "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "enero febrero marzo abril mayo junio julio agosto septiembre/setiembre octubre noviembre diciembre",
    "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
    "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
    "gener febrer març abril maig juny juliol agost setembre octubre novembre desembre",
    "stycznia/styczeń luty/lutego marca/marzec kwietnia/kwiecień maja/maj czerwca/czerwiec lipca/lipiec "
    "sierpnia/sierpień września/wrzesień października/październik listopada/listopad grudnia/grudzień",
    "ledna/leden února/únor března/březen dubna/duben května/květen června/červen/čvn července/červenec/čvc"
    " srpna/srpen září října/říjen listopadu/listopad prosince/prosinec",
    "január február marec/marca apríl máj jún júl august september október november december",
    "január február március április május június július augusztus szeptember október november december",
    "ianuarie februarie martie aprilie mai iunie iulie august septembrie octombrie noiembrie decembrie",
    "tammikuu/tammi helmikuu/helmi maaliskuu/maalis huhtikuu/huhti toukokuu/touko kesäkuu/kesä heinäkuu/heinä "
    "elokuu/elo syyskuu/syys lokakuu/loka marraskuu/marras joulukuu/joulu",
    "tammikuuta helmikuuta maaliskuuta huhtikuuta toukokuuta kesäkuuta heinäkuuta elokuuta syyskuuta lokakuuta"
    " marraskuuta joulukuuta",
    "ocak şubat mart nisan mayıs haziran temmuz ağustos eylül ekim kasım aralık",
    "января/январь февраля/февраль марта/март апреля/апрель мая/май июня/июнь июля/июль августа/август"
    " сентября/сентябрь октября/октябрь ноября/ноябрь декабря/декабрь",
    "січня/січень лютого/лютий березня/березень квітня/квітень травня/травень червня/червень липня/липень"
    " серпня/серпень вересня/вересень жовтня/жовтень листопада/листопад грудня/грудень",
    "ιανουαρίου/ιανουάριος φεβρουαρίου/φεβρουάριος μαρτίου/μάρτιος απριλίου/απρίλιος μαΐου/μάιος ιουνίου/ιούνιος"
    " ιουλίου/ιούλιος αυγούστου/αύγουστος σεπτεμβρίου/σεπτέμβριος οκτωβρίου/οκτώβριος νοεμβρίου/νοέμβριος"
    " δεκεμβρίου/δεκέμβριος",
    "jaanuar veebruar märts aprill mai juuni juuli august september oktoober november detsember",
    "janúar febrúar mars apríl maí júní júlí ágúst september október nóvember desember",
    "sausio vasario kovo balandžio gegužės birželio liepos rugpjūčio rugsėjo spalio lapkričio gruodžio",
    "janvāris/janvāra/janvārim februāris/februāra/februārim marts/marta/martam aprīlis/aprīļa/aprīlim"
    " maijs/maija/maijam jūnijs/jūnija/jūnijam jūlijs/jūlija/jūlijam augusts/augusta/augustam"
    " septembris/septembra/septembrim oktobris/oktobra/oktobrim novembris/novembra/novembrim"
    " decembris/decembra/decembrim",
    # What Croats call October is November to Poles and Czechs.
    "siječnja/siječanj veljače/veljača ožujka/ožujak travnja/travanj svibnja/svibanj lipnja/lipanj srpnja/srpanj"
    " kolovoza/kolovoz rujna/rujan - studenoga/studenog/studeni prosinca/prosinac",
    "januari februari maret april mei juni juli agustus september oktober november desember",
    "ינואר/בינואר פברואר/בפברואר מרץ/במרץ/מרס/במרס אפריל/באפריל מאי/במאי יוני/ביוני יולי/ביולי אוגוסט/באוגוסט"
    " ספטמבר/בספטמבר אוקטובר/באוקטובר נובמבר/בנובמבר דצמבר/בדצמבר",
    "يناير فبراير مارس أبريل/ابريل مايو يونيو يوليو أغسطس/اغسطس سبتمبر أكتوبر/اكتوبر نوفمبر ديسمبر",
    "มกราคม กุมภาพันธ์ มีนาคม เมษายน พฤษภาคม มิถุนายน กรกฎาคม สิงหาคม กันยายน ตุลาคม พฤศจิกายน ธันวาคม",
)
_SHORTEST: Final = 3


def month_of(word: str) -> int | None:
    """1 to 12 for the name of a month or its beginning, without regard to case and accents; None for any other word."""
    return _MONTHS.get(_plain(word))


def _plain(word: str) -> str:
    letters = unicodedata.normalize("NFD", word.casefold())
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def _beginnings() -> dict[str, int]:
    months: dict[str, int] = {}
    for language in _NAMES:
        for number, names in enumerate(language.split(), 1):
            for name in map(_plain, names.split("/")):
                for length in range(_SHORTEST, len(name) + 1):
                    months.setdefault(name[:length], number)
    return months


_MONTHS: Final = _beginnings()
