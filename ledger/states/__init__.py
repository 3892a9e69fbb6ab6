"""What decisions know: resident states, few and hot, and cold ones that are loaded by tag."""

from ledger.states.account import Account
from ledger.states.act import Act, RegisterNumber
from ledger.states.base import ColdState, State
from ledger.states.community import Community
from ledger.states.exchange import Exchange
from ledger.states.keys import Keys
from ledger.states.notices import Notices
from ledger.states.officers import Officers
from ledger.states.people import Card, Household, Member
from ledger.states.rulebooks import Rulebooks
from ledger.states.shop import Shop

__all__ = [
    "Account",
    "Act",
    "Card",
    "ColdState",
    "Community",
    "Exchange",
    "Household",
    "Keys",
    "Member",
    "Notices",
    "Officers",
    "RegisterNumber",
    "Rulebooks",
    "Shop",
    "State",
]
