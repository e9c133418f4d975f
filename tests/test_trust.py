"""Who is believed, from the bytes of a mail to what the desk does: threats 3.2 and 3.3, and what `why` says of it."""

from collections.abc import Iterator
from concurrent.futures import Future
from pathlib import Path

import pytest

from maildesk.config import Settings
from maildesk.desk.reasons import for_operator, reasons_for
from maildesk.ingest.sender_proof.examine import examine
from maildesk.ingest.sender_proof.examiners import Examiners, means_of
from maildesk.ingest.sender_proof.lookups import Lookups
from maildesk.ingest.sender_proof.question import Asked
from maildesk.tokens import TagKind
from tests.attacked import ANNA, BOB, DESK, KARI, MALLORY, UWE, Attacked
from tests.desk import SETTINGS, TestDesk, mail
from tests.servers.name_server import NameServer
from tests.signing import key_record, signed

GOOD, BAD = "192.0.2.25", "203.0.113.66"
ACME_KEY = {"s1._domainkey.acme.example": {"TXT": [key_record()]}}


@pytest.fixture
def attacked(tmp_path: Path) -> Iterator[Attacked]:
    made = Attacked(tmp_path)
    yield made
    made.desk.close()


def results(verdict: str, domain: str) -> dict[str, str]:
    return {"Authentication-Results": f"mx.acme.example; dmarc={verdict} header.from={domain}"} if verdict else {}


# Agents: what comes of an answer and of an order.

#: S1, S2 or S3 -> what becomes of an answer, what becomes of an order
AGENTS = [
    ("pass", "token", "reply", "command"),
    ("pass", "", "reply", "command"),
    ("", "token", "reply", "command"),
    ("fail", "token", "held", "held"),
    ("", "letter", "held", "held"),
    ("", "", "held", "held"),
    ("fail", "", "held", "held"),
    ("", "token of Bob", "held", "held"),
    ("", "token of ticket 2", "held", "held"),
]


def of_an_agent(attacked: Attacked, verdict: str, proof: str, text: str) -> tuple[bytes, str]:
    tokens = {"token": (1, ANNA), "token of Bob": (1, BOB), "token of ticket 2": (2, ANNA)}
    ticket, person = tokens.get(proof, (1, ANNA))
    to = attacked.tag(TagKind.REPLY, ticket, person) if proof in tokens else DESK
    # A token of another ticket leads to that ticket, and is good there: it must not open this one.
    headers = results(verdict, "acme.example")
    if proof == "letter":
        headers["In-Reply-To"] = f"<{attacked.letter('new_ticket', ANNA).message_id.strip('<>')}>"
    return mail(ANNA, to, "Re: [#1] Salary list", text, headers=headers), to


@pytest.mark.parametrize(
    ("verdict", "proof", "answered", "ordered"), [row for row in AGENTS if "ticket 2" not in row[1]]
)
@pytest.mark.parametrize("orders", [False, True])
def test_agents(attacked: Attacked, verdict: str, proof: str, answered: str, ordered: str, orders: bool) -> None:
    raw, to = of_an_agent(attacked, verdict, proof, "#take\n" if orders else "Try again now.\n")
    attacked.send(raw, to, sender=ANNA)
    assert attacked.fate == (ordered if orders else answered)
    assert attacked.untouched() is (attacked.fate == "held")


def test_a_token_of_another_ticket_speaks_for_that_ticket_alone(attacked: Attacked) -> None:
    raw, to = of_an_agent(attacked, "", "token of ticket 2", "#take\n")
    attacked.send(raw, to, sender=ANNA)
    first, second = attacked.desk.tickets()[:2]
    assert (first.agent_id, attacked.fate) == (None, "command")
    assert second.agent_id == attacked.person(ANNA)


@pytest.mark.parametrize(
    ("rule", "text", "fate"), [("relaxed", "Try again.\n", "reply"), ("relaxed", "#take\n", "held")]
)
def test_relaxed_believes_the_words_of_who_answers_his_letter_but_no_order(
    tmp_path: Path, rule: str, text: str, fate: str
) -> None:
    attacked = Attacked(tmp_path, SETTINGS.replace("[auth]\n", f'[auth]\nagents = "{rule}"\n'))
    raw, to = of_an_agent(attacked, "", "letter", text)
    attacked.send(raw, to, sender=ANNA)
    assert attacked.fate == fate
    attacked.desk.close()


@pytest.mark.parametrize("sender", [f"{ANNA}, {MALLORY}", f"Anna <{ANNA}> <{MALLORY}>", "former@acme.example"])
def test_who_is_not_one_clean_agent_is_a_stranger(attacked: Attacked, sender: str) -> None:
    raw = mail(ANNA, subject="Re: [#1] Salary list", text="#close\n", headers=results("pass", "acme.example"))
    attacked.send(raw.replace(f"From: {ANNA}".encode(), f"From: {sender}".encode()), DESK, sender=ANNA)
    assert attacked.untouched()


# Requesters: nobody is locked out.

#: S1, other proof -> where it goes, and whether an acknowledgement leaves
REQUESTERS = [
    ("pass", "", "new", 1),
    ("", "", "new", 1),
    ("fail", "", "new", 0),
    ("", "token", "reply", 0),
    ("fail", "token", "reply", 0),
    ("", "letter", "reply", 0),
    ("", "subject", "reply", 0),
]


