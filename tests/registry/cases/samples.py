"""A valid form of every task, as somebody at the centre would send it. Names are invented."""

import datetime as dt
from collections.abc import Callable
from typing import Any

Json = dict[str, Any]
COUNTRY = "AF"


def forms(now: dt.datetime, *, number: str = "1405-00001-0") -> dict[str, Json]:
    day = now.date()
    at = (now - dt.timedelta(minutes=10)).isoformat()
    seen = {"seen_at": at, "what_happened": "شب از در پشتی رفت"}
    return {
        "transfer": {"ground": "child_agrees", "agreed": True},
        "arrival": {"door": "van", "arrived_at": at, "brought_by": "ون ۲"},
        "arrival_check": {"checked_by": "iris", "same_child": True},
        "urgent_need": {"bathed": True, "clothed": True, "meal": "hot_meal"},
        "health_assessment": {"urgent": False, "risk": "low", "dangers": ["injury"], "findings": "زخم پا"},
        "interview": {"heard_alone": True, "language": "دری", "wishes": "می‌خواهد نزد مادرش برود"},
        "identity": {
            "by": "two_statements", "evidence": "مادر و همسایه",
            "nationality": {"standing": "claimed", "country": COUNTRY, "source": "child_said", "on": "۱۴۰۵/۰۹/۰۳"},
        },
        "judicial_order": {
            "branch": "شعبهٔ ۱۲", "request_number": "۱۴۰۵/۱۲۳", "asked_at": at,
            "granted": {"order_number": "۹۸۷", "ordered_on": day.isoformat(),
                        "expires_on": (day + dt.timedelta(days=20)).isoformat()},
        },
        "keeping": {"reason": "خانه هنوز دیده نشده", "where": "مرکز شوش"},
        "accommodation": {"signed": True, "report": "به کلاس می‌رود"},
        "best_interests": best_interests("discharge"),
        "notice": {
            "decision": "send", "reason": "دادگاه خواسته است", "risk_on_return": dict.fromkeys(RISKS, False),
            "letter": {"letter_number": "۴۵", "case_number": number, "sex": "girl", "age_band": "6-11",
                       "claimed_nationality": COUNTRY, "asked": "وضع اقامت"},
        },
        "notice_answer": {"answered_on": day.isoformat(), "letter_number": "۷۷", "answer": "سابقه ندارد"},
        "home_visit": {"visited_on": day.isoformat(), "found": True, "what_next": "ثبت‌نام مدرسه"},
        "plan": {
            "goals": ["مدرسه"], "agreed_with_child": True, "agreed_with_family": True,
            "actions": [{"what": "ثبت‌نام", "who": "مددکار", "by_when": (day + dt.timedelta(days=7)).isoformat()}],
        },
        "tracing": {"sought": ["عمو"], "how": "تماس با روستا"},
        "follow_up": {"visited_on": day.isoformat(), "met_child": True, "safe": True, "promises_talked_over": True,
                      "notes": "حالش خوب است"},
        "referral": {"receiver": "انجمن یاران", "service": "کلاس سوادآموزی", "shared": ["نام کوچک"], "consent": True,
                     "ends_on": (day + dt.timedelta(days=90)).isoformat()},
        "aftercare": {"with_whom": "خودش", "agreed": True, "notes": "کار در نانوایی"},
        "discharge": discharge(day),
        "quasi_family": {"parents": "unknown", "grandparents": "dead", "court_order_number": "۵۵",
                         "ordered_on": day.isoformat(), "home": "childrens_home", "place": "خانهٔ مهر"},
        "exit_review": {"found": "پیدا شد", "goes_on": True},
        "closure": {"reason": "پیگیری تمام شد"},
        "skip": {"task": "home_visit", "reason": "خانه‌ای نیست"},
        "ran_away": seen | {"last_seen_at": at, "last_seen_where": "حیاط", "police_told": True},
        "hospital": seen | {"hospital": "مفید", "urgent": True, "who_stays_with_the_child": "پرستار شب"},
        "arrested": seen | {"authority": "کلانتری", "held_where": "شوش", "lawyer_told": True},
        "taken_by_relative": seen | {"by_whom": "دایی", "relation_claimed": "دایی", "child_willing": None,
                                     "prosecutor_told": True},
        "left_country": seen | {"to": "AF", "by_deportation": False, "learnt_from": "مادر"},
        "died": seen | {"died_on": day.isoformat(), "where": "بیمارستان", "prosecutor_told": True,
                        "family_told_by": "مددکار"},
        "turned_18": seen | {"born_on_or_said": "۱۳۸۷", "aftercare_with": "خانهٔ پسران"},
        "found_adult": seen | {"evidence": ["شناسنامه", "پزشکی قانونی"]},
        "moved_province": seen | {"province": "البرز", "receiving_office": "کرج",
                                  "no_office_because": "اداره‌ای آنجا نیست؛ بهزیستی کرج تلفنی پذیرفت"},
        "refuses_contact": seen | {"who_refuses": "پدر", "tries": 3, "child_seen_safe": True},
        "duplicate": seen | {"other_case_number": "1405-00002-8"},
    }  # fmt: skip


RISKS = ("persecution", "trafficking", "separated_child", "asylum_or_residence_claim", "mixed_nationality_parents")


def best_interests(purpose: str, **changes: Any) -> Json:
    return {
        "purpose": purpose, "options": ["خانه", "مرکز"], "risks": ["کار دوباره"], "childs_view": "می‌خواهد برود",
        "agree": ["مددکار", "روان‌شناس"], "grounds": ["family_ties", "guardians_commitment"], "conclusion": "خانه",
    } | changes  # fmt: skip


def receiver(**changes: Any) -> Json:
    return {
        "name": "مریم", "relation": "مادر", "paper_seen": "شناسنامه", "evidence": "document", "child_asked_alone": True,
        "child_knows_them": True, "child_wishes_to_go": True, "child_is_afraid": False, "alleged_exploiter": False,
    } | changes  # fmt: skip


def discharge(day: dt.date, **changes: Any) -> Json:
    soon = (day + dt.timedelta(days=3)).isoformat()
    return {
        "receiver": receiver(), "child_checked_by": "iris", "orders_terms_met": True, "family_reviewed": True,
        "commitments": [{"what": "مدرسه برود", "review_on": soon}], "witness": "همسایه", "belongings_returned": True,
        "promises": [{"what": "کیف و کتاب", "words": "برایت کیف می‌آوریم", "by_whom": "مددکار", "due_on": soon}],
        "first_follow_up_on": soon, "referral_area": "منطقهٔ ۱۲",
    } | changes  # fmt: skip


Change = Callable[[Json], Json]
