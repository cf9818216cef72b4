"""The forms as people of the centre fill them in."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from common.time import in_tehran
from panah.story.cast import Player

Json = dict[str, Any]
RISKS = ("persecution", "trafficking", "separated_child", "asylum_or_residence_claim", "mixed_nationality_parents")


def now() -> datetime:
    return datetime.now(UTC)


def today() -> date:
    return in_tehran(now()).date()


def soon(days: int) -> str:
    return (today() + timedelta(days=days)).isoformat()


def moment() -> str:
    return now().isoformat()


def transfer(**changes: Any) -> Json:
    return {"ground": "child_agrees", "agreed": True, "words_of_the_child": "می‌آیم، اگر بتوانم برگردم"} | changes


def arrival() -> Json:
    return {"door": "van", "arrived_at": moment(), "brought_by": "ون ۱"}


def check(*, by_iris: bool) -> Json:
    return {"checked_by": "iris" if by_iris else "two_staff_and_card", "same_child": True}


def urgent_need() -> Json:
    return {"bathed": True, "clothed": True, "meal": "hot_meal"}


def health(risk: str = "low") -> Json:
    return {"urgent": False, "risk": risk, "findings": "زخم کهنه روی دست؛ واکسن کامل نیست"}


def interview(player: Player) -> Json:
    return {"heard_alone": True, "language": player.language, "wishes": "می‌خواهد درس بخواند و شب‌ها کار نکند"}


def identity(country: str, standing: str, *, by: str = "two_statements") -> Json:
    nationality = {"standing": standing, "country": country, "source": "guardian_said", "on": today().isoformat()}
    return {"by": by, "evidence": "گفتهٔ دو همسایه", "nationality": nationality}


def order(*, granted: bool) -> Json:
    asked = {"branch": "شعبهٔ ۱۲", "request_number": "۱۴۰۵/۱۲۳", "asked_at": moment()}
    answer = {"order_number": "۹۸۷", "ordered_on": today().isoformat(), "expires_on": soon(20)}
    return asked | ({"granted": answer} if granted else {})


def home_visit() -> Json:
    return {"visited_on": today().isoformat(), "found": True, "needs": "کمک اجاره", "what_next": "ثبت‌نام در مدرسه"}


def plan() -> Json:
    step = {"what": "ثبت‌نام در مدرسه", "who": "مددکار", "by_when": soon(7)}
    return {"goals": ["مدرسه"], "actions": [step], "agreed_with_child": True, "agreed_with_family": True}


def best_interests(purpose: str, **changes: Any) -> Json:
    return {
        "purpose": purpose, "options": ["خانه", "مرکز"], "risks": ["کار دوباره در خیابان"],
        "childs_view": "می‌خواهد با کسی باشد که می‌شناسد", "agree": ["مددکار", "روان‌شناس"],
        "grounds": ["family_ties", "childs_wish"], "conclusion": "بهترین راه همین است",
    } | changes  # fmt: skip


def receiver(player: Player, **changes: Any) -> Json:
    return {
        "name": player.mother, "relation": "مادر", "paper_seen": "شناسنامه", "evidence": "document",
        "child_asked_alone": True, "child_knows_them": True, "child_wishes_to_go": True, "child_is_afraid": False,
        "alleged_exploiter": False,
    } | changes  # fmt: skip


def discharge(player: Player, *, by_iris: bool = True, **of_receiver: Any) -> Json:
    return {
        "receiver": receiver(player, **of_receiver), "child_checked_by": "iris" if by_iris else "form_without_iris",
        "orders_terms_met": True, "family_reviewed": True, "belongings_returned": True, "papers": ["کارت واکسن"],
        "first_follow_up_on": soon(3), "referral_area": "منطقهٔ ۱۲",
    }  # fmt: skip


def promise() -> Json:
    words = "برایت کیف و کتاب می‌آوریم"
    return {"what": "کیف و کتاب مدرسه", "words": words, "by_whom": "مددکار", "due_on": soon(3)}


def commitment(player: Player) -> Json:
    return {"what": "کودک به مدرسه برود", "guardian": player.mother, "witness": "همسایه", "review_on": soon(30)}


def follow_up() -> Json:
    return {
        "visited_on": today().isoformat(), "met_child": True, "safe": True, "promises_talked_over": True,
        "notes": "حالش خوب است؛ از کیف پرسید",
    }  # fmt: skip


def notice(decision: str, *, letter: Json | None = None, refer_to: str | None = None, **risks: bool) -> Json:
    screened = dict.fromkeys(RISKS, False) | risks
    return {"decision": decision, "risk_on_return": screened, "reason": "پس از سنجش خطر بازگشت", "letter": letter,
            "refer_to": refer_to}  # fmt: skip


ASSOCIATION = "انجمن یاران کودک"


def referral(player: Player, *, moves_child: bool) -> Json:
    return {
        "receiver": ASSOCIATION, "service": "خانهٔ کودک و کلاس سوادآموزی", "consent": True, "ends_on": soon(180),
        "shared": [f"نام کوچک: {player.name}", f"سن: {player.age} سال"], "moves_child": moves_child,
    }  # fmt: skip


def quasi_family(home: str) -> Json:
    return {
        "parents": "dead", "grandparents": "unknown", "court_order_number": "۵۵", "ordered_on": today().isoformat(),
        "home": home, "place": "خانهٔ مهر",
    }  # fmt: skip


def ran_away() -> Json:
    return {
        "seen_at": moment(), "what_happened": "هنگام شام از در حیاط رفت", "last_seen_at": moment(),
        "last_seen_where": "حیاط", "police_told": True, "may_have_gone_to": "نزد دایی",
    }  # fmt: skip


def moved_province(province: str, office: str, number: str) -> Json:
    return {
        "seen_at": moment(), "what_happened": "نزد مادرش رفت", "province": province, "receiving_office": office,
        "accepted_number": number,
    }  # fmt: skip
