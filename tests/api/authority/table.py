"""Who may make which call: the whole of it, to be read by people and walked by a test.

A line says of a call, by its operation id:

- the scopes of the keys that it takes (`-`: it takes none and needs none);
- the posts that may make it, in their term (`any`: every post; `-`: it asks for none);
- what somebody in no such post is answered, and what one is who would act for their own household
  or their relatives (`-`: it does not matter whose household it concerns);
- remarks: `own`: officers of any post may do it to what is their own; `open`: without a key, or
  with one of another scope, it gives what is public.
"""

from dataclasses import dataclass

from ledger.states.keys import Scope
from ledger.states.officers import PostKind

TABLE = """
healthz                 -                  -                                  -                 -
readyz                  -                  -                                  -                 -
metrics                 -                  -                                  -                 -
current_session         -                  -                                  -                 -
notices                 -                  -                                  -                 -
notice                  -                  -                                  -                 -
roll                    -                  -                                  -                 -
earned                  -                  -                                  -                 -
sessions                -                  -                                  -                 -
session                 -                  -                                  -                 -
items                   -                  -                                  -                 -
donors                  -                  -                                  -                 -
totals                  -                  -                                  -                 -
rules                   -                  -                                  -                 -
log_checkpoint          -                  -                                  -                 -
log_tile                -                  -                                  -                 -
read_events             audit              supervisor                         not_in_office     -  open

look_up_card            desk               clerk                              not_in_office     -
show_exchange           desk               clerk                              not_in_office     -
exchange_goods          desk               clerk                              clerk_unknown     clerk_conflict
exchange_batch          desk               clerk                              clerk_unknown     clerk_conflict
return_goods            desk               clerk                              officer_unknown   officer_conflict
block_card              desk               clerk,secretary                    officer_unknown   -

record_act              office             any                                recorder_unknown  recorder_conflict
record_opening_balance  office             grid_leader,secretary              officer_unknown   recorder_conflict
review_act              office             reviewer                           reviewer_unknown  reviewer_conflict
approve_act_again       office             second_reviewer                    second_approval_required  second_approval_required
raise_objection         office,desk,audit  any                                officer_unknown   -
decide_objection        office             supervisor                         officer_unknown   officer_conflict
release_objection_text  office             secretary,supervisor               officer_unknown   -
reverse_award           office             any                                officer_unknown   officer_conflict
adopt_rulebook          office             secretary                          officer_unknown   -

register_grid           office             secretary                          officer_unknown   -
register_building       office             secretary                          officer_unknown   -
register_household      office             secretary                          officer_unknown   -
register_member         office             secretary                          officer_unknown   -
change_member           office             secretary                          officer_unknown   -
issue_card              office             secretary                          officer_unknown   -
appoint_officer         office             secretary                          officer_unknown   -
declare_relatives       office             secretary                          officer_unknown   -  own
end_term                office             secretary                          officer_unknown   -  own
revoke_key              office             secretary                          officer_unknown   -  own
adopt_settings          office             secretary                          officer_unknown   -
confirm_clock           office             secretary,supervisor               officer_unknown   -

list_item               office             secretary,storekeeper              officer_unknown   -
receive_goods           office             secretary,storekeeper              officer_unknown   -
propose_write_off       office             storekeeper                        officer_unknown   -
confirm_write_off       office             secretary,storekeeper,supervisor   officer_unknown   -
count_stock             office             storekeeper                        officer_unknown   -
confirm_count           office             secretary,storekeeper,supervisor   officer_unknown   -
announce_session        office             secretary                          officer_unknown   -
close_session           office             secretary,storekeeper              officer_unknown   -

list_acts               office             grid_leader,reviewer,second_reviewer,secretary,supervisor  not_in_office  -
list_objections         office             secretary,supervisor               not_in_office     -
search_members          office             grid_leader,secretary              not_in_office     -
list_posts              office             secretary,supervisor               not_in_office     -
list_keys               office             secretary,supervisor               not_in_office     -
"""  # noqa: E501 (one call a line, so that columns can be read)


@dataclass(frozen=True)
class Row:
    """One line of the table."""

    operation: str
    scopes: frozenset[Scope]
    posts: frozenset[PostKind]
    refused: str
    for_kin: str | None
    remarks: frozenset[str]

    @property
    def keyed(self) -> bool:
        """Whether the call asks for a key."""
        return bool(self.scopes)

    @property
    def scope(self) -> Scope:
        """A scope whose keys it takes."""
        return sorted(self.scopes)[0]

    @property
    def officer(self) -> str:
        """Somebody of the ground who may make the call."""
        return f"plain-{sorted(self.posts)[0]}"

    def expected(self, variant: str, post: PostKind) -> str | None:
        """What an officer of the ground is refused with; None: nothing stands against it."""
        if post not in self.posts or variant == "past":
            return self.refused
        return self.for_kin if variant in {"own", "kin"} else None


def _row(line: str) -> Row:
    operation, scopes, posts, refused, for_kin, *remarks = line.split()
    return Row(
        operation,
        frozenset(map(Scope, _listed(scopes))),
        frozenset(PostKind if posts == "any" else map(PostKind, _listed(posts))),
        refused,
        None if for_kin == "-" else for_kin,
        frozenset(remarks),
    )


def _listed(text: str) -> list[str]:
    return [] if text == "-" else text.split(",")


ROWS = {row.operation: row for row in map(_row, filter(None, TABLE.splitlines()))}
