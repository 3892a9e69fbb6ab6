"""The office's calls about places, people, cards, officers and keys."""

from fastapi import APIRouter, Response

from api.office import answers, bodies
from api.web.calls import BEARER, Writing, writing
from api.web.documented import link, writes
from api.web.paths import KeyId, PostId
from ledger.commands.clock import ConfirmClock
from ledger.commands.community import AdoptSettings, RegisterBuilding, RegisterGrid, Settings
from ledger.commands.keys import RevokeKey
from ledger.commands.officers import AppointOfficer, DeclareRelatives, EndTerm
from ledger.commands.people import ChangeMember, IssueCard, RegisterHousehold, RegisterMember
from ledger.states.keys import Scope
from ledger.states.officers import PostKind

changes = APIRouter(
    prefix="/api/v1/{community}",
    tags=["office: people"],
    route_class=writing(Scope.OFFICE),
    dependencies=[BEARER],
)


@changes.post(
    "/grids",
    status_code=201,
    response_model=answers.Recorded,
    responses=writes(RegisterGrid),
)
async def register_grid(body: bodies.GridBody, write: Writing) -> Response:
    """Register a grid."""
    return await write(RegisterGrid(grid=body.grid))


@changes.post(
    "/buildings",
    status_code=201,
    response_model=answers.Recorded,
    responses=writes(RegisterBuilding),
)
async def register_building(body: bodies.BuildingBody, write: Writing) -> Response:
    """Register a building of a grid."""
    return await write(RegisterBuilding(building=body.building, grid=body.grid))


@changes.post(
    "/households",
    status_code=201,
    response_model=answers.HouseholdRecorded,
    responses=writes(RegisterHousehold),
)
async def register_household(body: bodies.HouseholdBody, write: Writing) -> Response:
    """Register a household and where it lives."""
    return await write(RegisterHousehold(**body.model_dump()))


@changes.post(
    "/members",
    status_code=201,
    response_model=answers.MemberRecorded,
    responses=writes(RegisterMember),
)
async def register_member(body: bodies.MemberBody, write: Writing) -> Response:
    """Register a resident with a volunteer number."""
    return await write(RegisterMember(**body.model_dump()))


@changes.post(
    "/members/change",
    status_code=201,
    response_model=answers.MemberRecorded,
    responses=writes(ChangeMember),
)
async def change_member(body: bodies.MemberBody, write: Writing) -> Response:
    """All details of a member as they are from now on; consent to being named among them."""
    return await write(ChangeMember(**body.model_dump()))


@changes.post(
    "/cards",
    status_code=201,
    response_model=answers.Recorded,
    responses=writes(IssueCard),
)
async def issue_card(body: bodies.CardBody, write: Writing) -> Response:
    """Issue a card for an account; older ones stay as they are until blocked."""
    return await write(IssueCard(card=body.card, account=body.account))


@changes.post(
    "/officers",
    status_code=201,
    response_model=answers.PostRecorded,
    responses=writes(AppointOfficer, links=(link("end_term", post="post"),)),
)
async def appoint_officer(body: bodies.OfficerBody, write: Writing) -> Response:
    """Appoint somebody to a post for a term."""
    details = body.model_dump(exclude={"post"})
    return await write(AppointOfficer(**details, kind=PostKind(body.post)))


@changes.post(
    "/officers/relatives",
    status_code=201,
    response_model=answers.Recorded,
    responses=writes(DeclareRelatives),
)
async def declare_relatives(body: bodies.RelativesBody, write: Writing) -> Response:
    """Name a household of relatives that an officer must not decide for."""
    return await write(DeclareRelatives(officer=body.officer, household=body.household))


@changes.post(
    "/posts/{post}/end",
    status_code=201,
    response_model=answers.Recorded,
    responses=writes(EndTerm),
)
async def end_term(post: PostId, write: Writing) -> Response:
    """End a term now."""
    return await write(EndTerm(post=post))


@changes.post(
    "/keys/{key}/revocation",
    status_code=201,
    response_model=answers.KeyRecorded,
    responses=writes(RevokeKey),
)
async def revoke_key(key: KeyId, write: Writing) -> Response:
    """Revoke a key, for instance a lost one. It gets no answer from then on, from any process."""
    return await write(RevokeKey(key=key))


@changes.post(
    "/settings",
    status_code=201,
    response_model=answers.Recorded,
    responses=writes(AdoptSettings),
)
async def adopt_settings(body: bodies.SettingsBody, write: Writing) -> Response:
    """How acts stand on notice and when points expire, for what comes from now on."""
    return await write(AdoptSettings(settings=Settings(**body.model_dump())))


@changes.post(
    "/clock/confirmation",
    status_code=201,
    response_model=answers.Recorded,
    responses=writes(ConfirmClock),
)
async def confirm_clock(write: Writing) -> Response:
    """The clock is right, although it jumped by more than seven days."""
    return await write(ConfirmClock())
