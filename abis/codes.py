"""What MOSIP's ABIS API (specification 0.9, message version 1.1) calls a failure."""

from enum import StrEnum


class Failure(StrEnum):
    """The value of `failureReason`. The order in which a message is asked for these is `requests.read`'s."""

    INTERNAL = "1"
    """Something foreseen failed here: the disk is full, the gallery cannot be read."""
    ABORTED = "2"
    """The service was stopped before this request's turn came."""
    UNEXPECTED = "3"
    """Something that nobody foresaw; the log has the trace."""
    INVALID_STRUCTURE = "4"
    MISSING_REFERENCE_ID = "5"
    MISSING_REQUEST_ID = "6"
    FETCH_FAILED = "7"
    MISSING_REFERENCE_URL = "8"
    MISSING_REQUEST_TIME = "9"
    REFERENCE_ID_EXISTS = "10"
    NO_DATA = "11"
    """A CBEFF file without a usable iris."""
    REFERENCE_ID_UNKNOWN = "12"
    INVALID_VERSION = "13"
    INVALID_ID = "14"
    INVALID_REQUEST_TIME = "15"
    INVALID_CBEFF = "16"
    URL_EXPIRED = "17"
