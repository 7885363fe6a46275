"""What can go wrong on the way in or out, each with what to do about it. Caught only at the edges."""


class ZhiliError(Exception):
    """Base of every error this project raises on purpose; its text is one line a person can act on."""


class WarehouseError(ZhiliError):
    """The warehouse cannot be opened, written or asked."""


class WriterBusyError(WarehouseError):
    """Another process is writing."""


class QuestionError(WarehouseError):
    """A question is not one read-only statement, or DuckDB refuses it."""
