"""An Afghan sibling pair: the notice withheld for one after the screening of risks on return, sent for the other; both
go on together to an association's house."""

from typing import Any

from panah.story import forms
from panah.story.cast import Player
from panah.story.centre import Centre, demand
from panah.story.telling import Told

_DIRECTORATE = {"to": "ادارهٔ کل امور اتباع و مهاجران خارجی"}


def play(centre: Centre, one: Player, other: Player) -> list[Told]:
    tolds = [Told(player=one), Told(player=other)]
    centre.meet(*tolds)
    withheld, sent = tolds
    apart = forms.transfer(siblings=[other.name], siblings_together=False)
    centre.refused(withheld, "siblings_apart", "transfer", apart, "outreach")
    for told, sibling in ((withheld, sent), (sent, withheld)):
        centre.record(told)
        centre.bring_in(told, siblings=(sibling.player.name,))
        centre.get_to_know(told, "AF", "claimed")
        centre.ask_the_court(told)
        centre.weigh(told, "notice")
    _withheld(centre, withheld)
    _sent(centre, sent)
    partner = _association(centre, withheld)
    for told in tolds:
        _to_the_association(centre, told, partner)
        centre.end(told)
    demand(sent, "one house for both", withheld.state == sent.state == "referred_out")
    return tolds


def _list_of(told: Told, number: str) -> dict[str, Any]:
    """The closed list."""
    return {
        "letter_number": number, "case_number": told.case_number, "sex": told.player.sex,
        "age_band": told.player.age_band, "claimed_nationality": "AF", "asked": "وضع اقامت",
    }  # fmt: skip


def _withheld(centre: Centre, told: Told) -> None:
    sending = forms.notice("send", letter=_list_of(told, "0"), trafficking=True)
    centre.refused(told, "risk_on_return", "notice", sending, "legal-officer")
    kept_back = forms.notice("refer", refer_to="unhcr", trafficking=True)
    centre.task(told, "notice", kept_back, "legal-officer", decided_by="centre-manager", detail="withheld: refer")
    demand(told, "a notice that was not sent", centre.sheet(told)["notice"] == "not_sent")


def _sent(centre: Centre, told: Told) -> None:
    legal, manager = centre.staff["legal-officer"], centre.staff["centre-manager"]
    told_list = _list_of(told, "0")
    form = {key: told_list[key] for key in ("sex", "age_band", "claimed_nationality", "asked")} | _DIRECTORATE
    path = f"/api/cases/{told.case_id}/letters/directorate"
    wordy = legal.send("POST", path, {"form": form | {"asked": "نشانی خانه و مدرسهٔ کودک"}})
    told.refused("letter_drafted", "not_for_the_directorate", wordy, legal)
    drafted = told.done("letter_drafted", legal.send("POST", path, {"form": form}), legal, detail="directorate")
    issue, seen = f"/api/letters/{drafted['id']}/issue", {"if-match": drafted["etag"]}
    told.refused("letter_issued", "reentry_needed", manager.send("POST", issue, {}, seen), manager)
    early = manager.send("POST", issue, {}, seen | manager.password_again())
    told.refused("letter_issued", "notice_not_decided", early, manager)
    sending = forms.notice("send", letter=_list_of(told, drafted["number"]))
    asked = centre.hand_in(told, "notice", sending, "legal-officer")
    told.refused("notice", "not_your_role", centre.decide(asked.json["id"], "county-officer"),
                 centre.staff["county-officer"])  # fmt: skip
    told.done("notice", centre.decide(asked.json["id"], "centre-manager"), legal, manager, detail="send")
    centre.sign(told, drafted, manager)
    answer = {"answered_on": forms.today().isoformat(), "letter_number": "۷۷", "answer": "سابقه‌ای نیست"}
    centre.task(told, "notice_answer", answer, "legal-officer")
    written = {"number": "۷۷", "on": forms.today().isoformat(), "words": "سابقه‌ای نیست"}
    centre.post(told, "letter_answered", f"/api/letters/{drafted['id']}/answer", written, "legal-officer")


def _association(centre: Centre, told: Told) -> int:
    """The organisation outside, and who reads its referrals there; as the administrator keeps them."""
    opened = {"name": forms.ASSOCIATION, "kind": "ngo", "area": "شوش"}
    partner: int = centre.post(told, "partner", "/api/partners", opened, "administrator")["id"]
    by, people = centre.staff["administrator"], {"accounts": [centre.staff["association"].account_id]}
    told.done("partner", by.send("PUT", f"/api/partners/{partner}/people", people), by)
    return partner


def _to_the_association(centre: Centre, told: Told, partner: int) -> None:
    moving = forms.referral(told.player, moves_child=True)
    centre.refused(told, "no_best_interests", "referral", moving, "social-worker")
    centre.weigh(told, "placement")
    entry = centre.task(told, "referral", moving, "social-worker", detail=moving["receiver"])
    _handed_over(centre, told, {"entry_id": entry["id"], "partner_id": partner})
    more = {"facts": [{"what": "نشانی خانه", "value": told.player.spot.name}]}
    worker = centre.staff["social-worker"]
    wider = worker.send("POST", f"/api/cases/{told.case_id}/letters/ngo", {"form": more})
    told.refused("letter_drafted", "not_on_the_shared_list", wider, worker)
    centre.letter(told, "ngo", {}, "social-worker", "county-officer")
    centre.task(told, "follow_up", forms.follow_up(), "social-worker")


def _handed_over(centre: Centre, told: Told, handed: dict[str, int]) -> None:
    """The association sees the list, and nothing else of the child; it accepts and reports back."""
    outside = centre.staff["association"]
    centre.post(told, "referral_handed", f"/api/cases/{told.case_id}/referrals", handed, "social-worker")
    seen = outside.get("/api/received-referrals").json["referrals"][0]
    demand(told, "the shared list", seen["shared"] == forms.referral(told.player, moves_child=True)["shared"])
    demand(told, "a case closed to the association", outside.get(f"/api/cases/{told.case_id}").status == 404)
    path = f"/api/received-referrals/{seen['id']}"
    fresh = {"if-match": outside.get(path).etag or ""}
    told.done("referral_answered", outside.send("POST", f"{path}/answer", {"accepted": True}, fresh), outside)
    report = {"on": forms.today().isoformat(), "came": True, "words": "رسید و جای خوابش آماده بود"}
    told.done("referral_reported", outside.send("POST", f"{path}/reports", report), outside)
