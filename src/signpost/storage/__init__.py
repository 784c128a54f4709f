"""What Signpost keeps, and nothing it need not: one module a table, one way in (`Store`)."""

from sqlalchemy.ext.asyncio import AsyncSession as Session

from .engine import Store

__all__ = ["Session", "Store"]
