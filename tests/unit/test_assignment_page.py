"""The page that explains assignment says what the code does."""

import re
from pathlib import Path

from maildesk.config import PrioritySettings
from maildesk.desk.assign import EXPERT, FOREIGN, Colleague, Matter, choose_agent
from maildesk.desk.learning import BLAME, BY_PRAISE, BY_SOLUTION, HALF_LIFE, PRAISE
from maildesk.notify.why import in_words
from maildesk.vocabulary import Level, Priority

PAGE = (Path(__file__).parents[2] / "docs" / "assignment.md").read_text(encoding="utf-8")


def rows(first: str) -> list[list[str]]:
    """The rows of the table whose head begins with this word."""
    table = PAGE.partition(f"\n| {first} |")[2].partition("\n\n")[0]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()[2:]]


def test_the_matrix_of_the_page_is_the_default() -> None:
    for impact, *priorities in rows("impact"):
        found = [PrioritySettings().of(Level(impact), urgency) for urgency in Level]
        assert found == [Priority(one) for one in priorities]


def test_the_example_of_the_page_comes_out_as_it_says() -> None:
    team, products = [], []
    for person, (name, skills, cap, open_tickets, free, _, product) in enumerate(rows("agent")):
        known = dict.fromkeys(skills.split(", "), 1.0)
        team.append(Colleague(person, name, known, ("en",), int(open_tickets), int(cap), at_work=True))
        assert f"{team[-1].free_share:.2f}" == free
        products.append(product)
    choice = choose_agent(Matter(("vpn", "network"), "en"), tuple(team), "skills")
    assert choice.agent is not None
    assert f"    {team[choice.agent].name}: {in_words(choice.reason, 'en')}\n" in PAGE
    assert products[choice.agent] == max(product for product in products if product != "-")


def test_the_numbers_of_the_page() -> None:
    assert f"adds {BY_SOLUTION:.0%} of what is missing".replace("%", " %") in PAGE
    assert f"another {BY_PRAISE:.0%}".replace("%", " %") in PAGE
    assert f"half after {HALF_LIFE.days} days" in PAGE
    assert f"From {EXPERT:.0%} on".replace("%", " %") in PAGE
    assert (PRAISE, BLAME) == (4, 2) and re.search(r"of 4 or 5 another.*of 1 or 2 halves", PAGE, re.DOTALL)
    assert FOREIGN == 1 / 4 and "counts a quarter" in PAGE
