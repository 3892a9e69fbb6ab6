"""What the office looks up: acts that wait, objections, residents, posts, keys."""

from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Query, Response

from api.office.bodies import SearchBody
from api.web.calls import BEARER, Calling, Served, keyed
from api.web.documented import ADMITTED, BOOKS, HEADERS, Responses, link, linked, problems
from api.web.fields import Shown
from api.web.waiting import Books, say_position
from ledger.log.canonical import MAX_INTEGER
from ledger.log.datastore import LogDatastore
from ledger.states.keys import Scope
from ledger.states.officers import PostKind
from projections.acts import Acts
from projections.community import Community
from projections.notices import Notices
from projections.office import acts_at, members_like, open_objections, posts_after
from projections.people import People
from projections.views import view

PAGE_MAX: Final = 500
ACT_POSTS: Final = (
    PostKind.SECRETARY,
    PostKind.GRID_LEADER,
    PostKind.REVIEWER,
    PostKind.SECOND_REVIEWER,
    PostKind.SUPERVISOR,
)
PEOPLE_POSTS: Final = (PostKind.SECRETARY, PostKind.GRID_LEADER)
OVERSIGHT_POSTS: Final = (PostKind.SECRETARY, PostKind.SUPERVISOR)

Stage = Literal[
    "recorded",
    "reviewed",
    "declined",
    "approved",
    "posted",
    "awarded",
    "capped",
    "refused",
    "reversed",
]
After = Annotated[int, Query(ge=0, le=MAX_INTEGER, description="Only what came behind this.")]
Limit = Annotated[int, Query(ge=1, le=PAGE_MAX, description="How many at most.")]


def answered(*links: tuple[str, dict[str, Any]]) -> Responses:
    """The responses of a call that reads the books, and what may come after it."""
    return {**problems(*ADMITTED, *BOOKS), 200: {"headers": HEADERS, **linked(*links)}}


reads = APIRouter(
    prefix="/api/v1/{community}",
    tags=["office: reading"],
    route_class=keyed(Scope.OFFICE),
    dependencies=[BEARER],
)


class ActShown(Shown):
    """An act as the office sees it; ``name`` is null where the person was erased."""

    act: str
    position: int
    stage: str
    member: str
    name: str | None
    rule: str
    performed_on: str
    minutes: int | None
    register_number: int | None
    registered_at: str
    recorder: str
    reviewer: str | None
    remark: str
    closes_at: str | None


class ActsShown(Shown):
    """A page of acts; ask again behind the ``position`` of the last one."""

    acts: list[ActShown]
    as_of: int


class ObjectionShown(Shown):
    """An objection that waits for the supervisors."""

    objection: str
    position: int
    act: str
    raised_at: str
    statement: str | None


class ObjectionsShown(Shown):
    """A page of objections; ask again behind the ``position`` of the last one."""

    objections: list[ObjectionShown]
    as_of: int


class MemberShown(Shown):
    """A resident."""

    member: str
    household: str
    name: str
    phone: str
    team: str
    consent: str


class MembersShown(Shown):
    """Residents that were found."""

    members: list[MemberShown]
    as_of: int


class PostShown(Shown):
    """A post for its term, and who holds it."""

    post: str
    kind: str
    begins: str
    ends: str | None
    officer: str | None
    name: str | None


class PostsShown(Shown):
    """A page of posts; ask again behind the ``post`` of the last one."""

    posts: list[PostShown]
    as_of: int


class KeyShown(Shown):
    """A key by its public id."""

    key: str
    scope: str
    officer: str
    revoked: bool


class KeysShown(Shown):
    """Every key that was granted."""

    keys: list[KeyShown]
    as_of: int


@reads.get("/acts", responses=answered(link("review_act", act="acts/0/act")))
async def list_acts(
    house: Books,
    caller: Calling,
    response: Response,
    stage: Annotated[Stage, Query(description="Where the acts stand.")] = "recorded",
    after: After = 0,
    limit: Limit = 100,
) -> ActsShown:
    """Acts at a stage, for instance those that wait for a review."""
    await house.admit_later(caller, lambda _context, post: post.post, *ACT_POSTS)

    def read(books: LogDatastore) -> ActsShown:
        with view(books, Acts, People) as seen:
            found = acts_at(seen.connection, stage, after, limit)
            acts = [ActShown(**act._asdict()) for act in found]
            return ActsShown(acts=acts, as_of=seen.position)

    shown = await house.read_later(read)
    say_position(response, shown.as_of)
    return shown


@reads.get(
    "/objections",
    responses=answered(
        link("decide_objection", act="objections/0/act", objection="objections/0/objection")
    ),
)
async def list_objections(
    house: Books, caller: Calling, response: Response, after: After = 0, limit: Limit = 100
) -> ObjectionsShown:
    """Objections that wait for a decision."""
    await house.admit_later(caller, lambda _context, post: post.post, *OVERSIGHT_POSTS)

    def read(books: LogDatastore) -> ObjectionsShown:
        with view(books, Acts, Notices) as seen:
            found = open_objections(seen.connection, after, limit)
            objections = [ObjectionShown(**each._asdict()) for each in found]
            return ObjectionsShown(objections=objections, as_of=seen.position)

    shown = await house.read_later(read)
    say_position(response, shown.as_of)
    return shown


@reads.post("/members/search", responses=answered())
async def search_members(
    body: SearchBody, house: Books, caller: Calling, response: Response
) -> MembersShown:
    """Residents by number, household or the beginning of the name."""
    await house.admit_later(caller, lambda _context, post: post.post, *PEOPLE_POSTS)

    def read(books: LogDatastore) -> MembersShown:
        with view(books, People) as seen:
            found = members_like(seen.connection, body.text, body.limit)
            members = [MemberShown(**member._asdict()) for member in found]
            return MembersShown(members=members, as_of=seen.position)

    shown = await house.read_later(read)
    say_position(response, shown.as_of)
    return shown


@reads.get("/posts", responses=answered())
async def list_posts(
    house: Books,
    caller: Calling,
    response: Response,
    after: Annotated[str, Query(max_length=32, pattern="^[A-Za-z0-9]*$")] = "",
    limit: Limit = 100,
) -> PostsShown:
    """Posts, their terms, and who holds them."""
    await house.admit_later(caller, lambda _context, post: post.post, *OVERSIGHT_POSTS)

    def read(books: LogDatastore) -> PostsShown:
        with view(books, Community, People) as seen:
            found = posts_after(seen.connection, after, limit)
            posts = [PostShown(**post._asdict()) for post in found]
            return PostsShown(posts=posts, as_of=seen.position)

    shown = await house.read_later(read)
    say_position(response, shown.as_of)
    return shown


@reads.get("/keys", responses=answered(link("revoke_key", key="keys/0/key")))
async def list_keys(house: Served, caller: Calling, response: Response) -> KeysShown:
    """Every key with its scope and holder; what a key itself is, nobody knows here."""

    def listed(context: Any, _post: Any) -> KeysShown:
        keys = [
            KeyShown(key=key, scope=k.scope, officer=k.officer, revoked=k.revoked)
            for key, k in context.states.keys.keys.items()
        ]
        return KeysShown(keys=keys, as_of=context.position)

    shown = await house.admit_later(caller, listed, *OVERSIGHT_POSTS)
    say_position(response, shown.as_of)
    return shown
