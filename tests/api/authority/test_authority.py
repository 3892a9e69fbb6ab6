"""Every call by every post: whoever may is let through, whoever may not is told so by its code."""

from collections.abc import Iterator
from itertools import product

import msgspec
import pytest
from fastapi.testclient import TestClient

from api.hosting.house import House
from ledger.commands.keys import GrantKey
from ledger.server import Database
from ledger.states.keys import Scope
from ledger.states.officers import PostKind
from tests.api.authority.sending import ROUTES, send
from tests.api.authority.subjects import SUBJECTS, Subject
from tests.api.authority.table import ROWS, Row
from tests.api.ground import VARIANTS, Ground, prepared
from tests.support.ledgers import SECRETARY
from tests.support.live import LiveLedger, app_of, live_house, started

KEYED = [row for row in ROWS.values() if row.keyed]
OWN = [row for row in KEYED if "own" in row.remarks]


class Calls:
    """Makes calls on the ground; a subject that was not used up serves again."""

    def __init__(self, ground: Ground, client: TestClient, foreign: str) -> None:
        self.ground, self.client, self.foreign = ground, client, foreign
        self._subjects: dict[str, Subject] = {}

    def subject(self, row: Row) -> Subject:
        """What the call is to act on."""
        if row.operation not in self._subjects:
            self._subjects[row.operation] = SUBJECTS[row.operation](self.ground)
        return self._subjects[row.operation]

    def code(
        self,
        row: Row,
        key: str | None,
        community: str | None = None,
        subject: Subject | None = None,
    ) -> str | None:
        """What the call with a key is refused with; None when it succeeded."""
        subject = subject or self.subject(row)
        community = community or self.ground.house.community
        response = send(self.client, self.ground, row.operation, subject, key, community=community)
        # Each line of a batch is answered by itself.
        batch = row.operation == "exchange_batch" and response.status_code == 200
        answer = msgspec.json.decode(response.content) if batch or response.is_error else {}
        status = answer["status"] if batch else response.status_code
        assert answer.get("status", status) == status
        if status < 300:
            self._subjects.pop(row.operation, None)
            return None
        return str(answer["code"])


@pytest.fixture(scope="module")
def calls(database: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Calls]:
    """The ground and a second community, served together."""
    folder = tmp_path_factory.mktemp("authority")
    with prepared(database, "authority", folder) as ground:
        other = live_house(database, "elsewhere", folder)
        ledger = LiveLedger(other.writer, other.store)
        ledger.open()
        with started(other):
            houses = {house.community: house for house in (ground.house, other)}
            with TestClient(app_of(houses)) as client:
                yield Calls(ground, client, _key(ledger, other))


def _key(ledger: LiveLedger, house: House) -> str:
    key = house.keyring.new_key(Scope.OFFICE)
    digest = house.keyring.digest(house.community, key)
    ledger.do(GrantKey(officer="S", scope=Scope.OFFICE, digest=digest), SECRETARY)
    return key


def test_the_table_has_every_call() -> None:
    """The table and the subjects name exactly the calls that the application has."""
    assert set(ROUTES) == set(ROWS) == set(SUBJECTS)


@pytest.mark.parametrize("row", KEYED, ids=lambda row: row.operation)
def test_posts_terms_and_kin(calls: Calls, row: Row) -> None:
    """Each post, in its term or after it, for kin or for others, is answered as the table says."""
    keys = calls.ground.keys
    officers = list(product(VARIANTS, PostKind))
    expected = {f"{variant}-{post}": row.expected(variant, post) for variant, post in officers}
    answered = {officer: calls.code(row, keys[officer, row.scope]) for officer in expected}
    assert expected == answered


@pytest.mark.parametrize("row", KEYED, ids=lambda row: row.operation)
def test_scopes(calls: Calls, row: Row) -> None:
    """A key of another scope opens nothing, whatever post its officer holds."""
    wrong = None if "open" in row.remarks else "scope_wrong"
    expected = {scope: None if scope in row.scopes else wrong for scope in Scope}
    keys = calls.ground.keys
    answered = {scope: calls.code(row, keys[row.officer, scope]) for scope in Scope}
    assert expected == answered


@pytest.mark.parametrize("row", KEYED, ids=lambda row: row.operation)
def test_keys(calls: Calls, row: Row) -> None:
    """No key, one that was never granted, one of elsewhere and a revoked one get no answer."""
    ground = calls.ground
    unknown = ground.house.keyring.new_key(row.scope)
    expected = [
        None if "open" in row.remarks else "key_missing",
        "key_not_known",
        "key_not_known",
        "key_not_known",
        "key_revoked",
    ]
    revoked = ground.keys["revoked", row.scope]
    answered = [calls.code(row, key) for key in (None, "x", unknown, calls.foreign, revoked)]
    assert expected == answered


@pytest.mark.parametrize("row", KEYED, ids=lambda row: row.operation)
def test_other_communities(calls: Calls, row: Row) -> None:
    """A key opens nothing in another community, nor in one that is not served."""
    key = calls.ground.keys[row.officer, row.scope]
    answered = [calls.code(row, key, community) for community in ("elsewhere", "nowhere")]
    assert ["key_not_known", "community_unknown"] == answered


@pytest.mark.parametrize("operation", [row.operation for row in ROWS.values() if not row.keyed])
def test_open_calls(calls: Calls, operation: str) -> None:
    """What is for everybody needs no key."""
    assert calls.code(ROWS[operation], None) is None


@pytest.mark.parametrize("post", PostKind)
@pytest.mark.parametrize("row", OWN, ids=lambda row: row.operation)
def test_officers_and_what_is_their_own(calls: Calls, row: Row, post: PostKind) -> None:
    """Officers of any post name relatives, give up a post and revoke a key of their own."""
    ground, officer = calls.ground, f"leaves-{post}"
    ground.appoint(officer, post)
    subjects = {
        "declare_relatives": Subject({}, {"officer": officer, "household": "H2"}),
        "end_term": Subject({"post": ground.posts[officer]}),
        "revoke_key": Subject({"key": ground.key_ids[officer, row.scope]}),
    }
    key = ground.keys[officer, row.scope]
    assert calls.code(row, key, subject=subjects[row.operation]) is None
