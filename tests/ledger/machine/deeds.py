"""Rules of the machine: acts from the register to the award, and back."""

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from ledger.commands.acts import RecordAct
from ledger.commands.base import RESIDENT
from ledger.commands.notices import DecideObjection, RaiseObjection
from ledger.commands.opening import RecordOpeningBalance
from ledger.commands.points import ReverseAward
from ledger.commands.reviews import ApproveActAgain, ReviewAct
from tests.ledger.machine.base import OFFICERS, Base
from tests.ledger.machine.model import NEVER, Act
from tests.ledger.machine.plain import day_of, later

Hours = tuple[int | None, int | None]
HOURS = st.sampled_from([None, 480, 500, 540, 600, 1140, 1300, 1440])
WHOM = st.sampled_from(["V1", "V2", "V3"])
REVIEWERS = st.sampled_from(["R", "R", "R", *OFFICERS])
CODES = st.sampled_from("AAABBMN")


class Deeds(Base):
    """What happens to acts."""

    def record(self, act: Act, officer: str) -> str | None:
        """Record an act as the model says; its id."""
        expected = self.model.recording(act, officer, self.at)
        command = RecordAct(
            member=act.member,
            rule=act.rule,
            performed_on=act.day,
            performed_from=act.start,
            performed_to=act.end,
            registered_at=act.registered_at,
            register_number=act.number,
        )
        outcome = self.do(command, officer, expected)
        if not outcome.accepted:
            return None
        book = self.model.book_on(act.day)
        assert book is not None
        act.book, act.recorder = book, officer
        if not self.model.books[book][1][act.rule].hourly:
            act.start = act.end = None
        name = str(outcome.answer["act"])
        self.model.acts[name] = act
        return name

    def draft(
        self,
        member: str,
        code: str,
        day: str,
        hours: tuple[int | None, int | None],
        number: int | None = None,
    ) -> Act:
        """An act as it is reported, registered now."""
        registered_at = self.model.now(self.at)
        return Act(member, code, "", day, *hours, number, registered_at, "")

    @rule(
        member=st.sampled_from(["V1", "V2", "V3", "V9"]),
        points=st.sampled_from([15, 15, 70, 0, -1]),
        ago=st.sampled_from([-1, 0, 1, 400]),
        number=st.sampled_from([None, None, None, 0, 1]),
        officer=st.sampled_from(["G", "G", "S", *OFFICERS]),
        late=st.sampled_from([0, 0, 0, 60]),
    )
    def carrying(
        self, member: str, points: int, ago: int, number: int | None, officer: str, late: int
    ) -> None:
        """An opening balance is recorded, by the right officer or not, once or again."""
        now = self.model.now(self.at)
        act = self.draft(member, "", day_of(later(now, days=-ago)), (None, None), number)
        act.carried, act.registered_at = points, later(now, minutes=late)
        expected = self.model.opening(act, officer, self.at)
        command = RecordOpeningBalance(
            member=member,
            points=points,
            performed_on=act.day,
            registered_at=act.registered_at,
            register_number=number,
        )
        outcome = self.do(command, officer, expected)
        if outcome.accepted:
            act.recorder = officer
            self.model.acts[str(outcome.answer["act"])] = act
            self.review(str(outcome.answer["act"]), "R", approve=points > 15 or officer == "G")

    def review(self, name: str, officer: str, *, approve: bool) -> None:
        """Review an act as the model says."""
        expected = self.model.reviewing(name, officer, self.at)
        if self.do(ReviewAct(act=name, approve=approve), officer, expected).accepted:
            act = self.model.acts[name]
            act.reviewer, act.approved_at = officer, self.model.head
            act.stage = "declined" if not approve else "approved"
            if approve and act.minutes > 480:
                act.stage = "reviewed"

    @rule(
        member=WHOM,
        code=CODES,
        start=HOURS,
        hours=st.integers(1, 13),
        ago=st.integers(0, 3),
        officer=st.sampled_from("GGGRQ"),
    )
    def recording(
        self, member: str, code: str, start: int | None, hours: int, ago: int, officer: str
    ) -> None:
        """An act of these days is recorded; the numbers run on."""
        day = day_of(later(self.model.now(self.at), days=-ago))
        end = None if start is None else start + 60 * hours - 20
        number = len(self.model.acts) + 1
        self.record(self.draft(member, code, day, (start, end), number), officer)

    @rule(
        member=st.sampled_from(["V1", "V2", "V9"]),
        code=st.sampled_from(["A", "B", "Z"]),
        ago=st.sampled_from([-1, 0, 1, 40, 400]),
        number=st.sampled_from([None, None, 0, 1, 2]),
        officer=st.sampled_from(OFFICERS),
        late=st.sampled_from([0, 0, 60]),
    )
    def misrecording(
        self, member: str, code: str, ago: int, number: int | None, officer: str, late: int
    ) -> None:
        """Something about the act may be wrong."""
        now = self.model.now(self.at)
        act = self.draft(member, code, day_of(later(now, days=-ago)), (600, 700), number)
        act.registered_at = later(now, minutes=late)
        self.record(act, officer)

    @rule(
        member=WHOM,
        code=CODES,
        until=st.sampled_from([600, 720, 720, 990, 1140]),
        times=st.integers(1, 3),
        forward=st.sampled_from([2, 2, 2, 1, 0]),
    )
    def seasons(self, member: str, code: str, until: int, times: int, forward: int) -> None:
        """Acts of some days are recorded, reviewed, and often posted and closed."""
        for _ in range(times):
            now = self.model.now(self.at)
            self.at = later(now, days=1)
            name = self.record(self.draft(member, code, day_of(now), (540, until)), "G")
            if name is not None:
                self.review(name, "R", approve=True)
                if self.model.acts[name].stage == "reviewed":
                    self.approve(name, "Q")
        for _ in range(forward):
            self.forward()

    def forward(self) -> None:
        """To the next instant at which the clockwork has something to do, and do it."""
        ready = [self.model.ready_at(act) for act in self.model.acts.values()]
        ready += [
            act.due_at
            for act in self.model.acts.values()
            if act.stage == "posted" and None not in act.objections.values()
        ]
        due = min(ready, default=NEVER)
        if due != NEVER:
            self.at = max(due, self.model.now(self.at))
            self.run_clockwork()

    @rule()
    def next_due(self) -> None:
        """The clock goes to where the next notice is posted or closes."""
        self.forward()

    @precondition(lambda self: self.model.acts)
    @rule(
        data=st.data(), officer=st.sampled_from(["R", "R", "R", *OFFICERS]), approve=st.booleans()
    )
    def reviewing(self, data: st.DataObject, officer: str, approve: bool) -> None:
        """Somebody reviews an act, or tries to."""
        name = self.pick(data, [*self.model.acts, "no-act"])
        self.review(name, officer, approve=approve)

    @precondition(lambda self: any(a.stage == "reviewed" for a in self.model.acts.values()))
    @rule(data=st.data(), officer=st.sampled_from(["Q", "Q", *OFFICERS]))
    def approving(self, data: st.DataObject, officer: str) -> None:
        """Somebody approves a long act, or tries to."""
        long = [name for name, act in self.model.acts.items() if act.stage == "reviewed"]
        name = self.pick(data, [*long, *list(self.model.acts)[:1]])
        self.approve(name, officer)

    def approve(self, name: str, officer: str) -> None:
        """Approve a long act as the model says."""
        expected = self.model.approving(name, officer, self.at)
        if self.do(ApproveActAgain(act=name), officer, expected).accepted:
            act = self.model.acts[name]
            act.stage, act.approved_at = "approved", self.model.head

    @precondition(lambda self: self.model.acts)
    @rule(data=st.data())
    def objecting(self, data: st.DataObject) -> None:
        """A resident challenges an act, often one on notice."""
        posted = [name for name, act in self.model.acts.items() if act.stage == "posted"]
        name = self.pick(data, [*posted * 3, *self.model.acts])
        self.object(name)

    @rule(
        member=WHOM,
        upheld=st.sampled_from([None, False, True]),
        wait=st.sampled_from([0, 1, 9]),
        again=st.booleans(),
    )
    def contesting(self, member: str, upheld: bool | None, wait: int, again: bool) -> None:
        """An act is posted, challenged once or twice, decided in time or late, and closed."""
        self.seasons(member, "A", 720, 1, 1)
        for name in [name for name, act in self.model.acts.items() if act.stage == "posted"][:1]:
            for _ in range(1 + again):
                self.object(name)
            self.at = later(self.at, days=wait)
            self.run_clockwork()
            for objection in list(self.model.acts[name].objections)[: 0 if upheld is None else 2]:
                self.decide(name, objection, "T", upheld=bool(upheld))
        self.forward()

    def object(self, name: str) -> None:
        """Challenge an act as the model says."""
        outcome = self.do(RaiseObjection(act=name), RESIDENT, self.model.objecting(name, self.at))
        if outcome.accepted:
            self.model.acts[name].objections[outcome.answer["objection"]] = None

    def decide(self, name: str, objection: str, officer: str, *, upheld: bool) -> None:
        """Decide an objection as the model says."""
        expected = self.model.deciding(name, objection, officer, self.at)
        command = DecideObjection(act=name, objection=objection, upheld=upheld)
        if self.do(command, officer, expected).accepted:
            act = self.model.acts[name]
            act.objections[objection] = upheld
            act.due_at = max(act.due_at, self.model.head)

    @precondition(lambda self: any(a.objections for a in self.model.acts.values()))
    @rule(data=st.data(), officer=st.sampled_from(["T", "T", "T", "S", "G"]), upheld=st.booleans())
    def deciding(self, data: st.DataObject, officer: str, upheld: bool) -> None:
        """A supervisor decides an objection, in time or late, or decides it again."""
        challenged = [name for name, act in self.model.acts.items() if act.objections]
        name = self.pick(data, challenged)
        objection = self.pick(data, list(self.model.acts[name].objections))
        self.decide(name, objection, officer, upheld=upheld)

    @precondition(lambda self: self.model.acts)
    @rule(data=st.data(), officer=st.sampled_from(["T"] * 6 + [*OFFICERS]))
    def reversing(self, data: st.DataObject, officer: str) -> None:
        """Somebody takes an award back, or tries to."""
        awarded = [name for name, act in self.model.acts.items() if act.stage == "awarded"]
        name = self.pick(data, [*awarded * 3, *self.model.acts])
        expected = self.model.reversing(name, officer, self.at)
        if self.do(ReverseAward(act=name), officer, expected).accepted:
            self.model.reversed(name, self.at)
