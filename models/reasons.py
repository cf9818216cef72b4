"""Why a capture was refused, in words a person beside the child can act on."""

from typing import Literal, get_args

Reason = Literal[
    "not_an_image",
    "unreadable",
    "empty",
    "too_small",
    "too_large",
    "sixteen_bit",
    "coloured",
    "flat",
    "no_eye",
    "eye_closed",
    "too_little_iris",
    "too_blurred",
    "off_gaze",
    "too_far",
    "too_near",
    "glare",
    "glasses_glare",
    "too_dark",
    "too_bright",
    "cut_off",
]
REASONS: tuple[Reason, ...] = get_args(Reason)

Language = Literal["fa", "en"]

SENTENCES: dict[Reason, dict[Language, str]] = {
    "not_an_image": {
        "fa": "این داده تصویر نیست؛ تصویر خاکستری ۸بیتی بدهید.",
        "en": "This is not an image; give an 8-bit grey image (height × width).",
    },
    "unreadable": {
        "fa": "پروندهٔ تصویر باز نشد؛ شاید خراب است یا تصویر نیست.",
        "en": "The image file cannot be read; it may be damaged, or no image at all.",
    },
    "empty": {"fa": "تصویر خالی است؛ دوباره بگیرید.", "en": "The image is empty; take it again."},
    "too_small": {
        "fa": "تصویر کوچک‌تر از آن است که عنبیه در آن دیده شود؛ دست‌کم ۶۴ در ۶۴ نقطه لازم است.",
        "en": "The image is too small to show an iris; at least 64 × 64 pixels are needed.",
    },
    "too_large": {
        "fa": "تصویر بیش از اندازه بزرگ است؛ تصویر یک چشم را بفرستید، نه بزرگ‌تر از ۱۶ میلیون نقطه.",
        "en": "The image is too large; send the picture of one eye, at most 16 million pixels.",
    },
    "sixteen_bit": {
        "fa": "تصویر ۸بیتی نیست؛ آن را به خاکستری ۸بیتی تبدیل کنید.",
        "en": "The image is not 8-bit; convert it to 8-bit grey.",
    },
    "coloured": {
        "fa": "تصویر رنگی است؛ عنبیه باید با نور فروسرخ نزدیک گرفته شود.",
        "en": "The image is coloured; an iris must be taken in near-infrared light.",
    },
    "flat": {
        "fa": "در تصویر چیزی دیده نمی‌شود؛ درپوش یا لامپ اسکنر را ببینید.",
        "en": "Nothing can be seen in the image; check the scanner's cap and lamp.",
    },
    "no_eye": {
        "fa": "چشمی در تصویر پیدا نشد؛ چشم را میان قاب بیاورید.",
        "en": "No eye was found; bring the eye to the middle of the frame.",
    },
    "eye_closed": {
        "fa": "چشم بسته یا نیمه‌بسته است؛ از کودک بخواهید چشمش را باز کند.",
        "en": "The eye is closed or half closed; ask the child to open it.",
    },
    "too_little_iris": {
        "fa": "بخش کمی از عنبیه پیداست؛ پلک، مژه یا بازتاب نور آن را پوشانده است.",
        "en": "Too little of the iris can be seen; lids, lashes or reflections hide it.",
    },
    "too_blurred": {
        "fa": "تصویر تار است؛ اسکنر را ثابت نگه دارید.",
        "en": "The image is blurred; hold the scanner still.",
    },
    "too_far": {
        "fa": "چشم دور است؛ اسکنر را نزدیک‌تر ببرید.",
        "en": "The eye is too far away; bring the scanner closer.",
    },
    "off_gaze": {
        "fa": "چشم به جای دیگری نگاه می‌کند؛ از کودک بخواهید به میان اسکنر نگاه کند.",
        "en": "The eye looks aside; ask the child to look into the middle of the scanner.",
    },
    "too_near": {
        "fa": "چشم بیش از اندازه نزدیک است؛ اسکنر را کمی عقب ببرید.",
        "en": "The eye is too near; move the scanner back a little.",
    },
    "glare": {
        "fa": "بازتاب نور روی عنبیه افتاده است؛ اسکنر را کمی بچرخانید یا از نور دور شوید.",
        "en": "A reflection lies on the iris; tilt the scanner a little or turn away from the light.",
    },
    "glasses_glare": {
        "fa": "شیشهٔ عینک نور را بازتابانده است؛ از کودک بخواهید عینک را بردارد یا سرش را کمی بچرخاند.",
        "en": "Spectacles mirror the light; ask the child to take them off or to turn the head a little.",
    },
    "too_dark": {"fa": "تصویر تاریک است؛ نزدیک‌تر بروید.", "en": "The image is too dark; come closer."},
    "too_bright": {
        "fa": "نور زیاد است؛ کمی عقب‌تر بروید یا از نور تند دور شوید.",
        "en": "There is too much light; step back a little or leave the glare.",
    },
    "cut_off": {
        "fa": "چشم از قاب بیرون است؛ آن را به میان قاب بیاورید.",
        "en": "The eye is partly outside the picture; bring it to the middle.",
    },
}


def sentence(reason: Reason, language: Language = "en") -> str:
    return SENTENCES[reason][language]
