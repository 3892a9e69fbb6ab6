"""Who acted: posts, terms, households, and two pairs of eyes (design, sections 1 and 4)."""

from typing import Final

from msgspec import Struct, field

from ledger.calendar import NEVER
from ledger.events import (
    acts,
    community,
    exchanges,
    goods,
    keys,
    notices,
    officers,
    points,
    rulebooks,
)
from ledger.events import people as residents
from ledger.events.base import Event, Recorded
from projections.audit.findings import N_, Fault
from projections.audit.fold import Fold
from projections.audit.ground import Ground

CLOCKWORK: Final = "clockwork"
RESIDENT: Final = "resident"
SECRETARY: Final = frozenset({"secretary"})
SUPERVISOR: Final = frozenset({"supervisor"})
REVIEWER: Final = frozenset({"reviewer"})
CLERK: Final = frozenset({"clerk"})
KEEPER: Final = frozenset({"storekeeper"})
SECOND: Final = KEEPER | SUPERVISOR | SECRETARY
ANY: Final = frozenset(
    {"grid_leader", "second_reviewer"} | REVIEWER | CLERK | KEEPER | SUPERVISOR | SECRETARY
)

POSTS: Final[dict[type[Event], frozenset[str]]] = {
    community.LedgerOpened: frozenset(),
    community.RehearsalCarriedOn: SECRETARY,
    community.SettingsAdopted: SECRETARY,
    community.ClockConfirmed: SECRETARY | SUPERVISOR,
    residents.GridRegistered: SECRETARY,
    residents.BuildingRegistered: SECRETARY,
    residents.HouseholdRegistered: SECRETARY,
    residents.MemberRegistered: SECRETARY,
    residents.MemberChanged: SECRETARY,
    residents.CardIssued: SECRETARY,
    residents.CardBlocked: SECRETARY | CLERK,
    officers.OfficerAppointed: SECRETARY,
    officers.TermEnded: ANY,
    officers.RelativesDeclared: ANY,
    keys.KeyGranted: SECRETARY,
    keys.KeyRevoked: ANY,
    keys.OpeningsDisclosed: SUPERVISOR,
    rulebooks.RulebookAdopted: SECRETARY,
    rulebooks.RuleListed: SECRETARY,
    acts.ActRecorded: ANY,
    acts.OpeningBalanceRecorded: SECRETARY | {"grid_leader"},
    acts.ActReviewed: REVIEWER,
    acts.ActDeclined: REVIEWER,
    acts.ActSecondApproved: frozenset({"second_reviewer"}),
    notices.NoticePosted: frozenset({CLOCKWORK}),
    notices.ActPosted: frozenset({CLOCKWORK}),
    notices.ObjectionRaised: frozenset({RESIDENT}),
    notices.ObjectionDecided: SUPERVISOR,
    notices.ObjectionTextReleased: SUPERVISOR | SECRETARY,
    notices.ActRefused: frozenset({CLOCKWORK}),
    points.PointsAwarded: frozenset({CLOCKWORK}),
    points.PointsDeducted: frozenset({CLOCKWORK}),
    points.ActCapped: frozenset({CLOCKWORK}),
    points.AwardReversed: ANY,
    points.LotsExpired: frozenset({CLOCKWORK}),
    points.ExpiryCompleted: frozenset({CLOCKWORK}),
    goods.ItemListed: SECRETARY | KEEPER,
    goods.GoodsReceived: SECRETARY | KEEPER,
    goods.WriteOffProposed: KEEPER,
    goods.GoodsWrittenOff: SECOND,
    goods.StockCounted: KEEPER,
    goods.CountConfirmed: SECOND,
    exchanges.SessionAnnounced: SECRETARY,
    exchanges.SessionClosed: SECRETARY | KEEPER,
    exchanges.GoodsExchanged: CLERK,
    exchanges.GoodsReturned: CLERK,
}
"""Who may state each type: kinds of posts, or the words that stand for no post."""

