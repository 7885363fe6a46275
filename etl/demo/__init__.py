"""A demo district that behaves like the place: files as source platforms export them, and the truth about what is in them.

Everything is made up but the names and codes of areas. The same arguments give the same bytes.
"""

from etl.demo.make import make

__all__ = ["make"]
