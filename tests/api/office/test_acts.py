"""The office's calls about acts, as a program there makes them."""

from tests.api.conftest import Served

ACT = {"member": "V1", "rule": "A02", "performed_on": "2022-07-02"}
HOURLY = {
    "rule": "A02",
    "name_zh": "清扫",
    "name_en": "Cleaning",
    "sign": 1,
    "unit": "hour",
    "points": 2,
}


def test_a_refusal_is_said_in_the_words_of_its_call(served: Served) -> None:
    """Refusals of one code say different things: of an act's times, and of a reported time."""
    book = {"rulebook": "2", "in_force_from": "2022-07-02", "rules": [HOURLY]}
    answers = [
        served.client.post(f"{served.path}/{call}", json=body, headers=served.headers("S", call))
        for call, body in (("rulebooks", book), ("acts", ACT))
    ]
    assert [201, 409] == [answer.status_code for answer in answers]
    refusal = answers[1].json()
    title = "Start and end cannot be read, or the end is not after the start."
    assert ("time_invalid", title) == (refusal["code"], refusal["title"])
