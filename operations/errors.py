"""What can go wrong with what people keep, each with what to do about it."""

from warehouse.errors import ZhiliError


class OperationsError(ZhiliError):
    """What people keep cannot be read or written."""


class NameTakenError(OperationsError):
    """Another saved view of the same page has this name."""


class NotThereError(OperationsError):
    """What is to be changed has been deleted meanwhile."""


class BadViewError(OperationsError):
    """A name or a link that no saved view can have; `reason` says which of the rules it breaks."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason
