"""The story for a reader: Persian, one paragraph a child, what the law refused marked as such."""

from typing import Any

from common.text import to_persian_digits
from registry.web.strings import catalogue

_STEPS = {
    "encounter": "دیدار در خیابان", "record": "نوشتن آنچه کودک گفت", "screening": "رسیدن به مرکز",
    "exit": "رفتن از مرکز", "complaint": "شکایت کودک", "reopen": "بازگشایی پرونده", "promise": "قول ما",
    "promise_broken": "قولی که شکستیم", "commitment": "تعهد سرپرست", "review_asked": "پرسش: یک کودک‌اند؟",
    "review": "داوری بازبین", "merge": "یکی‌کردن", "unmerge": "بازگرداندن به دو رکورد", "partner": "انجمن بیرونی",
    "referral_handed": "نشان‌دادن فهرست به انجمن", "referral_answered": "پاسخ انجمن",
    "referral_reported": "گزارش انجمن", "letter_drafted": "پیش‌نویس نامه", "letter_seen": "دیدن نامه",
    "letter_issued": "امضای نامه", "letter_answered": "پاسخ نامه",
}  # fmt: skip


def in_words(told: dict[str, Any]) -> str:
    lines = [
        to_persian_digits(f"داستان {told['seed']}: {len(told['children'])} کودک، {told['refusals']} بار «نه»ی قانون")
    ]
    words = catalogue("fa")
    for child in told["children"]:
        state = words.get(f"state.{child['state']}", child["state"])
        lines += ["", f"■ {child['name']} — اکنون: {state}"]
        lines += [_line(step, words.get(f"task.{step['step']}", "")) for step in child["steps"]]
    merged, apart = told["merge"], told["unmerge"]
    lines += ["", f"یکی‌کردن را {merged['asked_by']} خواست و {merged['decided_by']} پذیرفت؛ {apart['by']} بازش گرداند."]
    return "\n".join(lines)


def _line(step: dict[str, Any], task: str) -> str:
    name = _STEPS.get(step["step"]) or task or step["step"]
    if step["reason"]:
        return f"   ✗ {name} — {step['by']}: {step['reason']['fa']}"
    detail = f" ({step['detail']})" if step["detail"] else ""
    return f"   ✓ {name}{detail} — {step['by']}"
