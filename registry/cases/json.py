"""Cases and proposals for programs."""

from typing import Any

from registry.cases.queries import CaseRow, CaseView, ProposalRow
from registry.cases.tables import Case


def case_row_json(row: CaseRow) -> dict[str, Any]:
    return _case(row.case) | {"open_proposal_id": row.proposal.id if row.proposal else None}


def case_json(view: CaseView) -> dict[str, Any]:
    history = [
        {"at": event.at.isoformat(), "kind": event.kind, "actor": event.actor, "slot_id": event.slot_id}
        for event in view.case.events
    ]
    waiting = next((proposal.id for proposal in view.proposals if proposal.state == "open"), None)
    return _case(view.case) | {"history": history, "open_proposal_id": waiting}


def proposal_json(row: ProposalRow) -> dict[str, Any]:
    proposal = row.proposal
    return {
        "id": proposal.id,
        "kind": proposal.kind,
        "child_id": proposal.child_id,
        "case_id": proposal.case_id,
        "times": proposal.times,
        "opened_at": proposal.opened_at.isoformat(),
        "due_at": proposal.due_at.isoformat() if proposal.due_at else None,
        "encounter_id": row.encounter.id,
        "place": row.encounter.place_name,
    }


def _case(case: Case) -> dict[str, Any]:
    return {
        "id": case.id,
        "number": case.number,
        "state": case.state,
        "child_id": case.child_id,
        "opened_at": case.opened_at.isoformat(),
        "closed_at": case.closed_at.isoformat() if case.closed_at else None,
    }
