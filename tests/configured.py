"""A configuration read from a text, or its problems."""

import pytest

from maildesk.config import ConfigError, Settings, read_settings

DESK = '[desk]\naddress = "support@acme.example"\n'
HIDDEN = "hunter2-hidden"
EVERYTHING = """
[desk]
name = "Acme Support"
address = "support@acme.example"
subaddress = "-"
subject_tag = "always"
languages = ["nb", "en"]
timezone = "Europe/Oslo"
operator = "ops@acme.example"
signature = "{agent}, Acme"
templates = "letters"
data = "/var/lib/maildesk"

[store]
url = "postgresql+psycopg://maildesk:hunter2-hidden@127.0.0.1:5432/maildesk"
raw = "s3://bucket/prefix"

[[imap]]
name = "support"
host = "imap.acme.example"
port = 143
tls = "starttls"
ca_file = "ca.pem"
user = "support@acme.example"
password = { file = "imap.secret" }
auth = "xoauth2"
oauth.provider = ""
oauth.client_id = ""
oauth.tenant = "contoso.example"
oauth.secret = ""
oauth.secret_ends = ""
oauth.server = ""
folder = "INBOX"
processed = ""
first_sync = "all"
poll = "5m"

[listen]
lmtp = "127.0.0.1:8024"
smtp = "[::1]:8025"
http = "127.0.0.1:9108"

[relay]
host = "localhost"
port = 25
return_path = "signed"
tls = "none"
ca_file = ""
user = "support@acme.example"
password = { env = "RELAY_PASSWORD" }
auth = "password"
oauth.provider = ""
oauth.client_id = ""
oauth.tenant = "contoso.example"
oauth.secret = ""
oauth.secret_ends = ""
oauth.server = ""

[auth]
trusted_authserv_ids = ["mx.acme.example"]
received_above = 1
pinned_domains = ["acme.example"]
mx = true
trusted_arc_sealers = ["lists.customer.example"]
nameservers = ["127.0.0.1:5353", "::1"]
agents = "strict"

[[queue]]
name = "network"
address = "Network@acme.example"
service = "vpn"
signature = "The network people"
hours = "24x7"
holidays = "none"
timezone = "Asia/Seoul"

[[agent]]
email = "Anna@acme.example"
aliases = ["anna.a@acme.example"]
name = "Anna"
skills = ["vpn", "network"]
languages = ["nb", "en"]
hours = "24x7"
holidays = "KR"
timezone = "Asia/Seoul"
max_open = 0
manager = true
reply_default = "note"

[assignment]
automatic = "always"

[[organisation]]
name = "Customer AS"
domains = ["Customer.example", "customer.no"]
vip = true

[priority]
high = ["urgent", "urgent", "high"]
medium = ["high", "normal", "normal"]
low = ["normal", "low", "low"]
default_rules = false

[[rule]]
name = "production"
queue = ["network"]
recipient = ["network@acme.example"]
sender = ["kari@customer.example", "customer.no"]
organisation = ["customer as"]
vip = true
subject = ["line"]
words = ["stands still"]
headers = ["X-Severity: critical"]
[rule.set]
type = "incident"
service = "line"
category = "belt"
impact = "high"
urgency = "high"
priority = "urgent"
queue = "network"
tags = ["production"]

[hours]
week = "Mon-Thu 08:00-16:00, Fri 08:00-14:00"
holidays = "DE-BY"
days_off = ["2026-12-24", 2026-12-31]

[sla.urgent]
first_response = "30m"
next_response = "1h"
resolution = "1 business day"
update = "1 business day"
[sla.high]
first_response = "2h"
next_response = ""
resolution = "2 business days"
update = "1 business day"
[sla.normal]
first_response = "4h"
next_response = "8h"
resolution = "3 business days"
update = "1 business day"
[sla.low]
first_response = "8h"
next_response = "2 business days"
resolution = "10 business days"
update = "1 business day"

[[policy]]
organisation = "bigcustomer.example"
queue = ""
type = "incident"
priority = "high"
first_response = "30m"
next_response = "1h"
resolution = "1 business day"
update = "2h"

[reminders]
warn_at = []
escalate_at = 2
unassigned = "2h"
requester = ["2 business days"]
close = "5 business days"

[watch]
silent_after = "1h"
spool_after = "1h"
outbox_after = "2h"
expires_within = "30d"

[answers]
hold = "0s"
reopen_within = "1w"

[feedback]
with_closure = false
survey_after = "24h"
window = "14d"
every = "60d"
low_rating = 1

[digest]
workload = false
target = 0.8
daily = ""
weekly = "Fri 15:00"

[limits]
message_size = "25MiB"
auto_per_hour = 1
auto_per_day = 2
auto_per_minute = 3
hard_bounces = 4
connections = 4
connections_per_address = 5
mails_per_sender = 6
bytes_per_sender = "7MB"
mails_per_network = 8
letters_per_sender = 9
"""


def read(text: str, **environment: str) -> Settings:
    return read_settings(text, environment, "maildesk.toml")


def problems(text: str, **environment: str) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        read(text, **environment)
    assert str(caught.value).splitlines() == [str(problem) for problem in caught.value.problems]
    return [str(problem) for problem in caught.value.problems]
