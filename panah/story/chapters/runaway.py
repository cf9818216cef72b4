"""A child runs away from the centre: the alarm rings at once, the search opens, and the exit is looked at."""

from panah.story import forms
from panah.story.cast import Player
from panah.story.centre import Centre, demand
from panah.story.telling import Told


def play(centre: Centre, player: Player) -> list[Told]:
    told = Told(player=player)
    centre.meet(told)
    centre.record(told)
    centre.bring_in(told)
    centre.task(told, "health_assessment", forms.health("high"), "clinician", second="psychologist")
    grown = {"seen_at": forms.moment(), "what_happened": "می‌گوید هجده ساله است", "born_on_or_said": "نمی‌داند",
             "aftercare_with": "خودش"}  # fmt: skip
    centre.refused(told, "not_yet_eighteen", "turned_18", grown, "social-worker", step="exit")
    centre.task(told, "ran_away", forms.ran_away(), "screening", step="exit", detail="ran_away")
    sheet = centre.sheet(told)
    demand(told, "an immediate alarm", [a["level"] for a in sheet["alarms"] if a["what"] == "ran_away"] == ["urgent"])
    demand(told, "the open search", "tracing" in {task["name"] for task in sheet["tasks"]})
    centre.refused(told, "review_of_exit_waits", "closure", {"reason": "رفت"}, "case-manager")
    searched = {"sought": ["دایی"], "how": "پاتوق‌ها و خانهٔ دایی", "found": "هنوز نه", "continues": True}
    centre.task(told, "tracing", searched, "social-worker")
    review = {"found": "از تنهایی ترسیده بود", "learnt": "شب‌ها یک همکار در حیاط", "goes_on": True}
    centre.task(told, "exit_review", review, "county-officer")
    centre.end(told)
    demand(told, "a case that stays open", told.state == "intake")
    return [told]
