"""What an administrator reads of messages that were not simply taken in: refused, set aside, held unread."""

from dataclasses import replace

import pytest
from sqlalchemy.exc import OperationalError

from edge.messages import errors
from registry.bootstrap import Registry
from registry.web.strings import catalogue
from tests.registry.house import Centre, Eyes, Tablet, slot
from tests.registry.intake.test_admission import SPOILT
from tests.registry.web.conftest import LogIn

pytestmark = pytest.mark.usefixtures("app")


@pytest.mark.parametrize("reason", SPOILT)
def test_a_refused_message_is_counted_with_its_reason_in_words(
    centre: Centre, van_1: Tablet, van_2: Tablet, eyes: Eyes, log_in: LogIn, reason: str
) -> None:
    spoilt = SPOILT[reason](van_1, van_1.meet(slot(eyes.of(0))))
    centre.admit(spoilt)
    centre.admit(spoilt)
    page = log_in("administrator").get("/arrivals").text
    assert catalogue("fa")[f"refusal.{reason}"] in page
    assert "۲ بار" in page
    assert spoilt.device in page


def test_every_reason_for_which_a_message_is_refused_can_be_said() -> None:
    kinds = set(errors.MessageError.__subclasses__()) - {errors.KeyInvalid, errors.SchemaViolation}
    assert {f"refusal.{kind.code}" for kind in kinds} <= set(catalogue("fa"))


def test_other_bytes_under_a_known_id_are_shown_for_a_person_to_look_at(
    centre: Centre, van_1: Tablet, eyes: Eyes, log_in: LogIn
) -> None:
    sent = van_1.meet(slot(eyes.of(0)))
    centre.admit(sent, van_1.seal(sent.report.model_copy(update={"activity": "گل‌فروشی"})))
    page = log_in("administrator").get("/arrivals").text
    assert "شمارهٔ این‌ها پیش‌تر با محتوای دیگری رسیده است." in page
    assert str(sent.id) in page


def test_a_template_of_another_version_is_held_and_says_what_is_waited_for(
    centre: Centre, van_1: Tablet, eyes: Eyes, log_in: LogIn
) -> None:
    sent = van_1.meet(slot(replace(eyes.of(0), encoder="gabor-9")))
    centre.take(sent)
    page = log_in("administrator").get("/arrivals").text
    assert "نشانهٔ عنبیه با نسخهٔ دیگری ساخته شده است؛ پس از به‌روز شدن مرکز دوباره سنجیده می‌شود" in page
    assert "gabor-9" in page
    assert str(sent.id) in page
    met = log_in("screening").get("/encounters/1").text
    assert "نشانهٔ فرستاده‌شده خوانا نبود" in met


def test_yesterdays_capture_stands_on_the_board_with_both_times(
    centre: Centre, van_1: Tablet, eyes: Eyes, log_in: LogIn, clock: object
) -> None:
    sent = van_1.meet(slot(eyes.of(0)))
    clock.forward(hours=3)  # type: ignore[attr-defined]
    centre.take(sent)
    page = log_in("screening").get("/encounters/1").text
    assert catalogue("fa")["encounter.late_text"] in page


def test_a_page_asked_for_while_the_database_is_away_says_that_nothing_is_lost(
    log_in: LogIn, registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    worker = log_in("screening")
    registry.database.engine.dispose()

    def refuse(*_args: object, **_more: object) -> object:
        raise OperationalError("connect", {}, Exception("connection refused"))

    monkeypatch.setattr(registry.database.engine.pool, "connect", refuse)
    answer = worker.get("/")
    assert answer.status == 503
    assert "پایگاه داده پاسخ نمی‌دهد" in answer.text
    assert "چیزی گم نشده است" in answer.text
