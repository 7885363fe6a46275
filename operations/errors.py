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


class WarningActionError(OperationsError):
    """A step that cannot be taken with a warning; `reason` names why, for pages that say it in their own words."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason


class NoSuchWarningError(WarningActionError, NotThereError):
    """There is no warning of this number."""

    def __init__(self, id: int) -> None:
        super().__init__("not_there", f"There is no warning {id}. Choose one from the list.")


class ChangedMeanwhileError(WarningActionError):
    """Somebody else did something with it first: nothing of this step was kept."""


class WroteMeanwhileError(ChangedMeanwhileError):
    """Another process wrote the same warning in the same moment: look at it anew, and try again."""


class BadEntryError(WarningActionError):
    """A name, a comment, a time or a value that cannot be kept."""


class BadScheduleError(OperationsError):
    """A schedule of reports that cannot be kept: its time, its name, where it is sent."""
