"""What mail programs write into answers by themselves, by language: data for the rules that read mail, nothing else.

A further language is a further module with one `PHRASES`, named in `tables`.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Phrases:
    """All words in lower case, as Unicode NFKC writes them.

    Above a quote. `wrote`: the verb of an attribution line. `begins`: how such a line may begin. `selves`: the verb as
    people use it of themselves, in a sentence of their own. `quoting`: words before a name instead of a verb after it.

    In a quoted header block, the labels: `sender`, `to`, `cc`, `subject`, `date`, `other`. `separators`: what stands
    between dashes above an older mail. `forwarded`: the same above a mail passed on; `forward_ends`: beginnings of the
    line below it. `markers`: part of the line above which an answer was to be written.

    In front of a subject. `passed_on`: that its mail is passed on. `answered`: those of them that mean an answer here.

    Below a text. `devices`: beginnings of lines a program adds. `programs`, `program_ends`: beginnings and ends of such
    lines that people use as well: they count beside the name of a device or program. `closings`: whole lines that
    begin a signature. `notes`: beginnings of paragraphs no author writes. `small_print`: beginnings of long ones that
    count where a stem of `legal` follows.

    Above a text. `banners`: beginnings of the warnings that servers put on top of letters from outside; one of a word
    is a line of its own, behind one of two or three words the line ends or a sign follows.

    Of absent people. `out_of_office`: beginnings of the subject of an automatic answer; `on_leave`: those that people
    write as well. `absent`: how its text says so; `absent_signs`: what such a text says besides, of urgent matters
    and of later; `referred`: how it names somebody else, as people do, too. `absent_of`: that somebody is away,
    behind his name. `automatic`: beginnings of sentences by which a text says that a machine wrote it. `back`: words
    before the day of the return or the last day away, `back_after`: behind it. `weekdays`: Monday to Sunday, forms of
    one day separated by "/".
    """

    wrote: tuple[str, ...] = ()
    begins: tuple[str, ...] = ()
    selves: tuple[str, ...] = ()
    quoting: tuple[str, ...] = ()
    sender: tuple[str, ...] = ()
    to: tuple[str, ...] = ()
    cc: tuple[str, ...] = ()
    subject: tuple[str, ...] = ()
    date: tuple[str, ...] = ()
    other: tuple[str, ...] = ()
    separators: tuple[str, ...] = ()
    forwarded: tuple[str, ...] = ()
    forward_ends: tuple[str, ...] = ()
    passed_on: tuple[str, ...] = ()
    answered: tuple[str, ...] = ()
    markers: tuple[str, ...] = ()
    devices: tuple[str, ...] = ()
    programs: tuple[str, ...] = ()
    program_ends: tuple[str, ...] = ()
    closings: tuple[str, ...] = ()
    small_print: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    legal: tuple[str, ...] = ()
    banners: tuple[str, ...] = ()
    out_of_office: tuple[str, ...] = ()
    on_leave: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    absent_signs: tuple[str, ...] = ()
    referred: tuple[str, ...] = ()
    absent_of: tuple[str, ...] = ()
    automatic: tuple[str, ...] = ()
    back: tuple[str, ...] = ()
    back_after: tuple[str, ...] = ()
    weekdays: tuple[str, ...] = ()
