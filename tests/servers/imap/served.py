"""Three mails on a scripted server, and where to fetch them."""

from tests.servers.fake_imap import FakeImap
from tests.servers.mailbox import Settings, mail

MAILS = {1: mail(1), 2: mail(2), 3: mail(3)}


def at(server: FakeImap) -> Settings:
    return Settings("support", server.port)
