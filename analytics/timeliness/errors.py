"""What can go wrong when times are asked for."""

from warehouse.errors import ZhiliError


class TimelinessError(ZhiliError):
    """A question that makes no sense, or a file that cannot be answered; one line, with what to do."""
