"""What maildesk makes of a new mail by itself: few words in three languages, and mail of VIPs. Data alone.

The operator's own rules come first; `priority.default_rules = false` switches these off.
"""

from typing import Final

from maildesk.config import RuleSays, RuleSettings
from maildesk.vocabulary import Level, TicketType

_INCIDENT: Final = RuleSays(type=TicketType.INCIDENT)
_OUTAGE: Final = RuleSays(type=TicketType.INCIDENT, urgency=Level.HIGH)
_PRESSING: Final = RuleSays(urgency=Level.HIGH)

DEFAULT_RULES: Final[tuple[RuleSettings, ...]] = (
    RuleSettings(name="VIP", vip=True, set=_PRESSING),
    # A single word counts in the subject alone: in a text, "down" and "nede" are mostly something else.
    RuleSettings(
        name="outage",
        subject=(
            *("down", "outage", "offline"),
            *("nede", "utfall", "driftsstans"),
            *("장애", "다운", "먹통", "서버장애", "네트워크장애", "시스템장애", "접속불가"),
        ),
        set=_OUTAGE,
    ),
    RuleSettings(
        name="outage",
        words=(
            *("is down", "are down", "went down", "nobody can", "no one can", "cannot work", "can't work"),
            *("er nede", "ligger nede", "gikk ned", "ingen kan", "ingen får", "får ikke jobbet", "kan ikke jobbe"),
            *("장애 발생", "장애가 발생", "다운됐어요", "다운되었습니다", "다운됐습니다", "업무가 불가", "먹통"),
        ),
        set=_OUTAGE,
    ),
    RuleSettings(
        name="many people",
        words=(
            *("all users", "everybody is affected", "everyone is affected", "whole office", "entire company"),
            *("nobody can", "no one can", "alle brukere", "hele kontoret", "hele avdelingen", "ingen kan", "ingen får"),
            *("전 직원", "전직원", "모든 사용자", "모든 직원", "사무실 전체", "부서 전체"),
        ),
        set=RuleSays(impact=Level.HIGH),
    ),
    RuleSettings(
        name="pressing",
        subject=("urgent", "asap", "haster", "kritisk", "critical", "긴급", "급함", "시급"),
        set=_PRESSING,
    ),
    RuleSettings(
        name="failure",
        words=(
            *("error", "error message", "not working", "does not work", "doesn't work", "broken", "stopped working"),
            *("feilmelding", "virker ikke", "fungerer ikke", "ødelagt", "sluttet å virke"),
            *("오류", "에러", "고장", "안 돼요", "안돼요", "안 됩니다", "안됩니다", "작동하지 않습니다"),
        ),
        set=_INCIDENT,
    ),
    RuleSettings(
        name="how",
        words=("how do i", "how can i", "how to", "hvordan kan jeg", "hvordan gjør jeg", "어떻게"),
        set=RuleSays(type=TicketType.QUESTION),
    ),
)
