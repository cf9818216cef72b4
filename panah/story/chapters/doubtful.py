"""Two records that may be one child: two reviewers who do not see each other's answer agree, two people merge them, and
the merge is taken back whole when it proves wrong."""

from typing import Any

from panah.story.cast import Player
from panah.story.centre import Centre, demand
from panah.story.telling import Told

Done = dict[str, Any]


def play(centre: Centre, player: Player) -> tuple[list[Told], Done, Done]:
    told = Told(player=player)
    centre.meet(told, outcome="aid_only", with_iris=False)
    first = told.child_id
    centre.meet(told)
    second = told.child_id
    demand(told, "two records", first != second)
    centre.record(told)
    centre.bring_in(told)
    question = _asked_and_answered(centre, told, first, second)
    merge, merged = _merged(centre, told, question, (first, second))
    undone = _taken_back(centre, told, merge, (first, second))
    centre.end(told)
    return [told], merged, undone


def _asked_and_answered(centre: Centre, told: Told, first: int, second: int) -> int:
    supposed = {"child_id": second, "other_id": first, "reason": "نام و جا یکی است"}
    question: int = centre.post(told, "review_asked", "/api/reviews", supposed, "social-worker")["question_id"]
    path = f"/api/reviews/{question}"
    for name in ("reviewer", "reviewer-2"):
        reviewer = centre.staff[name]
        if name == "reviewer":
            hasty = reviewer.send("POST", f"{path}/verdict", {"verdict": "same"})
            told.refused("review", "irises_first", hasty, reviewer)
        seen = reviewer.send("POST", f"{path}/irises", {"view": "cannot_tell"})
        told.done("review", seen, reviewer, detail="irises: cannot_tell")
        said = reviewer.send("POST", f"{path}/verdict", {"verdict": "same", "note": "نام، سن و جا می‌خواند"})
        told.done("review", said, reviewer, detail="verdict: same")
        if name == "reviewer":
            early = reviewer.send("POST", f"{path}/merge", {})
            told.refused("merge", "not_agreed", early, reviewer)
    return question


def _merged(centre: Centre, told: Told, question: int, children: tuple[int, int]) -> tuple[int, Done]:
    asker, decider = centre.staff["reviewer"], centre.staff["centre-manager"]
    plan = asker.get(f"/api/reviews/{question}/merge").json["plan"]
    asked = told.done("merge", asker.send("POST", f"/api/reviews/{question}/merge", {}), asker, detail="asked")
    merge = asked["id"]
    path = f"/api/merges/{merge}"
    seen = {"if-match": decider.get(path).etag or ""}
    answer = decider.send("POST", f"{path}/decision", {"accept": True}, seen)
    done = told.done("merge", answer, asker, decider, detail=done_state(answer.json))
    demand(told, "a merge that was carried out", done["state"] == "done")
    return merge, {
        "id": merge, "question": question, "children": list(children), "survivor": plan["survivor_id"],
        "asked_by": asker.full_name, "decided_by": decider.full_name, "state": done["state"],
    }  # fmt: skip


def done_state(body: Any) -> str:
    return str(body["state"])


def _taken_back(centre: Centre, told: Told, merge: int, children: tuple[int, int]) -> Done:
    county, manager = centre.staff["county-officer"], centre.staff["case-manager"]
    note = {"what": "دیدار دوباره", "words": "هفتهٔ دیگر می‌بینمت", "by_whom": "مددکار", "due_on": "1406/01/01"}
    centre.post(told, "promise", f"/api/cases/{told.case_id}/promises", note, "case-manager")
    path, reason = f"/api/merges/{merge}", "برادر بزرگ‌ترش بود، نه خودش"
    since = county.get(f"{path}/since").json["rows"]
    seen = {"if-match": county.get(path).etag or ""}
    if since:
        told.refused("unmerge", "choice_missing", county.send("POST", f"{path}/undo", {"reason": reason}, seen), county)
    rows = {row["key"]: "survivor" for row in since}
    answer = county.send("POST", f"{path}/undo", {"reason": reason, "rows": rows}, seen)
    undone = told.done("unmerge", answer, county, detail=done_state(answer.json))
    back = [manager.get(f"/api/children/{child}").is_done for child in children]
    demand(told, "two records again", undone["state"] == "undone" and all(back))
    return {
        "id": merge, "children": list(children), "by": county.full_name, "rows_since": len(rows),
        "state": undone["state"],
    }  # fmt: skip
