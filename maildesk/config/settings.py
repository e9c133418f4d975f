"""All settings in one frozen value, and the questions every part asks it. It never changes and never reads a file."""

from collections.abc import Mapping
from functools import cached_property
from types import MappingProxyType
from zoneinfo import ZoneInfo

from maildesk.config.connections import AuthSettings, ImapSettings, ListenSettings, RelaySettings, StoreSettings
from maildesk.config.people import AgentSettings, DeskSettings, QueueSettings
from maildesk.config.promises import PolicySettings, ReminderSettings, SlaSettings
from maildesk.config.rules import (
    AnswerSettings,
    DigestSettings,
    FeedbackSettings,
    HoursSettings,
    LimitSettings,
    WatchSettings,
)
from maildesk.config.table import Table
from maildesk.config.triage import AssignmentSettings, OrganisationSettings, PrioritySettings, RuleSettings


class Settings(Table):
    """The configuration: one attribute per table of the file, under the same name; lists of tables are tuples."""

    desk: DeskSettings
    store: StoreSettings = StoreSettings()
    imap: tuple[ImapSettings, ...] = ()
    listen: ListenSettings = ListenSettings()
    relay: RelaySettings = RelaySettings()
    auth: AuthSettings = AuthSettings()
    queue: tuple[QueueSettings, ...] = ()
    agent: tuple[AgentSettings, ...] = ()
    organisation: tuple[OrganisationSettings, ...] = ()
    priority: PrioritySettings = PrioritySettings()
    rule: tuple[RuleSettings, ...] = ()
    assignment: AssignmentSettings = AssignmentSettings()
    hours: HoursSettings = HoursSettings()
    sla: SlaSettings = SlaSettings()
    policy: tuple[PolicySettings, ...] = ()
    reminders: ReminderSettings = ReminderSettings()
    answers: AnswerSettings = AnswerSettings()
    feedback: FeedbackSettings = FeedbackSettings()
    digest: DigestSettings = DigestSettings()
    watch: WatchSettings = WatchSettings()
    limits: LimitSettings = LimitSettings()

    @cached_property
    def own_addresses(self) -> frozenset[str]:
        """The addresses mail to us is sent to: desk and queues, in lower case."""
        return frozenset({self.desk.address.lower(), *self._queues})

    def agent_of(self, address: str) -> AgentSettings | None:
        """The agent with this address or alias, in any case of letters."""
        return self._agents.get(address.lower())

    def zone_of(self, address: str) -> ZoneInfo:
        """The zone in which this person reads times: an agent's own, where he has one, and else the desk's."""
        agent = self.agent_of(address)
        return (agent.timezone if agent else None) or self.desk.timezone

    def queue_of(self, address: str) -> QueueSettings | None:
        """The queue with this address, in any case of letters; None for the desk's own."""
        return self._queues.get(address.lower())

    def organisation_of(self, address: str) -> OrganisationSettings | None:
        """The organisation whose domain the address is in, or below; the longest domain first."""
        labels = address.lower().rpartition("@")[2].split(".")
        domains = (".".join(labels[at:]) for at in range(len(labels)))
        return next((self._organisations[domain] for domain in domains if domain in self._organisations), None)

    @cached_property
    def _organisations(self) -> Mapping[str, OrganisationSettings]:
        return MappingProxyType({domain: one for one in self.organisation for domain in one.domains})

    @cached_property
    def _agents(self) -> Mapping[str, AgentSettings]:
        return MappingProxyType({one.lower(): agent for agent in self.agent for one in (agent.email, *agent.aliases)})

    @cached_property
    def _queues(self) -> Mapping[str, QueueSettings]:
        return MappingProxyType({queue.address.lower(): queue for queue in self.queue})
