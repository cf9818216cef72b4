"""A decision in Persian, line for line what `matching.words` says in English."""

from common.text import to_persian_digits
from matching.decision import Decision, Reason
from matching.facts import CandidateFact, EyeFact, ProbeEye

REASONS: dict[Reason, str] = {
    "mixed_capture": "یک چشم از همین فرد است و چشم دیگر، با همان کیفیت، نیست؛ شاید چشمِ دو کودک باشد",
    "two_identities": "دو نفرِ متفاوت از آستانهٔ «آشنا» نزدیک‌تر بودند",
    "one_eye_not_enough": "فقط یک چشم می‌خواند و در مجموعه‌ای به این بزرگی یک چشم برای «آشنا» کافی نیست",
    "eyes_not_both_sure": "کران خطا از داده‌ها بسیار فراتر رفته است؛ هر چشم باید به‌تنهایی بخواند و یکی نمی‌خواند",
    "rotations_disagree": "کران خطا از داده‌ها بسیار فراتر رفته است و دو چشم فقط با چرخش‌های متفاوت سر می‌خوانند",
    "other_eye_doubtful": "یک چشم می‌خواند؛ چشم دیگر روی بیت‌های کافی سنجیده شد و آشکارا نمی‌خواند",
    "score_between": "امتیاز میان آستانهٔ «آشنا» و آستانهٔ «بازبینی» است",
    "late_wider": "فقط وقتی پیدا شد که سر بسیار چرخیده فرض شد",
    "late_crossed": "فقط وقتی پیدا شد که چپ و راست جابه‌جا فرض شدند",
    "late_turned": "فقط وارونه پیدا شد",
    "late_turned_crossed": "فقط وارونه و با چپ و راستِ جابه‌جا پیدا شد",
    "too_few_bits": "بخش کمی از عنبیه دیده شد",
    "low_confidence": "مرزهای عنبیه با اطمینان پیدا نشد",
    "misses_too_often": "چنین جست‌وجویی کودکِ ثبت‌شده را بیش از آن گم می‌کند که بتوان گفت «تازه است»",
    "misses_unproven": "شمار افراد در واسنجی برای نشان دادن اینکه چنین جست‌وجویی چه کم گم می‌کند، کافی نیست",
    "uncalibrated": "برای رمزگذارِ این الگو واسنجی‌ای نیست",
    "no_iris": "در این نمونه عنبیه‌ای نیست",
    "narrowed": "فقط بخشی از ثبت‌شدگان دیده شدند؛ با این جست‌وجو نه کسی آشنا شناخته می‌شود و نه تازه",
}
_OUTCOMES = {
    "known": "آشنا: پروندهٔ {identity}.",
    "review": "برای بازبینی: شاید پروندهٔ {identity}.",
    "new": "تازه: هیچ‌یک از ثبت‌شدگان نزدیک نبود.",
    "cannot_tell": "معلوم نیست: دوباره اسکن کنید.",
}
_EYES = {"left": "چپ", "right": "راست"}
_KINDS = {"one_eye": "یک چشم", "both_eyes": "هر دو چشم"}


def in_persian(decision: Decision) -> str:
    """The same lines, with Persian digits."""
    t, facts = decision.thresholds, decision.facts
    lines = [_OUTCOMES[decision.outcome].format(identity=decision.identity)]
    lines += [f"  زیرا {REASONS[reason]}" for reason in decision.reasons]
    if facts.narrowed:
        lines.append(f"فقط {facts.gallery_size} الگو از {facts.narrowed.enrolled} الگو دیده شد.")
    lines.append(
        f"{facts.gallery_size} الگو جست‌وجو شد، با {facts.frames} قاب از هر چشم؛ "
        f"یک بیگانه {t.trials:.0f} بار امکان نزدیک شدن داشت."
    )
    lines += [_probe(name, eye) for name, eye in (("left", facts.left), ("right", facts.right))]
    lines += [_candidate(c) for c in facts.candidates[:5]]
    if facts.late is not None:
        lines.append(f"جست‌وجوهای آخرین فرصت: {len(facts.late)} نامزد.")
    lines.append(
        f"آستانه‌ها برای {_KINDS[facts.kind]}: آشنا {t.known(facts.kind):.3f}، بازبینی {t.review(facts.kind):.3f}؛ "
        f"گم شدنِ پیش‌بینی‌شده {_share(t.predicted_miss)} (مجاز {_share(t.miss_rate)})، "
        f"و تنها به گواهیِ افرادِ واسنجی حداکثر {_share(t.miss_at_most)} (مجاز {_share(t.miss_rate_proven)})."
    )
    if t.extrapolated_both_eyes or t.extrapolated_one_eye:
        lines.append("کران خطا بیش از دو مرتبهٔ ده‌تایی فراتر از زوج‌های واسنجی برآورد شده است.")
    return _digits(lines)


def _digits(lines: list[str]) -> str:
    """Persian digits, and the Persian decimal mark between them; full stops stay."""
    said = "\n".join(lines)
    for digit in "0123456789":
        said = said.replace(f".{digit}", f"٫{digit}")
    return to_persian_digits(said)


def _probe(name: str, eye: ProbeEye | None) -> str:
    if eye is None:
        return f"چشم {_EYES[name]} نمونه: نیست"
    return f"چشم {_EYES[name]} نمونه: {eye.valid_bits} بیت معتبر، اطمینان {eye.confidence:.2f}، {eye.codes} رمز"


def _candidate(c: CandidateFact) -> str:
    return (
        f"الگوی {c.id} از پروندهٔ {c.identity}: امتیاز {c.score:.3f} (چپ {_eye(c.left)}، راست {_eye(c.right)})؛ "
        f"احتمال بیگانه‌ای به این نزدیکی در این جست‌وجو حداکثر {_chance(c.wrong_known)}"
    )


def _eye(eye: EyeFact | None) -> str:
    if eye is None:
        return "سنجیده نشد"
    turned = f"{abs(eye.rotation)} ستون چرخیده" if eye.rotation else "بی چرخش"
    return f"{eye.score:.3f} روی {eye.common_bits} بیت، {turned}"


def _share(share: float) -> str:
    return f"{100 * share:.2f} درصد"


def _chance(chance: float) -> str:
    return "۱ در هر جست‌وجو" if chance >= 1 else f"۱ در {1 / max(chance, 1e-15):.0f}"
