"""What a national programme does all day: insert, identify, find the one who came twice."""

from cryptography.hazmat.primitives import hashes

from abis.share.sealed import ShareKey
from tests.abis.conftest import NOW, Abis, ShareServer, Start
from tests.abis.makers import as_bytes, certificate_of, message, partner_key, person, sealed_share


def test_who_was_inserted_twice_is_found_and_nobody_else(abis: Abis, share: ShareServer) -> None:
    for name, seed, shot in (("a", 1, 0), ("b", 2, 0), ("a-again", 1, 5)):
        answer = abis.ask("insert", referenceId=name, referenceURL=share.put(person(seed, shot=shot)))
        assert answer["returnValue"] == "1"
    assert abis.found(referenceId="a-again", referenceURL="") == ["a"]
    assert abis.found(referenceId="b") == []
    assert abis.ask("referenceCount")["count"] == "3"


def test_a_restart_keeps_everything(start: Start, share: ShareServer) -> None:
    first = start()
    for name, seed, shot in (("a", 1, 0), ("b", 2, 0), ("a-again", 1, 5)):
        first.ask("insert", referenceId=name, referenceURL=share.put(person(seed, shot=shot)))
    first.close()
    again = start()
    assert again.ask("referenceCount")["count"] == "3"
    assert again.found(referenceId="a-again") == ["a"]
    assert again.ask("insert", referenceId="b", referenceURL=share.put(person(9)))["failureReason"] == "10"


def test_insert_compares_with_nobody(abis: Abis, share: ShareServer) -> None:
    url = share.put(person(1))
    assert abis.ask("insert", referenceId="a", referenceURL=url)["returnValue"] == "1"
    assert abis.ask("insert", referenceId="b", referenceURL=url)["returnValue"] == "1"


def test_encrypted_data_shares_are_opened(start: Start, share: ShareServer) -> None:
    key = partner_key()
    abis = start(key=ShareKey(key, certificate_of(key).fingerprint(hashes.SHA256())))
    for name, seed, shot in (("a", 1, 0), ("a-again", 1, 5)):
        url = share.put(sealed_share(person(seed, shot=shot), key))
        assert abis.ask("insert", referenceId=name, referenceURL=url)["returnValue"] == "1"
    assert abis.found(referenceId="a-again") == ["a"]


def test_a_probe_may_come_by_its_address_alone_and_is_not_kept(abis: Abis, share: ShareServer) -> None:
    abis.ask("insert", referenceId="a", referenceURL=share.put(person(1)))
    assert abis.found(referenceURL=share.put(person(1, shot=5))) == ["a"]
    assert abis.ask("referenceCount")["count"] == "1"


def test_the_known_reference_goes_before_the_address(abis: Abis, share: ShareServer) -> None:
    abis.ask("insert", referenceId="a", referenceURL=share.put(person(1)))
    assert abis.found(referenceId="a", referenceURL="http://127.0.0.1:1/never-asked") == []


def test_a_gallery_narrows_the_search_and_unknown_ids_in_it_are_passed_over(abis: Abis, share: ShareServer) -> None:
    for name in ("a", "b", "c"):
        abis.ask("insert", referenceId=name, referenceURL=share.put(person(1)))
    among = {"referenceIds": [{"referenceId": "c"}, {"referenceId": "nobody"}]}
    answer = abis.ask("identify", referenceId="a", gallery=among)
    assert [c["referenceId"] for c in answer["candidateList"]["candidates"]] == ["c"]
    assert answer["candidateList"]["analytics"]["gallerySize"] == "1"
    assert sorted(abis.found(referenceId="a", gallery={"referenceIds": []})) == ["b", "c"]


def test_candidates_come_in_the_order_of_agreement_and_no_more_than_asked_for(abis: Abis, share: ShareServer) -> None:
    for name, shot in (("near", 0), ("far", 5), ("probe", 0)):
        abis.ask("insert", referenceId=name, referenceURL=share.put(person(1, shot=shot)))
    assert abis.found(referenceId="probe") == ["near", "far"]
    assert abis.found(referenceId="probe", flags={"maxResults": "1", "flag1": "value1"}) == ["near"]


def test_scores_stand_only_inside_analytics_and_everything_is_text(abis: Abis, share: ShareServer) -> None:
    for name in ("a", "b"):
        abis.ask("insert", referenceId=name, referenceURL=share.put(person(1)))
    answer = abis.ask("identify", referenceId="a", flags={"targetFPIR": "40"})
    listed = answer["candidateList"]
    assert listed["count"] == "1"
    assert listed["analytics"]["targetFPIR"] == "40"
    (candidate,) = listed["candidates"]
    assert candidate.keys() == {"referenceId", "analytics", "modalities"}
    assert candidate["modalities"][0]["biometricType"] == "IIR"
    assert candidate["analytics"] == {"confidence": "99", "internalScore": "0.0000"}
    assert all(isinstance(value, str) for value in candidate["modalities"][0]["analytics"].values())


def test_delete_removes_that_entry_alone_and_its_id_may_be_used_again(abis: Abis, share: ShareServer) -> None:
    for name in ("a", "b", "c"):
        abis.ask("insert", referenceId=name, referenceURL=share.put(person(1)))
    assert abis.ask("delete", referenceId="b")["returnValue"] == "1"
    assert abis.found(referenceId="a") == ["c"]
    assert abis.ask("insert", referenceId="b", referenceURL=share.put(person(2)))["returnValue"] == "1"
    assert abis.found(referenceId="a") == ["c"]


def test_one_eye_is_enough_on_either_side(abis: Abis, share: ShareServer) -> None:
    abis.ask("insert", referenceId="both", referenceURL=share.put(person(1)))
    abis.ask("insert", referenceId="left", referenceURL=share.put(person(1, shot=5, eyes=("left",))))
    assert abis.found(referenceId="left") == ["both"]
    assert abis.found(referenceId="both") == ["left"]


def test_an_answer_repeats_the_request_and_carries_utc_with_milliseconds(abis: Abis) -> None:
    asked = message("ping")
    assert abis.tell(as_bytes(asked)) == {
        "id": "mosip.abis.ping",
        "requestId": asked["requestId"],
        "responsetime": "2026-11-24T03:04:05.678Z",
        "returnValue": "1",
    }
    assert NOW.microsecond == 678901


def test_pending_jobs_are_counted_as_text(abis: Abis) -> None:
    assert abis.ask("pendingJobs")["jobscount"] == "0"


def test_a_message_handed_over_again_by_the_queue_is_told_the_same_again(abis: Abis, share: ShareServer) -> None:
    raw = as_bytes(message("insert", referenceId="a", referenceURL=share.put(person(1))))
    assert b'"returnValue": "1"' in abis.desk.receive(raw).result()
    assert b'"returnValue": "1"' in abis.desk.receive(raw, redelivered=True).result()
    other = as_bytes(message("insert", referenceId="a", referenceURL=share.put(person(1))))
    assert b'"failureReason": "10"' in abis.desk.receive(other, redelivered=True).result()
    assert b'"failureReason": "10"' in abis.desk.receive(raw).result()
    gone = as_bytes(message("delete", referenceId="a"))
    assert b'"returnValue": "1"' in abis.desk.receive(gone).result()
    assert b'"returnValue": "1"' in abis.desk.receive(gone, redelivered=True).result()