_FOUNDING = (community.LedgerOpened, community.SettingsAdopted, officers.OfficerAppointed)

ACTOR_UNKNOWN: Final = Fault(
    "actor_unknown", N_("Position {position}: {actor} holds no post in this ledger.")
)
ACTOR_OUT_OF_TERM: Final = Fault(
    "actor_out_of_term",
    N_("Position {position}: the term of post {actor} did not run at the time."),
)
ACTOR_WRONG: Final = Fault(
    "actor_wrong", N_("Position {position}: {actor} is not in a post that may do this.")
)
ACTOR_KIN: Final = Fault(
    "actor_kin",
    N_("Position {position}: the officer in post {actor} acted for their own kin."),
)
SAME_PERSON: Final = Fault(
    "same_person",
    N_("Position {position}: the officer in post {actor} confirmed what they had done themselves."),
)
APPOINTMENT_WRONG: Final = Fault(
    "appointment_wrong",
    N_("Position {position}: the appointment to post {post} repeats one, or misstates its term."),
)


class Post(Struct):
    """One post for one term."""

    kind: str
    officer: str
    begins: str
    ends: str


class Officer(Struct):
    """The residents that an officer is, and households of declared relatives."""

    members: set[str] = field(default_factory=set)
    relatives: set[str] = field(default_factory=set)


