"""How often someone tried: counted in the database, so that a restart or another process knows too."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.db import Base


class RateCount(Base):
    """How many times something was tried under *key* in the window that ends at ``ends_at``."""

    __tablename__ = "rate_count"

    key: Mapped[str] = mapped_column(String(255), primary_key=True)
    count: Mapped[int] = mapped_column(Integer)
    ends_at: Mapped[datetime] = mapped_column(index=True)
