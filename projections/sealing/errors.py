"""What keeps a log from being sealed, each as one sentence for the person on duty.

LedgerError
├── SigningKeyUnfitError    signing_key_unfit  503
├── SealBrokenError         seal_broken        503
└── SealingTakenError       sealing_taken      503
"""

from ledger.errors import LedgerError


class SigningKeyUnfitError(LedgerError):
    """The key is that of another log."""

    code = "signing_key_unfit"
    status = 503
    message = (
        "The signing key of {name} is not the one that the first event of this ledger names."
        " Restore the right one from your backup of the keys."
    )


class SealBrokenError(LedgerError):
    """What is stored leads to another root than the one that was signed."""

    code = "seal_broken"
    status = 503
    message = (
        "What the database holds does not lead to the checkpoint that was signed at position"
        " {size}: rows were changed. Nothing more is signed. Keep the database as it is and ask"
        " the supervisors."
    )


class SealingTakenError(LedgerError):
    """Another process seals the log at this moment."""

    code = "sealing_taken"
    status = 503
    message = "Another process is sealing this log. Wait for it, or stop it first."
