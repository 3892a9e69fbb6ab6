"""The office's calls about rules, acts, reviews and objections."""

from fastapi import APIRouter, Response

from api.office import answers, bodies
from api.web.calls import BEARER, Writing, writing
from api.web.documented import link, writes
from api.web.paths import ActId, ObjectionId
from ledger.commands.acts import RecordAct
from ledger.commands.notices import DecideObjection, RaiseObjection, ReleaseObjectionText
from ledger.commands.officers import AdoptRulebook, RuleLine
from ledger.commands.opening import RecordOpeningBalance
from ledger.commands.points import ReverseAward
from ledger.commands.reviews import ApproveActAgain, ReviewAct
from ledger.states.keys import Scope

changes = APIRouter(
    prefix="/api/v1/{community}",
    tags=["office: acts"],
    route_class=writing(Scope.OFFICE),
    dependencies=[BEARER],
)
objections = APIRouter(
    prefix="/api/v1/{community}",
    tags=["office: acts"],
    route_class=writing(Scope.OFFICE, Scope.DESK, Scope.AUDIT),
    dependencies=[BEARER],
)


@changes.post(
    "/rulebooks",
    status_code=201,
    response_model=answers.RulebookRecorded,
    responses=writes(AdoptRulebook),
)
async def adopt_rulebook(body: bodies.RulebookBody, write: Writing) -> Response:
    """Adopt a whole rulebook, in force from a local date."""
    rules = [RuleLine(**rule.model_dump()) for rule in body.rules]
    command = AdoptRulebook(rulebook=body.rulebook, in_force_from=body.in_force_from, rules=rules)
    return await write(command)


@changes.post(
    "/acts",
    status_code=201,
    response_model=answers.ActRecorded,
    responses=writes(RecordAct, links=(link("review_act", act="act"),)),
)
async def record_act(body: bodies.ActBody, write: Writing) -> Response:
    """Record an act: who did what, when."""
    return await write(RecordAct(**body.model_dump()))


@changes.post(
    "/opening-balances",
    status_code=201,
    response_model=answers.ActRecorded,
    responses=writes(RecordOpeningBalance),
)
async def record_opening_balance(body: bodies.OpeningBalanceBody, write: Writing) -> Response:
    """Carry over what a paper book said. It is reviewed and posted like an act, by its `act` id."""
    return await write(RecordOpeningBalance(**body.model_dump()))


@changes.post(
    "/acts/{act}/review",
    status_code=201,
    response_model=answers.ReviewRecorded,
    responses=writes(
        ReviewAct,
        links=(link("approve_act_again", act="act"), link("raise_objection", act="act")),
    ),
)
async def review_act(act: ActId, body: bodies.ReviewBody, write: Writing) -> Response:
    """Approve or decline a recorded act: the second pair of eyes."""
    return await write(ReviewAct(act=act, approve=body.approve, reason=body.reason))


@changes.post(
    "/acts/{act}/second-approval",
    status_code=201,
    response_model=answers.ActRecorded,
    responses=writes(ApproveActAgain),
)
async def approve_act_again(act: ActId, write: Writing) -> Response:
    """The second approval that an act of more than eight hours needs."""
    return await write(ApproveActAgain(act=act))


@changes.post(
    "/acts/{act}/reversal",
    status_code=201,
    response_model=answers.ReversalRecorded,
    responses=writes(ReverseAward),
)
async def reverse_award(act: ActId, body: bodies.ReasonBody, write: Writing) -> Response:
    """Take a booked act back, once. What was there stays visible, with the reason."""
    return await write(ReverseAward(act=act, reason=body.reason))


@objections.post(
    "/acts/{act}/objections",
    status_code=201,
    response_model=answers.ObjectionRecorded,
    responses=writes(
        RaiseObjection,
        links=(
            link("decide_objection", path=["act"], objection="objection"),
            link("release_objection_text", path=["act"], objection="objection"),
        ),
    ),
)
async def raise_objection(act: ActId, body: bodies.ObjectionBody, write: Writing) -> Response:
    """Write down a resident's challenge to an act on notice. Any officer takes one in."""
    return await write(RaiseObjection(act=act, statement=body.statement))


@changes.post(
    "/acts/{act}/objections/{objection}/decision",
    status_code=201,
    response_model=answers.ObjectionRecorded,
    responses=writes(DecideObjection),
)
async def decide_objection(
    act: ActId, objection: ObjectionId, body: bodies.DecisionBody, write: Writing
) -> Response:
    """The supervisors' decision on an objection."""
    command = DecideObjection(act=act, objection=objection, upheld=body.upheld, reason=body.reason)
    return await write(command)


@changes.post(
    "/acts/{act}/objections/{objection}/text",
    status_code=201,
    response_model=answers.ObjectionRecorded,
    responses=writes(ReleaseObjectionText),
)
async def release_objection_text(
    act: ActId, objection: ObjectionId, body: bodies.StatementBody, write: Writing
) -> Response:
    """Show an objection's text on the board, as moderated."""
    command = ReleaseObjectionText(act=act, objection=objection, statement=body.statement)
    return await write(command)