@pytest.mark.parametrize(("verdict", "proof", "fate", "acknowledged"), REQUESTERS)
def test_requesters(attacked: Attacked, verdict: str, proof: str, fate: str, acknowledged: int) -> None:
    sender = KARI if proof else "new@customer.example"
    to = attacked.tag(TagKind.REPLY, 1, KARI) if proof == "token" else DESK
    headers = results(verdict, "customer.example")
    if proof == "letter":
        headers["In-Reply-To"] = f"<{attacked.letter('received', KARI).message_id.strip('<>')}>"
    subject = "Re: [#1] Salary list" if proof == "subject" else "It is wrong again"
    row = attacked.desk.receive(mail(sender, to, subject, headers=headers), recipients=(to,), envelope_from=sender)
    letters = attacked.desk.run()
    assert attacked.desk.inbound(row).disposition == fate
    assert sum(letter.kind == "received" and letter.recipient == sender for letter in letters) == acknowledged


# What maildesk finds out itself.


class Asks:
    """Examines in this process, by the name server of the test; counts."""

    def __init__(self, settings: Settings) -> None:
        self.means = means_of(settings)
        self.lookups = Lookups(self.means.nameservers, 2.0) if self.means else None

    def __call__(self, asked: Asked) -> "Future[str]":
        found: Future[str] = Future()
        said = ""
        if self.means is not None and self.lookups is not None:
            said = examine(Path(asked.path).read_bytes(), asked, self.means, self.lookups)
        found.set_result(said)
        return found


def desk_with(folder: Path, dns: NameServer, auth: str) -> TestDesk:
    host, port = dns.place
    text = SETTINGS.replace("[auth]\n", f'[auth]\nnameservers = ["{host}:{port}"]\n{auth}\n')
    desk = TestDesk(folder, settings=text)
    # A frozen value, in a test.
    object.__setattr__(desk.desk, "examine", Asks(desk.settings))
    return desk


def take(desk: TestDesk, raw: bytes, *, source: str = "smtp", peer: str = GOOD, sender: str = ANNA) -> str:
    row = desk.receive(raw, recipients=(DESK,), envelope_from=sender, source=source, peer=peer)
    desk.run()
    return desk.inbound(row).trust


MX = "mx = true"
ZONE = {
    "acme.example": {"TXT": [f"v=spf1 ip4:{GOOD} -all"]},
    "_dmarc.acme.example": {"TXT": ["v=DMARC1; p=reject"]},
    **ACME_KEY,
}


@pytest.mark.parametrize(
    ("peer", "forged", "standing"),
    [(GOOD, False, "accepted"), (BAD, False, "failed"), (BAD, True, "failed"), ("", True, "unproven")],
)
def test_as_mx_only_what_was_found_here_counts(tmp_path: Path, peer: str, forged: bool, standing: str) -> None:
    with NameServer(dict(ZONE)) as dns:
        desk = desk_with(tmp_path, dns, MX)
        raw = mail(ANNA, headers=results("pass", "acme.example") if forged else {})
        assert take(desk, raw, peer=peer).startswith(f"{standing}: verified_here; ")
        desk.close()


def test_as_mx_other_ways_in_are_as_before(tmp_path: Path) -> None:
    with NameServer(dict(ZONE)) as dns:
        desk = desk_with(tmp_path, dns, MX)
        raw = mail(ANNA, headers=results("pass", "acme.example"))
        assert take(desk, raw, source="lmtp", peer="").startswith("accepted: dmarc_pass|acme.example")
        assert dns.questions == []
        desk.close()


PINNED = 'pinned_domains = ["acme.example"]'


def test_a_pinned_domain_proves_once(tmp_path: Path) -> None:
    raw = signed(mail(ANNA), "acme.example")
    again = raw.replace(b"It burns.", b"It  burns. ")
    with NameServer(dict(ZONE)) as dns:
        desk = desk_with(tmp_path, dns, PINNED)
        first = take(desk, raw, source="imap:support")
        assert first.startswith("accepted: verified_here; dkim_pass|acme.example")
        # Relaxed canonicalization lets white space be changed: another digest under a good signature.
        assert take(desk, again, source="imap:support").startswith("unproven: no_results; replay")
        with desk.look() as session:
            rows = map(for_operator, reasons_for(session, "1"))
            told = [(one["what"], one["decision"], one["reason"]) for one in rows]
        assert ("sender of mail 1", "examined", "maildesk; dkim=pass header.d=acme.example") in told
        assert any(what == "sender of mail 1" and decision == "accepted" for what, decision, _ in told)
        desk.close()


def test_what_the_border_disowns_no_signature_saves(tmp_path: Path) -> None:
    with NameServer(dict(ZONE)) as dns:
        desk = desk_with(tmp_path, dns, PINNED)
        raw = signed(mail(ANNA), "acme.example")
        border = b"Authentication-Results: mx.acme.example; dmarc=fail header.from=acme.example\r\n"
        assert take(desk, border + raw, source="lmtp").startswith("failed: dmarc_fail")
        desk.close()


def test_nobody_is_asked_unless_it_is_configured(tmp_path: Path) -> None:
    """Neither for signed mail by SMTP from anywhere, nor for any other; and nothing resolves a name on the side."""
    with NameServer(dict(ZONE)) as dns:
        for number, auth in enumerate(("", PINNED)):
            (tmp_path / str(number)).mkdir()
            desk = desk_with(tmp_path / str(number), dns, auth)
            for source in ("smtp", "lmtp", "imap:support", "pipe"):
                raw = signed(mail(f"{source[:4]}@customer.example"), "customer.example")
                take(desk, raw, source=source, peer=BAD, sender=UWE)
            assert dns.questions == []
            desk.close()
    assert means_of(desk.settings) is not None
    examiners = Examiners(None)
    assert examiners.submit(Asked(str(tmp_path), desk.clock.now(), True, GOOD)).result(5) == ""
    examiners.close()
