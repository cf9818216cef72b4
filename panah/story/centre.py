"""What people of the centre do with a case, each act through HTTP and written down."""

from dataclasses import dataclass
from typing import Any

from panah.demo.plan import Outcome
from panah.story import forms
from panah.story.client import Answer, Client
from panah.story.errors import StoryWentWrong
from panah.story.staff import Staff
from panah.story.street import Street
from panah.story.telling import Json, Told


@dataclass(frozen=True, slots=True)
class Centre:
    staff: Staff
    street: Street

    # acts

    def hand_in(self, told: Told, task: str, form: Json, by: str, second: str | None = None) -> Answer:
        body: dict[str, Any] = {"form": form}
        if second is not None:
            body["second_id"] = self.staff[second].account_id
        return self.staff[by].send("POST", f"/api/cases/{told.case_id}/tasks/{task}", body)

    def decide(self, entry_id: int, by: str, *, granted: bool = True, reason: str = "") -> Answer:
        return self.staff[by].send(
            "POST", f"/api/entries/{entry_id}/decision", {"granted": granted, "reason": reason}
        )  # fmt: skip

    def task(
        self, told: Told, task: str, form: Json, by: str, *, second: str | None = None, decided_by: str = "",
        step: str = "", detail: str = "",
    ) -> Any:  # fmt: skip
        """Written, and where the law wants it decided by somebody else."""
        people = [self.staff[name] for name in (by, second, decided_by) if name]
        answer = self.hand_in(told, task, form, by, second)
        if answer.status == 202:
            answer = self.decide(answer.json["id"], decided_by)
        return told.done(step or task, answer, *people, detail=detail)

    def refused(
        self, told: Told, why: str, task: str, form: Json, by: str, *, second: str | None = None, step: str = ""
    ) -> None:
        answer = self.hand_in(told, task, form, by, second)
        told.refused(step or task, why, answer, *(self.staff[name] for name in (by, second) if name))

    def post(self, told: Told, step: str, path: str, body: Json, by: str, detail: str = "") -> Any:
        client = self.staff[by]
        return told.done(step, client.send("POST", path, body), client, detail=detail)

    def sheet(self, told: Told, by: str = "case-manager") -> Any:
        return self.staff[by].get(f"/api/cases/{told.case_id}").json

    # what several chapters share

    def meet(self, *tolds: Told, outcome: Outcome = "transfer", with_iris: bool = True) -> list[Any]:
        """A group met by the van; each child's record and case, if it has one, are known from here on."""
        slots = self.street.meet(*(told.player for told in tolds), outcome=outcome, with_iris=with_iris)
        for told, slot in zip(tolds, slots, strict=True):
            told.child_id = slot["child_id"]
            if slot["case_id"]:
                told.case_id, told.case_number = slot["case_id"], slot["case_number"]
            told.note("encounter", self.staff["outreach"], detail=slot["outcome"])
            if slot["outcome"] == "review":
                self._tell_apart(told)
        return slots

    def _tell_apart(self, told: Told) -> None:
        """Invented eyes are now and then as alike as a reviewer has to look at. Nobody here has two records with an
        iris, so two reviewers, who do not see each other's answer, say of every open question: not the same child."""
        for name in ("reviewer", "reviewer-2"):
            reviewer = self.staff[name]
            for asked in reviewer.get("/api/reviews").json["questions"]:
                path = f"/api/reviews/{asked['id']}"
                told.done("review", reviewer.send("POST", f"{path}/irises", {"view": "different"}), reviewer)
                verdict = {"verdict": "different", "note": "نقش عنبیه‌ها یکی نیست"}
                answer = reviewer.send("POST", f"{path}/verdict", verdict)
                told.done("review", answer, reviewer, detail="verdict: different")

    def record(self, told: Told) -> None:
        player = told.player
        age = {"low": player.age, "high": player.age + 1, "method": "said", "said_on": forms.today().isoformat()}
        known = {"given_name": player.name, "fathers_name": player.fathers_name, "sex": player.sex, "age": age}
        by = self.staff["case-manager"]
        told.done("record", by.send("PUT", f"/api/children/{told.child_id}/record", {"record": known}), by)

    def bring_in(self, told: Told, *, by_iris: bool = True, siblings: tuple[str, ...] = ()) -> None:
        """From the street into screening: transfer, arrival, its check, bath and meal."""
        together = {"siblings": list(siblings), "siblings_together": True} if siblings else {}
        self.task(told, "transfer", forms.transfer(**together), "outreach")
        self.task(told, "arrival", forms.arrival(), "screening", step="screening")
        second = None if by_iris else "social-worker"
        self.task(told, "arrival_check", forms.check(by_iris=by_iris), "screening", second=second)
        self.task(told, "urgent_need", forms.urgent_need(), "screening")

    def get_to_know(self, told: Told, country: str, standing: str, *, by: str = "two_statements") -> None:
        """Health and danger, the interview, who the child is, and the home."""
        self.task(told, "health_assessment", forms.health(), "clinician", second="psychologist")
        self.task(told, "interview", forms.interview(told.player), "psychologist")
        self.task(told, "identity", forms.identity(country, standing, by=by), "screening")
        self.task(told, "home_visit", forms.home_visit(), "social-worker", second="case-manager")

    def ask_the_court(self, told: Told) -> None:
        self.task(told, "judicial_order", forms.order(granted=False), "legal-officer", detail="asked")
        self.task(told, "judicial_order", forms.order(granted=True), "legal-officer", detail="granted")

    def weigh(self, told: Told, purpose: str) -> None:
        self.task(
            told, "best_interests", forms.best_interests(purpose), "case-manager", decided_by="psychologist",
            detail=purpose,
        )  # fmt: skip

    def letter(self, told: Told, kind: str, form: Json, by: str, signed_by: str, **more: Any) -> Any:
        """Drafted, looked at, and signed with the password once more."""
        writer, signer = self.staff[by], self.staff[signed_by]
        path = f"/api/cases/{told.case_id}/letters/{kind}"
        drafted = told.done("letter_drafted", writer.send("POST", path, {"form": form, **more}), writer, detail=kind)
        return self.sign(told, drafted, signer)

    def sign(self, told: Told, drafted: Any, signer: Client) -> Any:
        path = f"/api/letters/{drafted['id']}"
        demand(told, "a paper to look at", signer.get(f"{path}/pdf").body.startswith(b"%PDF"))
        told.done("letter_seen", signer.get(path), signer, detail=drafted["number"])
        headers = {"if-match": drafted["etag"], **signer.password_again()}
        issued = signer.send("POST", f"{path}/issue", {}, headers)
        return told.done("letter_issued", issued, signer, detail=drafted["kind"])

    def end(self, told: Told, by: str = "case-manager") -> None:
        told.state = self.sheet(told, by)["state"]


def demand(told: Told, what: str, true: bool) -> None:
    """Something that the law does by itself must have happened. Errors: StoryWentWrong."""
    if not true:
        raise StoryWentWrong(f"{what} of {told.player.name}", "it did not happen")
