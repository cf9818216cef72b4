"""A child who says no to the camera is a full child: every step works without iris, and a complaint about how a
colleague spoke keeps that colleague from the child's file at once."""

from panah.story import forms
from panah.story.cast import Player
from panah.story.centre import Centre, demand
from panah.story.telling import Json, Told


def play(centre: Centre, player: Player) -> list[Told]:
    told = Told(player=player)
    (slot,) = centre.meet(told, with_iris=False)
    demand(told, "a case without iris", slot["outcome"] == "no_iris" and bool(slot["case_id"]))
    centre.record(told)
    centre.refused(told, "child_did_not_agree", "transfer", forms.transfer(agreed=False), "outreach")
    centre.bring_in(told, by_iris=False)
    centre.get_to_know(told, "PK", "claimed")
    _complaint(centre, told)
    _with_whom(centre, told)
    centre.task(told, "follow_up", forms.follow_up(), "social-worker")
    card = centre.letter(told, "card", {}, "case-manager", "case-manager")
    demand(told, "a card that is kept", bool(card["sha256"]))
    centre.end(told)
    return [told]


def _complaint(centre: Centre, told: Told) -> None:
    accused, officer = centre.staff["social-worker-2"], centre.staff["safeguarding-officer"]
    path = f"/api/cases/{told.case_id}"
    demand(told, "a colleague who sees the case before", accused.get(path).is_done)
    said = {
        "kind": "complaint", "told_by": "child", "concerns": ["shouted", "not_listened_to"], "where": "centre",
        "against": [{"kind": "staff", "account_id": accused.account_id}], "child_id": told.child_id,
        "wants": "می‌خواهد آن همکار دیگر نزد او نیاید",
    }  # fmt: skip
    centre.post(told, "complaint", "/api/safeguarding/reports", said, "psychologist")
    demand(told, "a file closed to the accused", accused.get(path).status == 404)
    report = officer.get("/api/safeguarding/reports").json["reports"][0]["id"]
    where = f"/api/safeguarding/reports/{report}"
    _act(centre, told, f"{where}/take", {})
    decision = {
        "outcome": "upheld", "findings": "دو همکار همین را گفتند", "measures": ["آموزش", "کار دور از کودک"],
        "answer": "حق با تو بود؛ دیگر او نزد تو نمی‌آید",
    }  # fmt: skip
    _act(centre, told, f"{where}/decision", decision)
    _act(centre, told, f"{where}/told", {"how": "in_person"})


def _act(centre: Centre, told: Told, path: str, body: Json) -> None:
    """The officer acts on the report as it stands."""
    officer, report = centre.staff["safeguarding-officer"], path.rpartition("/")[0]
    seen = {"if-match": officer.get(report).etag or ""}
    told.done("complaint", officer.send("POST", path, body, seen), officer, detail=path.rpartition("/")[2])


def _with_whom(centre: Centre, told: Told) -> None:
    player = told.player
    centre.weigh(told, "discharge")
    for why, of_receiver in (
        ("child_says_no", {"child_wishes_to_go": False}),
        ("child_is_afraid", {"child_is_afraid": True}),
        ("relation_not_proved", {"evidence": "none"}),
        ("receiver_accused", {"alleged_exploiter": True}),
    ):
        form = forms.discharge(player, by_iris=False, **of_receiver)
        centre.refused(told, why, "discharge", form, "case-manager")
    form = forms.discharge(player, by_iris=False)
    centre.task(told, "discharge", form, "case-manager", decided_by="centre-manager")
