"""A desk as its configuration says, and the worst that a check finds of one thing."""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from maildesk.checks import Finding, Grade, machine
from maildesk.checks.asking import Question, answers
from maildesk.checks.authorities import check_authorities
from maildesk.checks.database import check_database
from maildesk.checks.disk import check_data, check_raw
from maildesk.checks.roads import check_auth, check_intake, check_listen, check_relay
from maildesk.checks.secrecy import check_secrets
from maildesk.checks.team import check_agents, check_desk
from maildesk.foundation import lay_foundation
from maildesk.settings_file import Configuration, load_configuration

DESK = '[desk]\naddress = "support@acme.example"\noperator = "ops@acme.example"\n'
AGENT = '[[agent]]\nemail = "anna@acme.example"\nname = "Anna"\nmanager = true\n'


def written(folder: Path, text: str) -> Configuration:
    file = folder / "maildesk.toml"
    file.write_text(text)
    file.chmod(0o600)
    return load_configuration(file, {})


def started(folder: Path, text: str = DESK) -> Configuration:
    """The configuration of a desk that has run once."""
    configuration = written(folder, text)
    lay_foundation(configuration).store.close()
    configuration.data.chmod(0o750)
    return configuration


#: Where a finding comes from; the whole takes half a second, because it reads every template.
AREAS: dict[str, Callable[..., Iterator[Finding]]] = {
    "desk.operator": check_desk,
    "desk.subaddress": check_desk,
    "desk.address": check_desk,
    "agent": check_agents,
    "agent.manager": check_agents,
    "agent.name": check_agents,
    "intake": check_intake,
    "listen.lmtp": check_listen,
    "listen.smtp": check_listen,
    "listen.http": check_listen,
    "relay": check_relay,
    "relay.ca_file": check_authorities,
    "auth.trusted_authserv_ids": check_auth,
    "auth.mx": check_auth,
    "auth.pinned_domains": check_auth,
    "store.raw": check_raw,
    "desk.data": check_data,
    "disk space": check_data,
    "database": check_database,
    "database schema": check_database,
    "relay.password": check_secrets,
    "store.url": check_secrets,
    "templates": machine.check_templates,
    "time zones": machine.check_zones,
    "clock": machine.check_clock,
}


def worst(configuration: Configuration, what: str) -> Finding:
    order = list(Grade)
    area = AREAS[what]
    found = list(answers(Question(what, "relay", partial(area, configuration))))
    return max((one for one in found if one.what == what), key=lambda one: order.index(one.grade))
