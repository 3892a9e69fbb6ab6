"""What can be wrong with a stranger's bytes: the reasons that stand in the errors of proofs.

Each is a phrase that fits into a sentence, and a word of the catalogues, so a person reads it in
their language; programs compare the members.
"""

from enum import StrEnum


class Fault(StrEnum):
    """A rule of a format that was broken."""

    TOO_LONG = "it is too long"
    ENCODING = "it is not UTF-8"
    CONTROL_CHARACTER = "it has a control character"
    NUMBER = "a number is not written as one"
    NUMBER_RANGE = "a number is too large"
    BASE64 = "base64 is not written as it should be"
    LINE_START = "a line does not begin as it must"
    LINE_COUNT = "lines are missing"
    EMPTY_LINE = "an empty line is missing, or there is one too many"
    NO_NEWLINE = "the last line has no line end"

    KEY_NAME = "a key cannot have this name"
    KEY_ID = "the key id does not fit the key"
    KEY_TYPE = "the key is of another kind"
    KEY_LENGTH = "the key has another length"
    KEY_WEAK = "one signature of this key would fit every text"
    KEYS_ALIKE = "two keys cannot be told apart"
    UNSIGNED = "there is no signature"
    SIGNATURE_LENGTH = "a signature has another length"
    SIGNATURE_COUNT = "there are too many signatures"
    TIME = "there can be no such time"

    FIELD = "a part would be read back as another"
    HASH_LENGTH = "a hash has not 32 bytes"
    HASH_COUNT = "there are too many or too few hashes"
    SIZE = "a log cannot grow that way"
    INDEX = "the log has no such entry"
    ROOT = "the hashes lead to another root"
    CHECKPOINT_MISSING = "the checkpoint is missing"

    PATH = "nothing has this path"
    TILE_LENGTH = "the tile has another length"
    BUNDLE_LENGTH = "the bundle has another length"
    BUNDLE_WIDTH = "a bundle has 1 to 256 entries"
    ENTRY_LENGTH = "an entry is too long"

    KEYWORD = "the first word is unknown"
    WORD_COUNT = "there are too many or too few words"
    VKEY = "this is not a verifier key"
    KEY_TWICE = "the key was given before"
    NAME_TAKEN = "the name is taken"
    NAME_UNKNOWN = "the name was not given before"
    MEMBER_TWICE = "the name is in a group already"
    THRESHOLD = "so many members cannot be asked for"
    QUORUM_MISSING = "there is no quorum"
    QUORUM_TWICE = "the quorum was given before"
