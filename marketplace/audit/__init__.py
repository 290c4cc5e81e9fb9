"""Who did what and when: a chain of entries that shows when one was changed.

    record(session, action=Action.MAIL_GIVEN_UP, subject=message, actor=None, role=None)

Nothing changes or deletes an entry; ``marketplace check`` goes over the whole chain.
"""

from marketplace.audit.actions import Action
from marketplace.audit.chain import AuditChainError, record
from marketplace.audit.models import AuditEntry

__all__ = ["Action", "AuditChainError", "AuditEntry", "record"]
