"""Officers, their posts and terms, and the households they never decide for."""

from enum import StrEnum

from msgspec import Struct, field

from ledger.calendar import NEVER
from ledger.events.base import Recorded
from ledger.events.officers import OfficerAppointed, RelativesDeclared, TermEnded
from ledger.events.people import MemberChanged
from ledger.states.base import State, folds

OFFICER = "officer:"
POST = "post:"


class PostKind(StrEnum):
    """What an officer is appointed to do."""

    GRID_LEADER = "grid_leader"
    REVIEWER = "reviewer"
    SECOND_REVIEWER = "second_reviewer"
    CLERK = "clerk"
    STOREKEEPER = "storekeeper"
    SUPERVISOR = "supervisor"
    SECRETARY = "secretary"


class Post(Struct):
    """One post for one term, ``begins`` <= t < ``ends``."""

    post: str
    kind: str
    officer: str
    begins: str
    ends: str

    def in_term(self, instant: str) -> bool:
        """Whether the term runs at an instant."""
        return self.begins <= instant < self.ends


class Officer(Struct):
    """A person with posts; ``homes`` has the household of each member that they are said to be.

    An appointment that names no member takes nothing back that an earlier one said.
    """

    posts: list[str] = field(default_factory=list)
    homes: dict[str, str] = field(default_factory=dict)
    relatives: set[str] = field(default_factory=set)

    @property
    def households(self) -> set[str]:
        """Every household that this officer never decides for."""
        return self.relatives.union(self.homes.values())


class Officers(State):
    """Resident. Officers by number, posts by id, residents who are officers by member."""

    posts: dict[str, Post] = field(default_factory=dict)
    officers: dict[str, Officer] = field(default_factory=dict)
    by_member: dict[str, set[str]] = field(default_factory=dict)

    def acting(self, principal: str, instant: str, *kinds: PostKind) -> Post | None:
        """The post in which a principal acts at an instant.

        A principal is ``officer:<number>`` (any of the officer's posts of these kinds) or
        ``post:<id>``. No kinds means any. None: no such post, or not in its term.
        """
        if principal.startswith(POST):
            candidates = [principal.removeprefix(POST)]
        else:
            officer = self.officers.get(principal.removeprefix(OFFICER))
            candidates = officer.posts if officer else []
        for candidate in candidates:
            post = self.posts.get(candidate)
            if post and post.in_term(instant) and (not kinds or post.kind in kinds):
                return post
        return None

    def in_office(self, kind: PostKind, instant: str) -> list[str]:
        """The posts of a kind whose term runs at an instant."""
        return [p.post for p in self.posts.values() if p.kind == kind and p.in_term(instant)]

    def same_person(self, post: str, other: str) -> bool:
        """Whether two posts are held by one officer."""
        return self.posts[post].officer == self.posts[other].officer

    @folds(OfficerAppointed)
    def officer_appointed(self, event: OfficerAppointed, _: Recorded) -> None:
        """Add the post and what is known of the person."""
        self.posts[event.post] = Post(
            event.post, event.kind, event.officer, event.begins, event.ends or NEVER
        )
        known = self.officers.setdefault(event.officer, Officer())
        known.posts.append(event.post)
        if event.member and event.household:
            known.homes[event.member] = event.household
            self.by_member.setdefault(event.member, set()).add(event.officer)

    @folds(TermEnded)
    def term_ended(self, event: TermEnded, _: Recorded) -> None:
        """End the term."""
        self.posts[event.post].ends = event.ends

    @folds(RelativesDeclared)
    def relatives_declared(self, event: RelativesDeclared, _: Recorded) -> None:
        """Add a household of relatives."""
        self.officers[event.officer].relatives.add(event.household)

    @folds(MemberChanged)
    def member_changed(self, event: MemberChanged, _: Recorded) -> None:
        """Follow an officer who moves."""
        for officer in self.by_member.get(event.member, ()):
            self.officers[officer].homes[event.member] = event.household
