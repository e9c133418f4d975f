"""The configuration: `read_settings` gives frozen Settings, or a ConfigError with every problem at once.

It reads no file and reveals no secret; settings_file.py and secret.py do.
"""

from maildesk.config.addresses import ListenAddress, is_loopback
from maildesk.config.connections import (
    AuthSettings,
    ImapSettings,
    ListenSettings,
    OauthSettings,
    RelaySettings,
    StoreSettings,
)
from maildesk.config.people import AgentSettings, DeskSettings, QueueSettings
from maildesk.config.problems import ConfigError, Problem
from maildesk.config.promises import PolicySettings, ReminderSettings, SlaSettings, SlaTarget
from maildesk.config.read import read_settings
from maildesk.config.rules import (
    AnswerSettings,
    DigestSettings,
    FeedbackSettings,
    HoursSettings,
    LimitSettings,
)
from maildesk.config.settings import Settings
from maildesk.config.triage import (
    AssignmentSettings,
    OrganisationSettings,
    PrioritySettings,
    RuleSays,
    RuleSettings,
)
from maildesk.config.values import Secret

__all__ = [
    "AgentSettings",
    "AnswerSettings",
    "AssignmentSettings",
    "AuthSettings",
    "ConfigError",
    "DeskSettings",
    "DigestSettings",
    "FeedbackSettings",
    "HoursSettings",
    "ImapSettings",
    "LimitSettings",
    "ListenAddress",
    "ListenSettings",
    "OauthSettings",
    "OrganisationSettings",
    "PolicySettings",
    "PrioritySettings",
    "Problem",
    "QueueSettings",
    "RelaySettings",
    "ReminderSettings",
    "RuleSays",
    "RuleSettings",
    "Secret",
    "Settings",
    "SlaSettings",
    "SlaTarget",
    "StoreSettings",
    "is_loopback",
    "read_settings",
]
