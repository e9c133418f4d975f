"""Who stands on a ticket that another one was merged into: its people get the future answers there, and nothing that
was written before (threats T2)."""

from sqlalchemy import select

from maildesk.desk import participants
from maildesk.desk.case import Case
from maildesk.mail import Address
from maildesk.model import Event, Participant, Person, Ticket
from maildesk.vocabulary import Role


def bring_people(case: Case, ticket: Ticket, target: Ticket, author: Person) -> list[Event]:
    """Takes the people of `ticket` in on `target`."""
    found = (
        select(Person)
        .join(Participant, Participant.person_id == Person.id)
        .where(Participant.ticket_id == ticket.id, Participant.role != Role.WATCHER)
        .order_by(Participant.id)
    )
    people = [Address(person.name, person.address) for person in case.session.scalars(found)]
    return participants.take_in(case, target, author, people)
