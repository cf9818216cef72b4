"""Why not. Each refusal is one word for programs and a sentence in both languages (`law.<word>`)."""

from enum import StrEnum


class Refusal(StrEnum):
    # who
    NOT_YOUR_ROLE = "not_your_role"
    NOT_YOUR_CASE = "not_your_case"
    OWN_REQUEST = "own_request"
    NEEDS_SECOND_PERSON = "needs_second_person"
    SECOND_PERSON_LACKS_ROLE = "second_person_lacks_role"
    # when
    CASE_CLOSED = "case_closed"
    WRONG_STATE = "wrong_state"
    NO_SUCH_MOVE = "no_such_move"
    NEEDS_ANOTHER_TASK_FIRST = "needs_another_task_first"
    WAITS_FOR_DECISION = "waits_for_decision"
    NOTHING_TO_CORRECT = "nothing_to_correct"
    NEW_LETTER_NEEDED = "new_letter_needed"
    NOT_OF_A_CASE = "not_of_a_case"
    IN_THE_FUTURE = "in_the_future"
    DATE_PASSED = "date_passed"
    AFTER_IT_WAS_WRITTEN = "after_it_was_written"
    # skipping
    NOBODY_MAY_WAIVE = "nobody_may_waive"
    NOT_OPEN = "not_open"
    # transfer and arrival
    CHILD_DID_NOT_AGREE = "child_did_not_agree"
    PROSECUTOR_NOT_TOLD = "prosecutor_not_told"
    SIBLINGS_APART = "siblings_apart"
    # keeping
    NO_ORDER = "no_order"
    ORDER_REFUSED = "order_refused"
    ORDER_EXPIRED = "order_expired"
    # best interests
    NO_BEST_INTERESTS = "no_best_interests"
    COMMITMENTS_ALONE = "commitments_alone"
    # discharge
    CHILD_NOT_ASKED_ALONE = "child_not_asked_alone"
    CHILD_SAYS_NO = "child_says_no"
    CHILD_IS_AFRAID = "child_is_afraid"
    CHILD_DOES_NOT_KNOW_RECEIVER = "child_does_not_know_receiver"
    RELATION_NOT_PROVED = "relation_not_proved"
    RECEIVER_ACCUSED = "receiver_accused"
    RECEIVER_KEPT_AWAY = "receiver_kept_away"
    KEPT_AWAY_AT_HOME = "kept_away_at_home"
    ORDERS_TERMS_UNMET = "orders_terms_unmet"
    FAMILY_NOT_REVIEWED = "family_not_reviewed"
    BELONGINGS_NOT_RETURNED = "belongings_not_returned"
    FIRST_FOLLOW_UP_TOO_LATE = "first_follow_up_too_late"
    # quasi-family
    UNDER_SIX_NEEDS_INFANT_HOME = "under_six_needs_infant_home"
    TOO_OLD_FOR_INFANT_HOME = "too_old_for_infant_home"
    # notice
    IRANIAN_WAY = "iranian_way"
    RISK_ON_RETURN = "risk_on_return"
    DECIDED_BEFORE = "decided_before"
    NOTICE_OF_ANOTHER_CASE = "notice_of_another_case"
    NATIONALITY_DIFFERS = "nationality_differs"
    NOTHING_WAS_SENT = "nothing_was_sent"
    # leaving
    NOT_YET_EIGHTEEN = "not_yet_eighteen"
    NO_ACCEPTED_TRANSFER = "no_accepted_transfer"
    PROVINCE_HAS_OFFICE = "province_has_office"
    REVIEW_OF_EXIT_WAITS = "review_of_exit_waits"
    CHILD_STILL_IN_OUR_HANDS = "child_still_in_our_hands"
    FOLLOW_UP_UNFINISHED = "follow_up_unfinished"
    PROMISES_OPEN = "promises_open"
    # promises and commitments
    ENDED_BEFORE = "ended_before"


ABOUT_THE_PERSON = frozenset(
    {Refusal.NOT_YOUR_ROLE, Refusal.NOT_YOUR_CASE, Refusal.OWN_REQUEST, Refusal.SECOND_PERSON_LACKS_ROLE}
)
"""Somebody else could; the others hold for everybody."""
