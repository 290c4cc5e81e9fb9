"""Where a council wants the papers of checks to be shown: its own words, kept as a setting."""

from __future__ import annotations

from sqlalchemy import String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from marketplace.accounts.models import Account
from marketplace.audit import Action, record
from marketplace.db import Base
from marketplace.geo.council_areas import council_code
from marketplace.providers.checks import EVERYWHERE
from marketplace.vocabulary import Role

LONGEST_WORDS = 600


class CouncilChecking(Base):
    """One council's words, or those for everywhere else."""

    __tablename__ = "council_checking"

    council_code: Mapped[str] = mapped_column(String(9), primary_key=True)
    """ONS code of a council; '' is everywhere."""
    bring_to: Mapped[str] = mapped_column(String(LONGEST_WORDS), default="")


def bring_to(session: Session, district_code: str | None) -> str:
    """Where a provider of this district shows its papers; '' where nobody has said."""
    return bring_to_of(session, council_code(district_code) or EVERYWHERE)


def bring_to_of(session: Session, council: str) -> str:
    """What a council says, else what is said for everywhere."""
    found = select(CouncilChecking).where(CouncilChecking.council_code.in_([EVERYWHERE, council]))
    words = {row.council_code: row.bring_to for row in session.scalars(found)}
    return words.get(council) or words.get(EVERYWHERE, "")


def own_words_of(session: Session, council: str) -> str:
    """What this council says itself."""
    row = session.get(CouncilChecking, council)
    return "" if row is None else row.bring_to


def change_words(session: Session, *, council: str, words: str, account: Account, role: Role) -> None:
    """Say where papers are shown. Empty words leave those for everywhere."""
    row = session.get(CouncilChecking, council)
    if (row.bring_to if row else "") == words:
        return
    if row is None:
        session.add(CouncilChecking(council_code=council, bring_to=words))
    else:
        row.bring_to = words
    session.flush()
    record(
        session,
        action=Action.CHECK_WORDS_CHANGED,
        subject=("council", council or "everywhere"),
        actor=account,
        role=role,
    )
