"""The code app: six numbers that change every half minute (RFC 6238), and codes on paper.

The secret is encrypted with a key made from the settings' secret: who copies the database alone
can't make codes. The route commits.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
import uuid
from datetime import UTC, datetime

import pyotp
from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import delete, or_, update
from sqlalchemy.orm import Session

from marketplace.accounts import mails
from marketplace.accounts.models import Account, RecoveryCode
from marketplace.audit import Action, record
from marketplace.vocabulary import Role

STEP_SECONDS = 30
ISSUER = "Meaningful Day"
RECOVERY_CODES = 10
_RECOVERY_BYTES = 10  # 80 bits: 16 letters
_PURPOSE = b"meaningful-day code app"


def new_secret(account: Account, *, secret_key: str) -> str:
    """Give *account* a new secret, to be confirmed by a first code; returns it for the app."""
    secret = pyotp.random_base32()
    keep_secret(account, secret, secret_key=secret_key)
    return secret


def keep_secret(account: Account, secret: str, *, secret_key: str) -> None:
    """Keep *secret*, encrypted, as the one of the account's app, which is still to be confirmed."""
    account.code_secret = _cipher(secret_key).encrypt(secret.encode())
    account.code_confirmed_at = None
    account.code_last_step = None


def secret_of(account: Account, *, secret_key: str) -> str | None:
    """The secret of the app; None where there is none, or the settings' secret has changed since."""
    if account.code_secret is None:
        return None
    try:
        return _cipher(secret_key).decrypt(account.code_secret).decode()
    except InvalidToken:
        return None


def address_for_app(account: Account, secret: str) -> str:
    """What the picture with the squares says to the app."""
    return pyotp.TOTP(secret).provisioning_uri(name=account.email, issuer_name=ISSUER)


def code_now(account: Account, *, secret_key: str, at: datetime | None = None) -> str | None:
    """The code that the app shows *at* this moment."""
    secret = secret_of(account, secret_key=secret_key)
    return pyotp.TOTP(secret).at(at or datetime.now(UTC)) if secret else None


def take_code(
    session: Session, *, account: Account, code: str, secret_key: str, at: datetime | None = None
) -> bool:
    """Whether *code* is right now, or was half a minute ago or ahead; a code counts once.

    The step is moved on in the database itself, so that of two requests with one code one wins.
    """
    secret = secret_of(account, secret_key=secret_key)
    if secret is None or not (code.isascii() and code.isdigit() and len(code) == 6):
        return False
    now = int((at or datetime.now(UTC)).timestamp()) // STEP_SECONDS
    app = pyotp.TOTP(secret)
    for step in (now, now - 1, now + 1):
        if secrets.compare_digest(app.generate_otp(step), code):
            moved: uuid.UUID | None = session.scalar(
                update(Account)
                .where(
                    Account.id == account.id,
                    or_(Account.code_last_step.is_(None), Account.code_last_step < step),
                )
                .values(code_last_step=step)
                .returning(Account.id)
                .execution_options(synchronize_session="fetch")
            )
            return moved is not None
    return False


def confirm_app(session: Session, *, account: Account) -> list[str]:
    """The first code was right: from now on signing in asks for one. Returns the recovery codes."""
    account.code_confirmed_at = datetime.now(UTC)
    session.flush()
    codes = new_recovery_codes(session, account=account)
    mails.tell_code_app(session, account=account, is_on=True)
    record(session, action=Action.CODE_APP_SET, subject=account, actor=account, role=None)
    return codes


def reset_app(session: Session, *, account: Account, by: Account | None) -> None:
    """Take the code app away, for someone who has lost it and their codes: they set up a new one."""
    account.code_secret = None
    account.code_confirmed_at = None
    account.code_last_step = None
    session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account.id))
    session.flush()
    mails.tell_code_app(session, account=account, is_on=False)
    record(
        session,
        action=Action.CODE_APP_RESET,
        subject=account,
        actor=by,
        role=Role.ADMINISTRATOR if by is not None else None,
    )


def new_recovery_codes(session: Session, *, account: Account) -> list[str]:
    """Ten new codes on paper; the old ones are worth nothing. Only their hashes are kept."""
    session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account.id))
    codes = [_spelt(secrets.token_bytes(_RECOVERY_BYTES)) for _ in range(RECOVERY_CODES)]
    session.add_all(RecoveryCode(account_id=account.id, code_hash=_hash_of(code)) for code in codes)
    session.flush()
    record(session, action=Action.RECOVERY_CODES_MADE, subject=account, actor=account, role=None)
    return codes


def take_recovery_code(session: Session, *, account: Account, code: str) -> bool:
    """Whether *code* is one of the account's recovery codes; it counts once."""
    used: uuid.UUID | None = session.scalar(
        update(RecoveryCode)
        .where(
            RecoveryCode.account_id == account.id,
            RecoveryCode.code_hash == _hash_of(code),
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=datetime.now(UTC))
        .returning(RecoveryCode.id)
    )
    if used is not None:
        record(session, action=Action.RECOVERY_CODE_USED, subject=account, actor=account, role=None)
    return used is not None


def _cipher(secret_key: str) -> Fernet:
    key = HKDF(algorithm=SHA256(), length=32, salt=None, info=_PURPOSE).derive(secret_key.encode())
    return Fernet(base64.urlsafe_b64encode(key))


def _spelt(random: bytes) -> str:
    """Four groups of four letters and numbers, without those that look alike in base 32."""
    letters = base64.b32encode(random).decode().lower()
    return "-".join(letters[place : place + 4] for place in range(0, len(letters), 4))


def _hash_of(code: str) -> str:
    """A plain hash does: the code has 80 random bits."""
    return hashlib.sha256("".join(code.lower().replace("-", "").split()).encode()).hexdigest()
