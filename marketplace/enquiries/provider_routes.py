"""The provider's side of enquiries: the list, one enquiry, and every answer to it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from uuid import UUID

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from marketplace.accounts.current import signed_in_account
from marketplace.accounts.models import Account
from marketplace.db import get_database, get_session
from marketplace.directory.words import public_name
from marketplace.enquiries import queries
from marketplace.enquiries.blueprint import (
    ANYWAY,
    CONFLICT,
    TALKING,
    UNPROCESSABLE,
    address_in,
    asked_page,
    blueprint,
    new_token,
    phrases,
    sent_token,
    to_warn_of,
)
from marketplace.enquiries.deadlines.answer_times import answer_times
from marketplace.enquiries.forms import DeclineForm, MessageForm, NoteForm
from marketplace.enquiries.meetings.page import panel, with_meetings
from marketplace.enquiries.messages.operations import (
    MessageRefusedError,
    is_said,
    mark_read,
    say,
    waits_for_a_moderator,
)
from marketplace.enquiries.messages.passing import stopped
from marketplace.enquiries.models import (
    GIVEN_REASONS,
    OPEN_STATES,
    DeclineReason,
    Enquiry,
    EnquiryMessage,
    EnquiryState,
    Side,
)
from marketplace.enquiries.moves import MoveRefusedError, may_follow, move
from marketplace.enquiries.page import (
    PICTURES,
    PROVIDER_STATES,
    ended_words,
    now_words,
    state_words,
    timeline,
    waits,
)
from marketplace.enquiries.sharing import is_shared, shared_profile
from marketplace.geo.districts import read_districts
from marketplace.people.access import london_day
from marketplace.people.steps import Choice
from marketplace.providers.access import OfProvider, current_provider
from marketplace.vocabulary import N_, Role, Word
from marketplace.web import current_settings
from marketplace.web.access import access
from marketplace.web.limits import limited

ONE = "/provide/<uuid:provider_id>/enquiries/<uuid:enquiry_id>"
DONE = {"said", "ask", "wait", "decline", "held", "decline-held"}
_AGREEING = (OPEN_STATES - {EnquiryState.SENT}) | {EnquiryState.AGREED}


class ProviderAnswer(Word):
    """What a provider can answer on a page of its own."""

    ASK = "ask", N_("Ask something")
    WAIT = "wait", N_("Offer the waiting list")
    DECLINE = "decline", N_("Say no, with a reason")


_LEADS_TO = {
    ProviderAnswer.ASK: EnquiryState.MORE_ASKED,
    ProviderAnswer.WAIT: EnquiryState.WAITING,
    ProviderAnswer.DECLINE: EnquiryState.DECLINED,
}
_FORMS: Mapping[ProviderAnswer, type[NoteForm]] = {
    ProviderAnswer.ASK: MessageForm,
    ProviderAnswer.WAIT: NoteForm,
    ProviderAnswer.DECLINE: DeclineForm,
}
REASONS = tuple(Choice(one.value, one.label) for one in GIVEN_REASONS)
ONE_ANSWER = f"<any({', '.join(repr(one.value) for one in ProviderAnswer)}):answer>"


@blueprint.get("/provide/<uuid:provider_id>/enquiries")
@access(OfProvider())
def of_provider(provider_id: UUID) -> str:
    """Everything that was asked: those that wait longest first, and only one state where it is chosen."""
    wanted = request.args.get("state", "")
    states = (EnquiryState(wanted),) if wanted in set(EnquiryState) else ()
    page = queries.of_provider(get_session(), provider_id, states=states, page=asked_page())
    return render_template(
        "enquiries/of_provider.html",
        provider=current_provider(),
        page=page,
        rows=[
            (line, state_words(line.enquiry, Side.PROVIDER), PICTURES[line.enquiry.state])
            for line in page.lines
        ],
        states=[(state.value, words) for state, words in PROVIDER_STATES.items()],
        times=answer_times(get_session(), provider_id, now=datetime.now(UTC)),
        chosen=states[0].value if states else "",
    )


@blueprint.get(ONE)
@access(OfProvider())
def one_of_provider(provider_id: UUID, enquiry_id: UUID) -> str:
    """One enquiry. The first who opens it has seen it, and the person is shown that."""
    enquiry = _enquiry(provider_id, enquiry_id)
    if request.method == "GET":
        _note_opened(enquiry)
        enquiry = _enquiry(provider_id, enquiry_id)
    return _page(enquiry, MessageForm(formdata=None))


@blueprint.post(f"{ONE}/say")
@access(OfProvider())
@limited(TALKING)
def provider_say(provider_id: UUID, enquiry_id: UUID) -> ResponseReturnValue:
    """Write to the person."""
    enquiry, form, token = _enquiry(provider_id, enquiry_id), MessageForm(), sent_token()
    if not form.validate():
        return _page(enquiry, form, token=token), UNPROCESSABLE
    warned = to_warn_of(form.text.data)
    if warned:
        send_to = url_for("enquiries.provider_say", provider_id=provider_id, enquiry_id=enquiry_id)
        return _careful(enquiry, form.text.data, warned, token, send_to)
    try:
        message = _say(enquiry, form.text.data, token, now=datetime.now(UTC))
    except MessageRefusedError:
        get_session().rollback()
        return _page(_enquiry(provider_id, enquiry_id), form, token=token, was_refused=True), CONFLICT
    get_session().commit()
    return redirect(_address(enquiry, done="held" if waits(message) else "said"), 303)


@blueprint.route(f"{ONE}/{ONE_ANSWER}", methods=["GET", "POST"])
@access(OfProvider())
@limited(TALKING)
def answer(provider_id: UUID, enquiry_id: UUID, answer: str) -> ResponseReturnValue:
    """Ask something, offer the waiting list, or say no."""
    enquiry, kind = _enquiry(provider_id, enquiry_id), ProviderAnswer(answer)
    form = _FORMS[kind]()
    token = sent_token()
    session, to = get_session(), _LEADS_TO[kind]
    was_sent = not form.text.data or is_said(session, enquiry, form_token=token)
    if enquiry.state is to and request.method == "POST" and was_sent:  # the same form, sent twice
        return redirect(_address(enquiry, done=answer), 303)
    if kind not in _answers_of(enquiry, is_stopped=stopped(session, enquiry) is not None):
        return _page(enquiry, _kept(form), was_refused=True), CONFLICT
    if request.method != "POST":
        return _answer_page(enquiry, kind, form, token)
    if not form.validate():
        return _answer_page(enquiry, kind, form, token), UNPROCESSABLE
    warned = to_warn_of(form.text.data)
    if warned:
        return _answer_page(enquiry, kind, form, token, warned=warned)
    try:
        message = _give(enquiry, kind, form, token)
    except (MoveRefusedError, MessageRefusedError):
        session.rollback()
        return _page(_enquiry(provider_id, enquiry_id), _kept(form), token=token, was_refused=True), CONFLICT
    session.commit()
    return redirect(_address(enquiry, done=_done(kind, message)), 303)


def _kept(form: NoteForm) -> MessageForm:
    """What was typed on a page that is not possible any more, for the one that is."""
    return MessageForm(formdata=None, data={"text": form.text.data})


def _give(enquiry: Enquiry, kind: ProviderAnswer, form: NoteForm, token: str) -> EnquiryMessage | None:
    """The words and the step. A refusal is said before the enquiry is over, all else after it is open.

    Where a moderator reads the words first, the step waits with them; only a refusal does not, since
    whoever asked should not wait for it.
    """
    session, now, text = get_session(), datetime.now(UTC), form.text.data
    is_no, to = kind is ProviderAnswer.DECLINE, _LEADS_TO[kind]
    if text and (is_no or _must_wait(enquiry, text, now=now)):
        message = _say(enquiry, text, token, now=now, leads_to=to)
        if not is_no:
            return message
    else:
        message = None
    move(
        session,
        enquiry,
        to=to,
        side=Side.PROVIDER,
        account=signed_in_account(),
        role=Role.PROVIDER_STAFF,
        now=now,
        base_url=current_settings().base_url,
        reason=DeclineReason(form.reason.data) if is_no else None,
        tells=is_no or not text,  # the message is told already
    )
    return _say(enquiry, text, token, now=now) if text and not is_no else message


def _must_wait(enquiry: Enquiry, text: str, *, now: datetime) -> bool:
    return waits_for_a_moderator(
        get_session(), enquiry, text=text, now=now, phrases=phrases(), many=current_settings().many
    )


def _done(kind: ProviderAnswer, message: EnquiryMessage | None) -> str:
    if message is None or not waits(message):
        return kind.value
    return "decline-held" if kind is ProviderAnswer.DECLINE else "held"


def _answers_of(enquiry: Enquiry, *, is_stopped: bool) -> list[ProviderAnswer]:
    may = may_follow(enquiry, Side.PROVIDER)
    return [
        kind
        for kind in ProviderAnswer
        if _LEADS_TO[kind] in may
        and (kind is not ProviderAnswer.DECLINE or not _is_late(enquiry))
        and (kind is ProviderAnswer.DECLINE or not is_stopped or _is_late(enquiry))
    ]


def _is_late(enquiry: Enquiry) -> bool:
    """The person was told that nobody answered: what comes now is an answer, or nothing."""
    return enquiry.state is EnquiryState.NO_ANSWER


def _note_opened(enquiry: Enquiry) -> None:
    """In a transaction of its own, so that reading ends before something is written."""
    enquiry_id, account_id = enquiry.id, signed_in_account().id
    get_session().rollback()
    with get_database().write.begin() as session:
        fresh, now = session.get_one(Enquiry, enquiry_id), datetime.now(UTC)
        mark_read(session, fresh, side=Side.PROVIDER, now=now)
        if fresh.state is not EnquiryState.SENT:
            return
        move(
            session,
            fresh,
            to=EnquiryState.SEEN,
            side=Side.PROVIDER,
            account=session.get_one(Account, account_id),
            role=Role.PROVIDER_STAFF,
            now=now,
            base_url=current_settings().base_url,
        )


def _say(
    enquiry: Enquiry, text: str, token: str, *, now: datetime, leads_to: EnquiryState | None = None
) -> EnquiryMessage:
    return say(
        get_session(),
        enquiry,
        side=Side.PROVIDER,
        text=text,
        form_token=token,
        account=signed_in_account(),
        role=Role.PROVIDER_STAFF,
        now=now,
        base_url=current_settings().base_url,
        phrases=phrases(),
        many=current_settings().many,
        leads_to=leads_to,
    )


def _enquiry(provider_id: UUID, enquiry_id: UUID) -> Enquiry:
    return queries.enquiry_of_provider(get_session(), provider_id, enquiry_id) or abort(404)


def _address(enquiry: Enquiry, *, done: str) -> str:
    return url_for(
        "enquiries.one_of_provider", provider_id=enquiry.provider_id, enquiry_id=enquiry.id, done=done or None
    )


def _careful(enquiry: Enquiry, text: str, warned: object, token: str, send_to: str) -> str:
    return render_template(
        "enquiries/careful.html",
        text=text,
        warned=warned,
        token=token,
        side=Side.PROVIDER.value,
        send_to=send_to,
        back=_address(enquiry, done=""),
    )


def _answer_page(
    enquiry: Enquiry, kind: ProviderAnswer, form: NoteForm, token: str, *, warned: object = ()
) -> str:
    return render_template(
        "enquiries/answer.html",
        enquiry=enquiry,
        kind=kind,
        form=form,
        token=token,
        reasons=REASONS,
        warned=warned,
        anyway=ANYWAY,
        back=_address(enquiry, done=""),
    )


def _page(enquiry: Enquiry, form: MessageForm, *, token: str = "", was_refused: bool = False) -> str:
    session, settings = get_session(), current_settings()
    offer, provider = queries.named(session, enquiry)
    done = request.args.get("done", "")
    why = stopped(session, enquiry)
    meetings = panel(session, enquiry, side=Side.PROVIDER, is_stopped=why is not None, now=datetime.now(UTC))
    name = public_name(provider)
    entries = timeline(session, enquiry, side=Side.PROVIDER, provider_name=name, reader=signed_in_account())
    return render_template(
        "enquiries/one_of_provider.html",
        provider=provider,
        enquiry=enquiry,
        offer=offer,
        state=state_words(enquiry, Side.PROVIDER),
        picture_name=PICTURES[enquiry.state],
        now_words=ended_words(session, enquiry, today=london_day()) or now_words(enquiry, Side.PROVIDER),
        parts=shared_profile(
            session,
            enquiry,
            districts=read_districts(settings.seeds_dir),
            evening_starts=settings.evening_starts,
            today=london_day(),
        ),
        is_shared=is_shared(enquiry),
        entries=with_meetings(entries, meetings, enquiry, side=Side.PROVIDER, provider_name=name),
        panel=meetings,
        stopped=why,
        asks_for_change=queries.is_asked_for_change(session, enquiry, side=Side.PROVIDER),
        answers=_answers_of(enquiry, is_stopped=why is not None),
        agreement=address_in(
            "agreements.provider_agreement",
            enquiry.state,
            _AGREEING,
            provider_id=enquiry.provider_id,
            enquiry_id=enquiry.id,
        ),
        form=form,
        token=token or new_token(),
        was_refused=was_refused,
        done=done if done in DONE else "",
    )
