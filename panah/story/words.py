"""The story for a reader: Persian, one paragraph a child, what the law refused marked as such."""

import re
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
    "letter_issued": "امضای نامه", "letter_answered": "پاسخ نامه", "office": "ادارهٔ شهرستان",
    "case_transfer": "انتقال پرونده به اداره‌ای دیگر", "receipt_kept": "رسید ادارهٔ پیشین",
}  # fmt: skip
_DETAILS = {
    "asked": "درخواست شد", "granted": "داده شد", "done": "انجام شد", "undone": "برگشت", "notice": "برای اطلاع",
    "placement": "برای سپردن", "discharge": "برای ترخیص", "withheld: refer": "فرستاده نشد؛ به کمیساریا",
    "send": "فرستادن",
    "irises: cannot_tell": "از عنبیه نمی‌توان گفت", "verdict: same": "یکی‌اند", "ran_away": "گریخت", "take": "برداشتن",
    "decision": "تصمیم", "told": "پاسخ به کودک", "court": "دادگاه", "directorate": "ادارهٔ اتباع", "school": "مدرسه",
    "ngo": "انجمن", "commitment": "تعهدنامه", "receipt": "رسید", "card": "کارت کودک",
    "moved_province": "به استان دیگر رفت",
    "approved": "پذیرفته شد و پیشنهاد شد", "accepted": "ادارهٔ دیگر پذیرفت", "transfer": "برای انتقال",
}  # fmt: skip
_ROLE = re.compile(r"\((\w+)\)")


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
    words = catalogue("fa")
    name = _STEPS.get(step["step"]) or task or step["step"]
    by = _ROLE.sub(lambda found: f"({words.get(f'role.{found[1]}', found[1])})", step["by"])
    if step["reason"]:
        return f"   ✗ {name} — {by}: {step['reason']['fa']}"
    said = step["detail"]
    detail = _DETAILS.get(said) or words.get(f"outcome_short.{said}") or to_persian_digits(said)
    return f"   ✓ {name}{f' ({detail})' if detail else ''} — {by}"
