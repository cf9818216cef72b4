"""What comes next for one child of an encounter. Pure: decided from outcome words and states alone."""

from enum import StrEnum


class NextStep(StrEnum):
    ANSWER_REVIEW = "answer_review"
    """A person decides whether this is a child we know; services go on meanwhile."""
    SCAN_AGAIN = "scan_again"
    DECIDE_REOPENING = "decide_reopening"
    OPEN_CASE = "open_case"
    """There is an open case: look at it."""
    COUNTY_LIST = "county_list"
    """Met on the street: proposed to the county, no case."""
    NONE = "none"


def next_step(*, outcome: str, case_state: str | None, proposal: str | None) -> NextStep:
    """`case_state` is that of the child's case shown, `proposal` the kind of the child's open proposal, if any.

    A child we are unsure of is first a question for a reviewer; what hurts most to forget (a closed case that
    should open again) goes before what is already open.
    """
    if outcome == "review":
        return NextStep.ANSWER_REVIEW
    if outcome == "cannot_tell":
        return NextStep.SCAN_AGAIN
    if proposal == "reopen":
        return NextStep.DECIDE_REOPENING
    if case_state is not None and case_state != "closed":
        return NextStep.OPEN_CASE
    if proposal == "county_list":
        return NextStep.COUNTY_LIST
    return NextStep.NONE
