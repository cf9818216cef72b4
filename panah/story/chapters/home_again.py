"""An Iranian child goes home to its mother, is met again, and the first thing seen is the promise that *we* broke."""

from panah.story import forms
from panah.story.cast import Player
from panah.story.centre import Centre, demand
from panah.story.telling import Told

VISITS = 4
"""Of the calmest rhythm: 7, 30, 90 and 180 days; the story does not wait for them."""


def play(centre: Centre, player: Player) -> list[Told]:
    told = Told(player=player)
    centre.meet(told)
    centre.record(told)
    centre.bring_in(told)
    centre.get_to_know(told, "IR", "documented", by="document")
    _kept_on_an_order(centre, told)
    _home(centre, told)
    _followed_and_closed(centre, told)
    _met_again(centre, told)
    centre.end(told)
    return [told]


def _kept_on_an_order(centre: Centre, told: Told) -> None:
    keeping = {"reason": "خانه هنوز آماده نیست", "where": "مرکز شوش"}
    centre.task(told, "judicial_order", forms.order(granted=False), "legal-officer", detail="asked")
    centre.refused(told, "no_order", "keeping", keeping, "screening")
    centre.task(told, "judicial_order", forms.order(granted=True), "legal-officer", detail="granted")
    court = {"to": "ریاست محترم شعبهٔ ۱۲", "subject": "اعلام اجرای دستور", "body": "دستور نگهداری اجرا شد."}
    centre.letter(told, "court", court, "legal-officer", "centre-manager")
    centre.task(told, "keeping", keeping, "screening", decided_by="centre-manager")
    centre.task(told, "plan", forms.plan(), "case-manager")
    centre.refused(told, "child_still_in_our_hands", "closure", {"reason": "تمام شد"}, "case-manager")
    centre.refused(told, "nobody_may_waive", "skip", {"task": "judicial_order", "reason": "وقت نیست"}, "case-manager")


def _home(centre: Centre, told: Told) -> None:
    player, manager = told.player, centre.staff["case-manager"]
    centre.refused(told, "needs_another_task_first", "discharge", forms.discharge(player), "case-manager")
    only = forms.best_interests("discharge", grounds=["guardians_commitment"])
    centre.refused(told, "commitments_alone", "best_interests", only, "case-manager")
    asked = centre.hand_in(told, "best_interests", forms.best_interests("discharge"), "case-manager")
    told.refused("best_interests", "own_request", centre.decide(asked.json["id"], "case-manager"), manager)
    agreed = centre.decide(asked.json["id"], "psychologist")
    told.done("best_interests", agreed, manager, centre.staff["psychologist"], detail="discharge")
    centre.post(told, "promise", f"/api/cases/{told.case_id}/promises", forms.promise(), "case-manager")
    centre.post(told, "commitment", f"/api/cases/{told.case_id}/commitments", forms.commitment(player), "case-manager")
    pledged = {"guardian": player.mother, "relation": "مادر"}
    centre.letter(told, "commitment", pledged, "case-manager", "case-manager")
    centre.task(told, "discharge", forms.discharge(player), "case-manager", decided_by="centre-manager")
    centre.letter(told, "receipt", {}, "case-manager", "case-manager")


def _followed_and_closed(centre: Centre, told: Told) -> None:
    centre.refused(told, "promises_open", "closure", {"reason": "خانواده سر پا است"}, "case-manager")
    ours = centre.sheet(told)["promises"][0]
    broken = {"how": "broken", "note": "کیف خریده نشد؛ بودجه نرسید"}
    centre.post(told, "promise_broken", f"/api/promises/{ours['id']}/end", broken, "case-manager")
    centre.refused(told, "follow_up_unfinished", "closure", {"reason": "خانواده سر پا است"}, "case-manager")
    for _ in range(VISITS):
        centre.task(told, "follow_up", forms.follow_up(), "social-worker")
    centre.task(told, "closure", {"reason": "پیگیری تمام شد"}, "case-manager", decided_by="county-officer")
    centre.refused(told, "case_closed", "follow_up", forms.follow_up(), "social-worker")


def _met_again(centre: Centre, told: Told) -> None:
    first, manager = told.child_id, centre.staff["case-manager"]
    (slot,) = centre.meet(told)
    demand(told, f"recognition by iris ({slot['outcome']})", slot["child_id"] == first and slot["outcome"] == "known")
    demand(told, "a proposal to reopen", bool(slot["proposal_id"]))
    answer = manager.form(f"/proposals/{slot['proposal_id']}/accept", {}, page="/proposals")
    demand(told, "reopening", answer.status == 303)
    sheet = centre.sheet(told)
    ours = sheet["promises"][0]
    demand(told, "our broken promise before everything else", ours["unkept"] and ours["ended"] == "broken")
    demand(told, "an open case again", sheet["state"] == "intake")
    told.note("reopen", manager, detail=f"قول ما که ماند: {ours['words']}")
    centre.post(told, "promise", f"/api/cases/{told.case_id}/promises", forms.promise(), "case-manager", "دوباره")
