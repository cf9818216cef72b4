"""A child without parents or grandparents finds a home by the court's word, and the search for relatives goes on."""

from panah.story import forms
from panah.story.cast import Player
from panah.story.centre import Centre, demand
from panah.story.telling import Told


def play(centre: Centre, player: Player) -> list[Told]:
    told = Told(player=player)
    centre.meet(told)
    centre.record(told)
    centre.bring_in(told)
    centre.get_to_know(told, "IR", "claimed")
    centre.refused(told, "needs_second_person", "home_visit", forms.home_visit(), "social-worker")
    centre.ask_the_court(told)
    notice = forms.notice("send", letter=_letter(told))
    centre.refused(told, "no_best_interests", "notice", notice, "legal-officer")
    centre.weigh(told, "notice")
    centre.refused(told, "iranian_way", "notice", notice, "legal-officer")
    home = forms.quasi_family("childrens_home")
    centre.refused(told, "no_best_interests", "quasi_family", home, "legal-officer")
    centre.weigh(told, "placement")
    centre.refused(told, "too_old_for_infant_home", "quasi_family", forms.quasi_family("infant_home"), "legal-officer")
    centre.task(told, "quasi_family", home, "legal-officer", decided_by="county-officer", detail=home["place"])
    demand(told, "the search for relatives", "tracing" in {task["name"] for task in centre.sheet(told)["tasks"]})
    searched = {"sought": ["عمو"], "how": "پرس‌وجو در محله و روستا", "continues": True}
    centre.task(told, "tracing", searched, "social-worker")
    centre.task(told, "follow_up", forms.follow_up(), "social-worker")
    centre.letter(told, "school", {"to": "مدیر محترم دبستان امید", "grade": "پایهٔ سوم"}, "social-worker",
                  "centre-manager")  # fmt: skip
    centre.end(told)
    return [told]


def _letter(told: Told) -> dict[str, str]:
    return {
        "letter_number": "1", "case_number": told.case_number, "sex": told.player.sex,
        "age_band": told.player.age_band, "claimed_nationality": "IR", "asked": "وضع اقامت",
    }  # fmt: skip
