"""Why no document goes out."""

from warehouse.errors import ZhiliError


class ReportError(ZhiliError):
    """A report that cannot be made, or must not be; one line: what, why, who can mend it."""
