"""Mail that is written with what it tells, and sent once.

    post(session, recipient=account.email, kind="sign_in_link", subject=…, body=…, holds_secret=True)

`marketplace work` sends it: `sending` says how, `transports` by which way.
"""

from marketplace.outbox.models import MailState, OutboxMessage
from marketplace.outbox.posting import RecipientError, post

__all__ = ["MailState", "OutboxMessage", "RecipientError", "post"]
