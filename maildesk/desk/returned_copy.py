"""Our own letter, come back by another road: some relays give letters an id of their own, and here it can be seen.

It is stored as the relay's name for the letter, which opens nothing to strangers (desk/match.py): a copy can be forged
by whoever has the letter.
"""

from datetime import timedelta

from maildesk.desk import our_letters
from maildesk.desk.case import Case
from maildesk.tokens import claimed_root, is_root


def is_own_letter(case: Case) -> bool:
    """Is it a letter of ours, under our name for it or another one? The other one is learnt."""
    if our_letters.letter_about(case.session, case.mail.message_id):
        return True
    domain = case.settings.desk.address.rpartition("@")[2].lower()
    for one in case.mail.references:
        number = claimed_root(one)
        if number is not None and is_root(one, number, case.secrets, domain):
            return _learn(case, number)
    return False


def _learn(case: Case, ticket: int) -> bool:
    """The letter of that ticket, to that person, of that second; where there are two, nobody knows which it is."""
    if case.mail.date is None or not case.mail.message_id:
        return False
    recipients = [address.key for address in case.mail.to]
    letters = our_letters.letters_of(
        case.session, ticket, recipients, case.mail.date, case.mail.date + timedelta(seconds=1)
    )
    if len(letters) == 1:
        letters[0].relay_id = case.mail.message_id
    return bool(letters)
