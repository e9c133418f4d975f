"""Who takes part in the day: name, address, language, and the mail program with its habits."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Person:
    """`program` is a row of programs.py; of an unproven person our own server says nothing."""

    name: str
    address: str
    language: str
    program: str
    proven: bool = True

    @property
    def mailbox(self) -> str:
        return f"{self.name} <{self.address}>"


SUPPORT, NETWORK = "support@acme.example", "network@acme.example"

ANNA = Person("Anna Berg", "anna@acme.example", "nb", "outlook")
BOB = Person("Bob", "bob@acme.example", "en", "gmail")
JIWOO = Person("지우", "jiwoo@acme.example", "ko", "gmail")
LISA = Person("Lisa", "lisa@acme.example", "en", "apple")
OPERATOR = Person("Ops", "ops@acme.example", "en", "thunderbird")
STAFF = (ANNA, BOB, JIWOO, LISA, OPERATOR)

KARI = Person("Kari Nordmann", "kari@fjord.example", "nb", "gmail")
JAMES = Person("James Reed", "james@customer.example", "en", "outlook")
MINJUN = Person("김민준", "minjun@hangang.example", "ko", "gmail")
SARA = Person("Sara Cole", "sara@shop.example", "en", "iphone")
OLA = Person("Ola Hansen", "ola@fjord.example", "nb", "outlook")
HAEUN = Person("박하은", "haeun@hangang.example", "ko", "iphone")
TOM = Person("Tom Price", "tom@customer.example", "en", "thunderbird")
INGRID = Person("Ingrid Lie", "ingrid@fjord.example", "nb", "iphone")
EMILY = Person("Emily Stone", "emily@shop.example", "en", "gmail")
LARS = Person("Lars Moe", "lars@fjord.example", "nb", "apple", proven=False)
SEOYEON = Person("이서연", "seoyeon@hangang.example", "ko", "outlook")
DOYUN = Person("최도윤", "doyun@namsan.example", "ko", "gmail")
DAVID = Person("David Hill", "david@customer.example", "en", "apple")
NORA = Person("Nora Dahl", "nora@fjord.example", "nb", "thunderbird")
HENRIK = Person("Henrik Bø", "henrik@nordlys.example", "nb", "outlook")
OLIVIA = Person("Olivia Grant", "olivia@shop.example", "en", "gmail")
JIHO = Person("정지호", "jiho@namsan.example", "ko", "galaxy")
PETER = Person("Peter Wood", "peter@customer.example", "en", "outlook")
MARTE = Person("Marte Vik", "marte@nordlys.example", "nb", "gmail")
AHMED = Person("Ahmed Khan", "ahmed@customer.example", "en", "galaxy", proven=False)
REQUESTERS = (
    *(KARI, JAMES, MINJUN, SARA, OLA, HAEUN, TOM, INGRID, EMILY, LARS),
    *(SEOYEON, DOYUN, DAVID, NORA, HENRIK, OLIVIA, JIHO, PETER, MARTE, AHMED),
)
#: Comes into Ola's ticket by Cc.
PER = Person("Per Hansen", "per@fjord.example", "nb", "gmail")
EVERYBODY = {one.address: one for one in (*STAFF, *REQUESTERS, PER)}


def by_imap(person: Person) -> bool:
    """Every second of them is fetched from the mailbox; the mail of the others is handed over by Postfix. Whoever our
    server says nothing about is fetched."""
    return not person.proven or list(EVERYBODY).index(person.address) % 2 == 0
