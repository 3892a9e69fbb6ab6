"""What can be wrong with a proof, each as one sentence for a person.

The tree, kept equal to the classes by a test:

    TransparencyError
    ├── MalformedError
    │   └── MalformedLineError
    ├── UnsignedError
    ├── SignatureInvalidError
    ├── OriginUnexpectedError
    ├── QuorumMissingError
    └── ProofInvalidError

``format`` is the published name of a format (``tlog-proof``, ``signed-note`` …) and ``reason`` a
fault of :mod:`ledger.transparency.faults`. What was read comes from strangers and is not repeated
in an error.
"""

from ledger.errors import LedgerError
from ledger.transparency.faults import Fault


class TransparencyError(LedgerError):
    """Base of all errors of proofs; the only thing that reading a stranger's bytes can raise."""

    code = "proof_error"
    status = 422
    message = "This proof does not hold."


class MalformedError(TransparencyError):
    """Bytes that the published format does not allow."""

    code = "proof_malformed"
    message = (
        "This is not a valid {format} ({reason}). If you wrote it yourself, correct it; otherwise"
        " it was cut off or changed on the way: get it again from where it was published."
    )

    def __init__(self, format_name: str, fault: Fault, **more: int) -> None:
        """Which format, and its broken rule."""
        super().__init__(format=format_name, reason=fault, **more)
        self.fault = fault


class MalformedLineError(MalformedError):
    """A line, counted from 1, that the published format does not allow."""

    code = "proof_line_malformed"
    message = "Line {line} of this {format} cannot be used ({reason}). Correct it and try again."

    def __init__(self, format_name: str, line: int, fault: Fault) -> None:
        """Which format, which line, and the broken rule."""
        super().__init__(format_name, fault, line=line)


class UnsignedError(TransparencyError):
    """A note that no trusted key has signed."""

    code = "signature_missing"
    message = (
        "No key that you trust has signed this. Check that you have the verifier key of the log"
        " you mean."
    )


class SignatureInvalidError(TransparencyError):
    """A signature of a known key that does not fit the text."""

    code = "signature_invalid"
    message = (
        "A signature of {signer} does not fit what it stands under: text or signature was changed."
        " Do not rely on it; get it again from where it was published."
    )


class OriginUnexpectedError(TransparencyError):
    """A checkpoint of another log than the one asked about."""

    code = "origin_unexpected"
    message = "This checkpoint belongs to another log than {expected}. Get the one of that log."


class QuorumMissingError(TransparencyError):
    """Fewer witnesses than the policy asks for."""

    code = "quorum_missing"
    message = (
        "The log has signed, but only {cosigned} of your {known} witnesses, which your policy"
        " finds too few. Get the proof again later, when more have cosigned."
    )


class ProofInvalidError(TransparencyError):
    """Hashes that do not lead to the root of the checkpoint."""

    code = "proof_invalid"
    message = (
        "The proof does not lead to the checkpoint ({reason}): it was made for something else, or"
        " the log has changed its history. Keep both and ask the supervisors."
    )
