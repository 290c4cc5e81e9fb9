"""A person of whom every table knows something, with words that stand nowhere else."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta

from sqlalchemy.orm import Session

import marketplace.commissioning.holdings
import marketplace.enquiries.holdings
import marketplace.moderation.holdings  # noqa: F401 (the download has its rows too)
from marketplace.accounts.models import Account, LinkPurpose, MailedLink, RecoveryCode, RoleCouncil, SignIn
from marketplace.audit import Action, record
from marketplace.commissioning.groups.models import GroupIdea, GroupIdeaPerson, JoinAnswer
from marketplace.commissioning.outcomes.models import Asks, SurveyAnswer
from marketplace.gaps.bands import TimeBand
from marketplace.gaps.disclosure import Shown
from marketplace.moderation.models import ClosureNotice
from marketplace.outbox import post
from marketplace.people.caseload.models import (
    Alternative,
    CaseNote,
    CaseRequest,
    Choice,
    PageClaim,
    Shortlist,
    ShortlistItem,
)
from marketplace.people.models import Person
from marketplace.people.profile.models import (
    CommunicationNeed,
    CommunicationRecord,
    HiddenPart,
    LevelRecord,
    NoteKind,
    ProfileNote,
    ProfilePart,
    ProfileUndo,
    WhoSaid,
)
from marketplace.people.rights.models import (
    LawfulHold,
    ProfileView,
    RequestKind,
    RequestState,
    RightsRequest,
)
from marketplace.people.saved.models import Keeping, NewMatchAlert, Rhythm, SavedMatch
from marketplace.people.supporters.models import Carer
from marketplace.providers.models import AssistantDetails, MemberRole, ProviderMember
from marketplace.vocabulary import LegalForm, Role, Theme
from tests.directory.factories import offer
from tests.enquiries.everything import add_enquiry
from tests.fixtures.accounts import make_account
from tests.people.factories import TODAY, make_case, make_person, make_supporter
from tests.providers.factories import make_provider

NAME, FAMILY, EMAIL, WORDS = "Quenby", "Zellaby", "quenby.zellaby@example.org", "my purple heron"
NOW = datetime.now(UTC)
HELD_BACK = "Neighbour Nigel shouts at night"
RELEASED = "Met with her cousin"


def a_known_person(session: Session) -> tuple[Person, Account]:
    """Quenby, with a row in each table that can be about her; committed."""
    account = make_account(session, roles=[Role.PERSON], name=f"{NAME} {FAMILY}", email=EMAIL)
    goals = [{"theme": "cookery"}, {"text": WORDS}]
    person = make_person(
        session, account=account, first_name=NAME, family_name=FAMILY, answers={"goals": goals}
    )
    sam = make_account(session, roles=[Role.PRACTITIONER], name="Sam", email="sam@example.org")
    ana = make_account(session, roles=[Role.SUPPORTER], name="Ana", email="ana@example.org")
    other = make_person(session, account=make_account(session, name="Ola"), first_name="Ola")
    session.add_all([*_profile(person, account), *_rights(person, account, sam), *_ways_in(account)])
    kitchen, cafe = offer(session, "Kitchen"), offer(session, "Café")
    own_work = make_provider(session, name="Q", legal_form=LegalForm.EMPLOYED_PA)
    result = {"name": "Kitchen", "parts": [{"name": "goals", "reason": f"You wrote “{WORDS}”"}]}
    session.add_all(
        [
            SavedMatch(
                person_id=person.id,
                offer_id=kitchen.id,
                keeping=Keeping.SAVED,
                note=WORDS,
                rules_version="2026.1",
                result=result,
                kept_at=NOW,
            ),
            NewMatchAlert(
                person_id=person.id,
                account_id=account.id,
                rhythm=Rhythm.DAILY,
                known_offers=[],
                next_at=NOW + timedelta(days=1),
            ),
            Shortlist(
                person_id=person.id,
                title=f"For {NAME}",
                made_at=NOW,
                sent_at=NOW,
                items=[ShortlistItem(offer_id=kitchen.id, position=1, note=WORDS)],
            ),
            Choice(
                person_id=person.id,
                made_at=NOW,
                offer_id=kitchen.id,
                reason=WORDS,
                alternatives=[Alternative(offer_id=cafe.id, position=1, why_not=WORDS)],
            ),
            CaseRequest(
                account_id=sam.id,
                person_id=None,
                email=EMAIL,
                name=NAME,
                reason=WORDS,
                asked_at=NOW,
                link_hash="link-hash",
                expires_at=NOW + timedelta(days=14),
            ),
            PageClaim(
                person_id=person.id,
                code_hash="code-hash",
                made_by_id=sam.id,
                made_at=NOW,
                expires_at=NOW + timedelta(days=28),
            ),
            CaseNote(
                person_id=person.id, written_at=NOW, text=f"{HELD_BACK}, says {NAME}", is_safeguarding=True
            ),
            CaseNote(person_id=person.id, written_at=NOW, text=RELEASED, names_others=True, released_at=NOW),
            ProviderMember(
                provider_id=kitchen.provider_id,
                account_id=account.id,
                email=account.email,
                role=MemberRole.EDITOR,
                invited_at=NOW,
                accepted_at=NOW,
            ),
            AssistantDetails(provider_id=own_work.id, family_name="Workname", street="1 Low Lane"),
            ProviderMember(
                provider_id=own_work.id,
                account_id=account.id,
                email=account.email,
                role=MemberRole.OWNER,
                invited_at=NOW,
                accepted_at=NOW,
            ),
            ClosureNotice(
                provider_id=kitchen.provider_id,
                person_id=person.id,
                offer_ids=[str(kitchen.id)],
                made_at=NOW,
                alternatives=[result],
            ),
            SurveyAnswer(
                person_id=person.id,
                asks=Asks.PERSON,
                question="i_have_friends",
                value=2,
                said_on=TODAY,
                said_by_id=account.id,
                form_token=uuid.uuid4().hex,
            ),
        ]
    )
    idea = GroupIdea(
        key="E07000174|NG18|cookery|saturday_morning",
        district_code="E07000174",
        theme=Theme.COOKERY,
        band=TimeBand.SATURDAY_MORNING,
        people=Shown(10),
        found_on=TODAY,
    )
    session.add(idea)
    session.flush()
    session.add(
        GroupIdeaPerson(
            idea_id=idea.id, person_id=person.id, answer=JoinAnswer.JOINS, answered_at=NOW, told_at=NOW
        )
    )
    session.add(RoleCouncil(grant_id=account.grants[0].id, council_code="E10000024", given_at=NOW))
    add_enquiry(session, person=person, account=account, offer=kitchen, words=WORDS, name=NAME)
    make_supporter(session, person=person, account=ana, relationship_words=f"{NAME}’s sister")
    make_case(session, person=person, account=sam)
    carers = [
        Carer(account_id=ana.id, person_id=person.id, works={}, own_words=f"{NAME} sleeps", changed_at=NOW),
        Carer(account_id=account.id, person_id=other.id, works={}, own_words=WORDS, changed_at=NOW),
    ]
    session.add_all(carers)
    # She helped Ola once, and looked at her page.
    make_supporter(session, person=other, account=account, ended_at=NOW)
    session.add(_view(other, account))
    for recipient, body in (
        (EMAIL, "Hello"),
        (ana.email, f"Hello Ana,\n\n{NAME} has answered."),
        (sam.email, f"See https://example.org/people/{person.id}"),
        (sam.email, "Quenbyshire has a new group"),
    ):
        own = recipient == EMAIL
        post(
            session,
            recipient=recipient,
            kind="test",
            subject="News",
            body=body,
            account_id=account.id if own else None,
        )
    record(session, action=Action.PROFILE_BEGUN, subject=person, actor=account, role=Role.PERSON)
    session.commit()
    return person, account


def _profile(person: Person, account: Account) -> list[object]:
    return [
        ProfileNote(person_id=person.id, kind=NoteKind.GOOD_DAY, text=WORDS, written_at=NOW),
        CommunicationRecord(
            person_id=person.id,
            need=CommunicationNeed.DEVICE,
            note=WORDS,
            recorded_on=TODAY,
            review_on=TODAY,
        ),
        LevelRecord(person_id=person.id, level=2, said_on=TODAY, said_at=NOW, who=WhoSaid.PERSON, note=WORDS),
        HiddenPart(person_id=person.id, part=ProfilePart.MONEY, hidden_at=NOW),
        ProfileUndo(
            person_id=person.id,
            version=1,
            made_by_id=account.id,
            made_at=NOW,
            before={"first_name": NAME, "words": WORDS},
        ),
    ]


def _rights(person: Person, account: Account, sam: Account) -> list[object]:
    return [
        _view(person, sam),
        RightsRequest(
            person_id=person.id,
            kind=RequestKind.DOWNLOAD,
            state=RequestState.DONE,
            asked_at=NOW,
            asked_by_id=account.id,
            due_on=TODAY,
            closed_at=NOW,
        ),
        LawfulHold(
            person_id=person.id,
            reason=f"{HELD_BACK} at {NAME}",
            placed_at=NOW,
            review_on=TODAY,
            released_at=NOW,
        ),
    ]


def _ways_in(account: Account) -> list[object]:
    soon = NOW + timedelta(hours=1)
    return [
        SignIn(account_id=account.id, token_hash=uuid.uuid4().hex, begun_at=NOW, used_at=NOW, ends_at=soon),
        MailedLink(
            token_hash=uuid.uuid4().hex,
            purpose=LinkPurpose.SIGN_IN,
            email=EMAIL,
            account_id=account.id,
            made_at=NOW,
            expires_at=soon,
        ),
        RecoveryCode(account_id=account.id, code_hash="secret-code-hash"),
    ]


def _view(person: Person, account: Account) -> ProfileView:
    return ProfileView(
        person_id=person.id,
        account_id=account.id,
        name=account.name,
        role=Role.PRACTITIONER,
        organisation="Mansfield team",
        part=ProfilePart.TRAVEL,
        looked_on=TODAY,
        first_at=NOW,
        last_at=NOW,
        times=2,
    )
