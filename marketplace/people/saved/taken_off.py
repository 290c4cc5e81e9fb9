"""A saved match that was just taken off, sealed into the page that offers to put it back.

Sealed means that nobody reads it: the match was made of all that the person answered, and whoever
takes it off may not see all of that.
"""

from __future__ import annotations

import base64
import json
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from marketplace.people.saved.models import SavedMatch
from marketplace.people.saved.operations import AsItWas

PUT_BACK_WITHIN = 3600
"""So many seconds after it was taken off, a saved offer can be put back as it was."""
_PURPOSE = b"meaningful-day saved match taken off"


@dataclass(frozen=True, kw_only=True)
class TakenOff:
    match: AsItWas
    note: str
    kept_at: datetime


def sealed(kept: SavedMatch, *, secret_key: str) -> str:
    """All of *kept* as letters that only this installation can read."""
    said = {
        "person": str(kept.person_id),
        "offer": str(kept.offer_id),
        "note": kept.note,
        "score": kept.score,
        "rules": kept.rules_version,
        "result": kept.result,
        "at": kept.kept_at.timestamp(),
    }
    return _cipher(secret_key).encrypt(json.dumps(said).encode()).decode()


def opened(text: str, *, person_id: uuid.UUID, offer_id: uuid.UUID, secret_key: str) -> TakenOff | None:
    """What was sealed; None where it is too old, changed, or of another person or offer."""
    try:
        said = json.loads(_cipher(secret_key).decrypt(text.encode(), ttl=PUT_BACK_WITHIN))
    except InvalidToken:
        return None
    if (said["person"], said["offer"]) != (str(person_id), str(offer_id)):
        return None
    return TakenOff(
        match=AsItWas(score=said["score"], rules_version=said["rules"], result=said["result"]),
        note=said["note"],
        kept_at=datetime.fromtimestamp(said["at"], UTC),
    )


def _cipher(secret_key: str) -> Fernet:
    key = HKDF(algorithm=SHA256(), length=32, salt=None, info=_PURPOSE).derive(secret_key.encode())
    return Fernet(base64.urlsafe_b64encode(key))
