"""The process that parses mails for `workers.Parsers`: questions on stdin, answers on stdout, one at a time.

It limits itself: memory for good, CPU time anew for every mail. It ends when its stdin ends, so it never outlives the
daemon.
"""

import errno
import gc
import os
import pickle
import resource
import stat
from dataclasses import replace
from pathlib import Path
from typing import Final

from maildesk.ingest.killable import frames
from maildesk.ingest.parse import parse_beginning, parse_mail
from maildesk.ingest.parts import leaf_bytes
from maildesk.ingest.question import OUT_OF_MEMORY, Answer, Question, Wanted
from maildesk.ingest.reading import mail_as_dict, read_beginning_of_body, read_body_alone
from maildesk.ingest.unpack.msg import is_msg_file, mail_of_msg
from maildesk.mail import Mail, Ours
from maildesk.notify.why import in_words

#: Bytes of a file that has ended a worker already.
_BEGINNING: Final = 256 << 10


def main() -> None:
    """Answers questions until there are no more. The first frame holds what is the same for all mails."""
    answers = frames.begin()
    first = frames.receive()
    if first is None:
        return
    ours, cpu_seconds, memory = pickle.loads(first)
    frames.limit_memory(memory)
    # The phrases and patterns stay as long as the process: they are not to be looked through for what may go.
    gc.freeze()
    while (question := frames.receive()) is not None:
        frames.limit_cpu(cpu_seconds)
        try:
            # With the answer goes the memory that the process has now.
            frames.send(answers, pickle.dumps((_answer(pickle.loads(question), ours), _resident()), protocol=5))
        except MemoryError:
            os._exit(OUT_OF_MEMORY)


def _answer(question: Question, ours: Ours) -> Answer:
    try:
        raw, problems = _opened(_raw(question), question)
        mail = _read(raw, question, ours)
        mail = replace(mail, problems=(*problems, *mail.problems)) if problems else mail
        if question.extract:
            _extract(raw, mail, Path(question.extract))
    except OSError as error:
        return f"{error.strerror or type(error).__name__}: {Path(error.filename or question.path).name}"
    return mail if question.wanted is Wanted.MAIL else mail_as_dict(mail, ours)


def _raw(question: Question) -> bytes:
    """The bytes of the file. A pipe is refused: it may never end, and it can be read only once."""
    with open(question.path, "rb", opener=_without_waiting) as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise OSError(errno.EINVAL, "not a regular file", question.path)
        return file.read(_BEGINNING if question.after else -1)


def _opened(raw: bytes, question: Question) -> tuple[bytes, list[str]]:
    """The mail in a file that Outlook saved, and what of it could not be read. The daemon's own mail never is one."""
    if question.wanted is not Wanted.DOCUMENT or not is_msg_file(raw):
        return raw, []
    try:
        msg = mail_of_msg(raw)
    except ValueError as error:
        raise OSError(errno.EINVAL, in_words(str(error), "en"), question.path) from error
    return msg.data, msg.problems


def _without_waiting(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_NONBLOCK)


def _read(raw: bytes, question: Question, ours: Ours) -> Mail:
    is_html = question.wanted is Wanted.HTML_BODY
    if is_html or question.wanted is Wanted.BODY:
        if question.after:
            return read_beginning_of_body(raw, question.subject, question.after)
        return read_body_alone(raw, ours, question.subject, is_html=is_html)
    if question.after:
        return parse_beginning(raw, ours, question.envelope_from, question.after)
    return parse_mail(raw, ours, question.envelope_from, with_html=question.wanted is Wanted.DOCUMENT)


def _extract(raw: bytes, mail: Mail, folder: Path) -> None:
    """Under another name first: whoever finds a SHA-256 finds all of the file, also after a kill."""
    for part in mail.attachments:
        unfinished = folder / f".{part.sha256}.{os.getpid()}"
        unfinished.write_bytes(part.data if part.data or not part.size else leaf_bytes(raw, part.index))
        unfinished.replace(folder / part.sha256)


def _resident() -> int:
    try:
        with open("/proc/self/statm", "rb") as statm:
            return int(statm.read().split()[1]) * resource.getpagesize()
    except OSError:
        # Without /proc the peak has to do; Linux counts it in KiB.
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


if __name__ == "__main__":
    main()