class People(Fold):
    """Officers act in their post and term, never for their own, never twice on one thing."""

    def __init__(self, ground: Ground) -> None:
        """Before the first event."""
        super().__init__(ground)
        self.posts: dict[str, Post] = {}
        self.officers: dict[str, Officer] = {}
        self.founding = True
        self.before: Recorded | None = None
        self.hands: dict[str, list[str]] = {}
        self.keys: dict[str, str] = {}

    def hear(self, recorded: Recorded) -> None:
        """Check who states the event, then fold what it says of officers."""
        event, actor = recorded.event, recorded.actor
        self.founding = self.founding and actor == CLOCKWORK and isinstance(event, _FOUNDING)
        if not self.founding:
            self.check_actor(recorded)
        post = self.posts.get(actor)
        if post is not None:
            self.check_kin(post, recorded)
        self.check_hands(recorded)
        self.fold(recorded)
        self.before = recorded

    def check_actor(self, recorded: Recorded) -> None:
        """The actor holds a post that may do this, in its term; or none need hold one."""
        actor, allowed = recorded.actor, POSTS[type(recorded.event)]
        if actor in {CLOCKWORK, RESIDENT}:
            may = actor in allowed or self.is_rescue(recorded)
            self.check(may, ACTOR_WRONG, actor=actor)
            return
        post = self.posts.get(actor)
        if post is None:
            self.report(ACTOR_UNKNOWN, actor=actor)
            return
        in_term = post.begins <= recorded.recorded_at < post.ends
        self.check(in_term, ACTOR_OUT_OF_TERM, actor=actor)
        may = post.kind in allowed or self.is_consequence(recorded)
        self.check(may and self.is_own(post, recorded.event), ACTOR_WRONG, actor=actor)

    def is_consequence(self, recorded: Recorded) -> bool:
        """Whether a lot expires in the breath in which it arose, in the name of who made it."""
        if self.before is None or not isinstance(recorded.event, points.LotsExpired):
            return False
        cause = self.before.event
        return (
            isinstance(cause, points.AwardReversed | exchanges.GoodsReturned)
            and cause.account == recorded.event.account
            and self.before.actor == recorded.actor
        )

    def is_rescue(self, recorded: Recorded) -> bool:
        """Whether a secretary is appointed by the house, for want of one who could do it."""
        event = recorded.event
        if not isinstance(event, officers.OfficerAppointed) or event.kind not in SECRETARY:
            return False
        return recorded.actor == CLOCKWORK and not any(
            post.kind in SECRETARY and post.begins <= recorded.recorded_at < post.ends
            for post in self.posts.values()
        )

    def is_own(self, post: Post, event: Event) -> bool:
        """Whether an officer other than the secretary ends, revokes or declares their own."""
        if post.kind in SECRETARY:
            return True
        if isinstance(event, officers.TermEnded):
            ended = self.posts.get(event.post)
            return ended is not None and ended.officer == post.officer
        if isinstance(event, officers.RelativesDeclared):
            return event.officer == post.officer
        if isinstance(event, keys.KeyRevoked):
            return self.keys.get(event.key) == post.officer
        return True

    def check_kin(self, post: Post, recorded: Recorded) -> None:
        """Nobody decides for their own household or declared relatives."""
        known = self.officers[post.officer]
        own = {self.ground.households.get(member) for member in known.members} | known.relatives
        concerned = self.concerned(recorded.event) - {None}
        self.check(not own & concerned, ACTOR_KIN, actor=recorded.actor)

    def concerned(self, event: Event) -> set[str | None]:
        """The households that an event decides for."""
        ground = self.ground
        match event:
            case (
                acts.ActRecorded()
                | acts.OpeningBalanceRecorded()
                | acts.ActReviewed()
                | acts.ActDeclined()
                | acts.ActSecondApproved()
                | notices.ObjectionDecided()
            ):
                return {ground.households.get(event.member)}
            case points.AwardReversed():
                return {ground.households.get(event.member), ground.household_of(event.account)}
            case exchanges.GoodsExchanged() | exchanges.GoodsReturned():
                return {ground.household_of(event.account)}
        return set()

    def check_hands(self, recorded: Recorded) -> None:
        """Who reviews did not record, and who confirms did not propose."""
        event, actor = recorded.event, recorded.actor
        match event:
            case acts.ActRecorded() | acts.OpeningBalanceRecorded():
                self.hands[event.act] = [actor]
            case acts.ActReviewed() | acts.ActDeclined() | acts.ActSecondApproved():
                self.confirm(event.act, actor)
            case goods.WriteOffProposed():
                self.hands[event.write_off] = [actor]
            case goods.GoodsWrittenOff():
                self.confirm(event.write_off, actor)
            case goods.StockCounted():
                self.hands[event.count] = [actor]
            case goods.CountConfirmed():
                self.confirm(event.count, actor)

    def confirm(self, thing: str, actor: str) -> None:
        """Another person than those before has a hand in this."""
        hands = self.hands.setdefault(thing, [])
        people = {post.officer for hand in hands if (post := self.posts.get(hand))}
        post = self.posts.get(actor)
        self.check(post is None or post.officer not in people, SAME_PERSON, actor=actor)
        hands.append(actor)

    def fold(self, recorded: Recorded) -> None:
        """Take in what an event says of officers."""
        match recorded.event:
            case officers.OfficerAppointed() as event:
                ends = event.ends or NEVER
                fits = event.post not in self.posts and event.begins < ends and event.kind in ANY
                home = event.member and self.ground.households.get(event.member)
                fits = fits and event.household == home
                self.check(fits, APPOINTMENT_WRONG, post=event.post)
                self.posts[event.post] = Post(event.kind, event.officer, event.begins, ends)
                known = self.officers.setdefault(event.officer, Officer())
                if event.member is not None:
                    known.members.add(event.member)
            case officers.TermEnded() as event:
                post = self.posts.get(event.post)
                fits = post is not None and post.begins <= event.ends < post.ends
                fits = fits and event.ends == recorded.recorded_at
                self.check(fits, APPOINTMENT_WRONG, post=event.post)
                if post is not None:
                    post.ends = event.ends
            case officers.RelativesDeclared() as event:
                self.officers.setdefault(event.officer, Officer()).relatives.add(event.household)
            case keys.KeyGranted() as event:
                self.keys[event.key] = event.officer
