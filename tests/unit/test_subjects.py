"""Subjects and sender names: every client keeps the thread together, and no prefix grows."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maildesk.notify.subjects import agent_subject, base_subject, customer_subject, sender_name
from maildesk.vocabulary import NoticeKind


@pytest.mark.parametrize(
    ("subject", "base"),
    [
        ("Printer on fire", "Printer on fire"),
        ("  Printer on fire ", "Printer on fire"),
        ("Re: Printer", "Printer"),
        ("RE: re: Printer", "Printer"),
        ("Re:Printer", "Printer"),
        ("Re : Printer", "Printer"),
        ("Re: Printer", "Printer"),
        ("Re[2]: Printer", "Printer"),
        ("Re:[#1042] Printer", "Printer"),
        ("[#1042] Re: [#1042] Printer", "Printer"),
        *((f"{prefix}: Printer", "Printer") for prefix in "AW SV VS FW Fwd VB WG TR RV Videresend".split()),
        ("회신: 프린터", "프린터"),
        ("답장：프린터", "프린터"),
        ("전달: 회신: 프린터", "프린터"),
        ("Re: ", ""),
        ("", ""),
        # Not ours to take away.
        ("Printer [#1042]", "Printer [#1042]"),
        ("[#1042x] Printer", "[#1042x] Printer"),
        ("[ACME] Printer", "[ACME] Printer"),
        ("Reset: my password", "Reset: my password"),
        ("Vedr: Printer", "Vedr: Printer"),
    ],
)
def test_base_subject(subject: str, base: str) -> None:
    assert base_subject(subject) == base


PIECES = st.sampled_from(
    ["Re:", "re :", "SV: ", "Fwd[3]:", "[#7]", " [#1042] ", "회신：", " ", "\t", "Re", "[#", "]", ":"]
)


@given(st.lists(st.one_of(PIECES, st.text(max_size=6)), max_size=12).map("".join))
def test_base_subject_is_idempotent_and_answers_do_not_grow(subject: str) -> None:
    base = base_subject(subject)
    assert base_subject(base) == base
    assert base_subject(agent_subject(subject, 7)) == base_subject(base or "...")
    assert agent_subject(agent_subject(subject, 7), 7) == agent_subject(subject, 7)
    answered = customer_subject(subject, 7, tagged=False)
    assert customer_subject(answered, 7, tagged=False) == answered


@pytest.mark.parametrize(
    ("subject", "tagged", "expected"),
    [
        ("Printer", False, "Re: Printer"),
        ("Printer", True, "Re: [#42] Printer"),
        ("SV: Printer", False, "Re: Printer"),
        ("Re: [#42] Printer", True, "Re: [#42] Printer"),
        ("", False, "Re: ..."),
        ("Re:", True, "Re: [#42] ..."),
    ],
)
def test_customer_subject(subject: str, tagged: bool, expected: str) -> None:
    assert customer_subject(subject, 42, tagged=tagged) == expected


@pytest.mark.parametrize(
    ("subject", "expected"),
    [
        ("Printer", "Re: [#42] Printer"),
        ("Re: [#42] Printer", "Re: [#42] Printer"),
        ("Fwd: Printer", "Re: [#42] Printer"),
        ("", "Re: [#42] ..."),
    ],
)
def test_agent_subject(subject: str, expected: str) -> None:
    assert agent_subject(subject, 42) == expected


A, P, NOT = "Anna", "Kari", ""


@pytest.mark.parametrize(
    ("kind", "language", "agent", "person", "name"),
    [
        # The agent's own words carry his name.
        ("answer", "en", A, P, "Anna from Acme Support"),
        ("answer", "nb", A, P, "Anna hos Acme Support"),
        ("answer", "ko", A, P, "Acme Support Anna"),
        ("closed", "en", A, P, "Anna from Acme Support"),
        ("closed", "en", NOT, P, "Acme Support"),
        # Agents see who wrote.
        ("new_ticket", "en", A, P, "Kari via Acme Support"),
        ("customer_answer", "nb", A, P, "Kari via Acme Support"),
        ("note", "ko", A, P, "Kari (Acme Support)"),
        ("note", "ko", A, NOT, "Acme Support"),
        # Everything else is the desk's.
        *((kind, "en", A, P, "Acme Support") for kind in ("received", "assigned", "help", "not_understood")),
        *((kind, "en", A, P, "Acme Support") for kind in ("undelivered", "held_mail", "silenced")),
    ],
)
def test_sender_name(kind: str, language: str, agent: str, person: str, name: str) -> None:
    assert sender_name(NoticeKind(kind), language, "Acme Support", agent, person) == name
