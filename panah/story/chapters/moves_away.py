"""A child's mother lives in another province: the case goes there, asked by one, approved by another, and accepted by
the other office on a summary that names nobody. The old office keeps its receipt and reads for thirty days."""

import json
from datetime import datetime, timedelta
from typing import Any

from panah.story import forms
from panah.story.cast import Player
from panah.story.centre import Centre, demand
from panah.story.telling import Told

HERE = ("ادارهٔ شوش", "تهران", ("case-manager", "county-officer"))
THERE = ("ادارهٔ کرج", "البرز", ("case-manager-away", "county-officer-away"))
READS_FOR = timedelta(days=30)


def play(centre: Centre, player: Player) -> list[Told]:
    told = Told(player=player)
    centre.meet(told)
    centre.record(told)
    centre.bring_in(told)
    _, there = _office(centre, told, *HERE), _office(centre, told, *THERE)
    moving = {"to_office_id": there, "reason": "مادرش آنجاست", "needs": "مددکاری که هر هفته به خانه سر بزند"}
    path, manager = f"/api/cases/{told.case_id}/transfers", centre.staff["case-manager"]
    told.refused("case_transfer", "no_best_interests", manager.send("POST", path, moving), manager)
    centre.weigh(told, "transfer")
    hasty = forms.moved_province(THERE[1], THERE[0], "TR-0")
    centre.refused(told, "no_accepted_transfer", "moved_province", hasty, "case-manager", step="exit")
    asked = told.done("case_transfer", manager.send("POST", path, moving), manager, detail="asked")
    _approved(centre, told, asked["id"])
    _accepted(centre, told, asked["id"])
    _handed_over(centre, told, asked["id"])
    gone = forms.moved_province(THERE[1], THERE[0], asked["number"])
    centre.task(told, "moved_province", gone, "case-manager-away", step="exit", detail="moved_province")
    centre.task(told, "plan", forms.plan(), "case-manager-away")
    centre.end(told, "case-manager-away")
    return [told]


def _office(centre: Centre, told: Told, name: str, province: str, people: tuple[str, ...]) -> int:
    """An office, and who works there; as the administrator keeps them."""
    office: int = centre.post(told, "office", "/api/offices", {"name": name, "province": province}, "administrator")[
        "id"
    ]
    by, accounts = centre.staff["administrator"], [centre.staff[one].account_id for one in people]
    told.done("office", by.send("PUT", f"/api/offices/{office}/members", {"accounts": accounts}), by)
    return office


def _act(centre: Centre, told: Told, transfer: int, what: str, body: forms.Json, by: str, detail: str) -> Any:
    """By somebody who has the transfer before them as it stands."""
    person, path = centre.staff[by], f"/api/transfers/{transfer}"
    seen = {"if-match": person.get(path).etag or ""}
    return told.done("case_transfer", person.send("POST", f"{path}/{what}", body, seen), person, detail=detail)


def _approved(centre: Centre, told: Told, transfer: int) -> None:
    """Between provinces by the county's officer; until then the other office does not learn of it."""
    path, inside = f"/api/transfers/{transfer}", centre.staff["centre-manager"]
    demand(told, "a request that stays inside", centre.staff["county-officer-away"].get(path).status == 404)
    hasty = inside.send("POST", f"{path}/decision", {"granted": True})
    told.refused("case_transfer", "needs_county_officer", hasty, inside)
    _act(centre, told, transfer, "decision", {"granted": True}, "county-officer", "approved")


def _accepted(centre: Centre, told: Told, transfer: int) -> None:
    """The other office reads what is needed and not who it is."""
    there = centre.staff["county-officer-away"]
    summary = there.get(f"/api/transfers/{transfer}").json["summary"]
    names = (told.player.name, told.player.fathers_name, told.case_number, told.player.spot.name)
    written = json.dumps(summary, ensure_ascii=False)
    demand(told, "a summary without a name", bool(summary) and not any(name in written for name in names))
    demand(told, "a case closed to the other office", there.get(f"/api/cases/{told.case_id}").status == 404)
    taken = {"accepted": True, "owner_id": centre.staff["case-manager-away"].account_id}
    _act(centre, told, transfer, "answer", taken, "county-officer-away", "accepted")


def _handed_over(centre: Centre, told: Told, transfer: int) -> None:
    """The file is the new office's; the old one has its receipt, and for thirty days what it handed over."""
    old, path = centre.staff["case-manager"], f"/api/transfers/{transfer}"
    demand(told, "a case that is the new office's", old.get(f"/api/cases/{told.case_id}").status == 404)
    kept = told.done("receipt_kept", old.get(path), old)
    until = datetime.fromisoformat(kept["reads_until"]) - datetime.fromisoformat(kept["answered_at"])
    demand(told, "a receipt with its digest", kept["receipt"]["case_number"] == told.case_number)
    demand(told, "thirty days to read", until == READS_FOR and bool(old.get(f"{path}/file").json["entries"]))
