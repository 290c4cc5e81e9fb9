"""Noticing that a provider who was suspended comes back under another name.

Of a few details a keyed fingerprint is kept, never the detail itself. Fingerprints of one installation
say nothing to another, and nothing at all to whoever hasn't its secret.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import unicodedata
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select, tuple_
from sqlalchemy.orm import Session

from marketplace.moderation.models import Suspension
from marketplace.providers.models import Provider, ProviderTrace, TraceKind
from marketplace.providers.queries import assistant_details, live_accounts_of

_COUNTRY = "44"


@dataclass(frozen=True, slots=True)
class LooksLike:
    """A provider that is suspended, and what another one has in common with it."""

    provider: Provider
    since: datetime
    kinds: tuple[TraceKind, ...]


def keep_traces(session: Session, provider: Provider, *, secret_key: str) -> None:
    """Write down the fingerprints of *provider* as it is now, beside those from before."""
    if not secret_key:
        return  # a command without the secret can't make them; the next sending does
    known = _kept(session, provider.id)
    for kind, digest in sorted(digests_of(session, provider, secret_key=secret_key) - known):
        session.add(ProviderTrace(provider_id=provider.id, kind=kind, digest=digest))
    session.flush()


def forget_traces(session: Session, provider_id: uuid.UUID) -> None:
    session.execute(delete(ProviderTrace).where(ProviderTrace.provider_id == provider_id))


def looks_like(session: Session, provider: Provider, *, secret_key: str) -> list[LooksLike]:
    """Suspended providers that share a detail with *provider*."""
    if not secret_key:
        return []
    digests = digests_of(session, provider, secret_key=secret_key)
    digests |= _kept(session, provider.id)
    if not digests:
        return []
    rows = session.execute(
        select(Provider, Suspension.began_at, ProviderTrace.kind)
        .join(ProviderTrace, ProviderTrace.provider_id == Provider.id)
        .join(Suspension, Suspension.provider_id == Provider.id)
        .where(
            tuple_(ProviderTrace.kind, ProviderTrace.digest).in_(sorted(digests)),
            Provider.id != provider.id,
            Suspension.ended_at.is_(None),
        )
        .order_by(Suspension.began_at, Provider.id, ProviderTrace.kind)
    )
    found: dict[uuid.UUID, LooksLike] = {}
    for other, since, kind in rows:
        before = found.get(other.id)
        kinds = (*(before.kinds if before else ()), kind)
        found[other.id] = LooksLike(other, since, tuple(dict.fromkeys(kinds)))
    return list(found.values())


def digests_of(session: Session, provider: Provider, *, secret_key: str) -> set[tuple[TraceKind, str]]:
    """The fingerprints of everything that can be recognised about *provider*."""
    details = assistant_details(session, provider)
    emails = [provider.email, *(account.email for account in live_accounts_of(session, provider.id))]
    name = f"{provider.name} {details.family_name if details else ''}"
    postcode = normal_number(provider.postcode)
    texts = {
        TraceKind.NAME_AND_POSTCODE: [f"{normal_name(name)}|{postcode}"] if postcode else [],
        TraceKind.EMAIL: map(normal_mailbox, emails),
        TraceKind.PHONE: [normal_phone(provider.phone)],
        TraceKind.NUMBER: [normal_number(provider.registered_number), normal_number(provider.cqc_id)],
    }
    return {
        (kind, _digest(f"{kind.value}:{text}", secret_key))
        for kind, some in texts.items()
        for text in _not_empty(some)
    }


def normal_name(text: str | None) -> str:
    """Words in alphabetical order, without accents, case and marks: 'O’Neil, Zoë' is 'oneil zoe'.

    Letters that no eye sees are no letters, and pictures no words; letters of every script are kept.
    """
    plain = "".join(
        letter
        for letter in unicodedata.normalize("NFKD", text or "")
        if not unicodedata.combining(letter) and unicodedata.category(letter) != "Cf"
    )
    words = re.findall(r"[^\W_]+", re.sub(r"['’`]", "", plain.casefold()))
    return " ".join(sorted(set(words)))


def normal_mailbox(text: str | None) -> str:
    """Without case and without what stands after '+': both reach the same mailbox."""
    name, at, host = (text or "").strip().casefold().partition("@")
    return f"{name.partition('+')[0]}@{host}" if at else ""


def normal_phone(text: str | None) -> str:
    """Digits as they are dialled in the country: '+44 (0)7700 900123' is '07700900123'."""
    digits = re.sub(r"\D", "", (text or "").replace("(0)", ""))
    digits = digits.removeprefix("00") if digits.startswith(f"00{_COUNTRY}") else digits
    if digits.startswith(_COUNTRY) and len(digits) > 10:
        digits = "0" + digits.removeprefix(_COUNTRY)
    return digits if len(digits) >= 8 else ""


def normal_number(text: str | None) -> str:
    return re.sub(r"[^A-Z0-9]", "", (text or "").upper())


def flags_of(found: Sequence[LooksLike]) -> list[str]:
    """As they are kept with a review: the identifier of the provider, then what they have in common."""
    return [f"{one.provider.id} {','.join(kind.value for kind in one.kinds)}" for one in found]


def flag_parts(flag: str) -> tuple[uuid.UUID, tuple[TraceKind, ...]]:
    """The opposite of ``flags_of``."""
    provider_id, _, kinds = flag.partition(" ")
    return uuid.UUID(provider_id), tuple(TraceKind(kind) for kind in kinds.split(",") if kind)


def _kept(session: Session, provider_id: uuid.UUID) -> set[tuple[TraceKind, str]]:
    rows = session.scalars(select(ProviderTrace).where(ProviderTrace.provider_id == provider_id))
    return {(row.kind, row.digest) for row in rows}


def _not_empty(texts: Iterable[str]) -> list[str]:
    return [text for text in texts if text.strip("|")]


def _digest(text: str, secret_key: str) -> str:
    key = hashlib.sha256(b"provider traces\0" + secret_key.encode()).digest()
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
