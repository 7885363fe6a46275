"""What can go wrong when a folder of counts is to be judged."""

from warehouse.errors import ZhiliError


class EarlyWarningError(ZhiliError):
    """A file that cannot be judged, or an answer that cannot be written; one line, with what to do."""
