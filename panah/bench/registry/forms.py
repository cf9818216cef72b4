"""Forms as people fill them in, by task: a few dozen of each, which the load's entries share. Names are invented."""

from datetime import timedelta
from random import Random
from typing import Any

from panah.bench.registry.loading import Shared
from panah.bench.registry.population import NOW
from registry.cases.rules.table import TASKS

_OF_EACH = 24
_NOTES = (
    "زیر پل با دو برادرش کار می‌کند و شب‌ها به خانه برمی‌گردد؛ پدر بیکار است و اجارهٔ خانه عقب افتاده.",
    "از مدرسه خوشش می‌آید ولی شناسنامه ندارد؛ مادر قول داد مدارک را بیاورد.",
    "آرام است و با مددکار حرف می‌زند. زخم پا پانسمان شد و واکسن کزاز زده شد.",
    "دایی هر روز سهم می‌گیرد؛ کودک از او می‌ترسد و نمی‌خواهد آنجا برود.",
)
_RISKS = ("persecution", "trafficking", "separated_child", "asylum_or_residence_claim", "mixed_nationality_parents")


def pools(seed: int) -> dict[str, list[Shared]]:
    """Valid forms by task, as the database holds them."""
    draw = Random(seed + 3)
    found: dict[str, list[Shared]] = {}
    for _ in range(_OF_EACH):
        for task, form in _forms(draw).items():
            produces = TASKS[task].produces
            assert produces is not None
            found.setdefault(task, []).append(Shared(produces.model_validate(form).model_dump(mode="json")))
    return found


def _forms(draw: Random) -> dict[str, dict[str, Any]]:
    day = (NOW - timedelta(days=draw.randint(1, 20))).date()
    at, soon = (NOW - timedelta(hours=draw.randint(1, 300))).isoformat(), (day + timedelta(days=draw.randint(2, 40)))
    note, later = draw.choice(_NOTES), soon.isoformat()
    return {
        "transfer": {"ground": "child_agrees", "agreed": True},
        "arrival": {"door": "van", "arrived_at": at, "brought_by": "ون ۲", "condition": note},
        "arrival_check": {"checked_by": "iris", "same_child": True},
        "urgent_need": {"bathed": True, "clothed": True, "meal": "hot_meal"},
        "health_assessment": {"urgent": False, "risk": draw.choice(("low", "medium", "high")), "findings": note},
        "interview": {"heard_alone": True, "language": "دری", "wishes": note, "fears": note},
        "identity": {
            "by": "two_statements", "evidence": "مادر و همسایه",
            "nationality": {"standing": "claimed", "country": "AF", "source": "child_said", "on": day.isoformat()},
        },
        "judicial_order": {
            "branch": "شعبهٔ ۱۲", "request_number": str(draw.randrange(9999)), "asked_at": at,
            "granted": {"order_number": str(draw.randrange(9999)), "ordered_on": day.isoformat(), "expires_on": later},
        },
        "keeping": {"reason": note, "where": "مرکز شوش"},
        "accommodation": {"signed": True, "report": note, "schooling": note, "hygiene": "مرتب"},
        "best_interests": {
            "purpose": "discharge", "options": ["خانه", "مرکز"], "risks": ["کار دوباره"], "childs_view": note,
            "agree": ["مددکار", "روان‌شناس"], "grounds": ["family_ties", "schooling"], "conclusion": note,
        },
        "notice": {
            "decision": "do_not_send", "reason": note, "risk_on_return": dict.fromkeys(_RISKS, False) | {
                "separated_child": True},
        },
        "home_visit": {"visited_on": day.isoformat(), "found": True, "what_next": note, "household": note,
                       "needs": note},
        "plan": {
            "goals": ["مدرسه", "درآمد خانواده"], "agreed_with_child": True, "agreed_with_family": True,
            "actions": [{"what": "ثبت‌نام", "who": "مددکار", "by_when": later}] * 3,
        },
        "tracing": {"sought": ["عمو"], "how": note},
        "follow_up": {"visited_on": day.isoformat(), "met_child": True, "safe": True, "promises_talked_over": True,
                      "notes": note},
        "referral": {"receiver": "انجمن یاران", "service": "کلاس سوادآموزی", "shared": ["نام کوچک"], "consent": True,
                     "ends_on": later, "moves_child": True},
        "discharge": {
            "receiver": {
                "name": "مریم", "relation": "مادر", "paper_seen": "شناسنامه", "evidence": "document",
                "child_asked_alone": True, "child_knows_them": True, "child_wishes_to_go": True,
                "child_is_afraid": False, "alleged_exploiter": False,
            },
            "child_checked_by": "iris", "orders_terms_met": True, "family_reviewed": True, "witness": "همسایه",
            "commitments": [{"what": "مدرسه برود", "review_on": later}], "belongings_returned": True,
            "promises": [{"what": "کیف", "words": "برایت کیف می‌آوریم", "by_whom": "مددکار", "due_on": later}],
            "first_follow_up_on": later, "referral_area": "منطقهٔ ۱۲",
        },
        "quasi_family": {"parents": "unknown", "grandparents": "dead", "court_order_number": "۵۵",
                         "ordered_on": day.isoformat(), "home": "childrens_home", "place": "خانهٔ مهر"},
        "closure": {"reason": note},
    }  # fmt: skip
