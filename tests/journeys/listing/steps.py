"""What providers and moderators do again and again in a browser: answer questions, check, decide."""

from __future__ import annotations

import re

from flask import Flask
from playwright.sync_api import Page, expect
from sqlalchemy import select

from marketplace.providers.models import Provider
from tests.journeys.accounts import open_account

MOST_QUESTIONS = 14
GO_ON = "Save and go on"
SKIPPED = re.compile("^Skip (this question|for now)$")


class Asked:
    """The questions that had to be answered; whatever can be skipped is skipped."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.headings: list[str] = []
        self.heading = page.get_by_role("heading", level=1)

    def answer(self, question: str, *, button: str = "Continue", may_skip: bool = False) -> None:
        """Send the page that asks *question*, which was filled in just now."""
        expect(self.heading).to_have_text(question)
        assert may_skip or self.page.get_by_role("button", name=SKIPPED).count() == 0, question
        self.headings.append(question)
        self.page.get_by_role("button", name=button, exact=True).click()
        expect(self.heading).not_to_have_text(question)

    def skip(self, *, until: str) -> None:
        """Skip whatever can be skipped, until the question or page with this heading."""
        for _ in range(20):
            question = self.heading.inner_text()
            if question == until:
                return
            self.page.get_by_role("button", name=SKIPPED).click()
            expect(self.heading).not_to_have_text(question)
        raise AssertionError(f"{until} never came")

    def tell(self, who: str, *, most: int = MOST_QUESTIONS) -> None:
        print(f"\n{who} answered {len(self.headings)} questions: {', '.join(self.headings)}")
        assert len(self.headings) <= most

    def open_account(self, app: Flask, *, email: str, name: str) -> None:
        """From the page for those who list to the first question, by opening an account."""
        self.page.get_by_role("link", name=re.compile("^Begin")).click()
        open_account(self.page, app, email=email, name=name)
        self.headings += ["Your e-mail address", "What should we call you?"]


def note_checks(page: Page, app: Flask, name: str, kinds: tuple[str, ...]) -> None:
    """What a moderator saw today, page by page."""
    with app.extensions["marketplace.db"].read() as session:
        provider_id = session.scalars(select(Provider.id).where(Provider.name == name)).one()
    for kind in kinds:
        page.goto(f"/moderation/providers/{provider_id}/checks/{kind}")
        if kind == "cqc_rating":
            page.get_by_label("Rating").select_option("good")
        page.get_by_role("button", name="Note this check").click()
        expect(page).to_have_url(re.compile(r"\?done=noted"))


def approve(page: Page, name: str) -> None:
    """Approve the first that waits with this *name*."""
    page.goto("/moderation")
    page.get_by_role("link", name=name, exact=True).first.click()
    page.get_by_label("Approve").check()
    page.get_by_role("button", name="Send the decision").click()
    expect(page).to_have_url(re.compile(r"/moderation\?(.*&)?done="))


def is_found(page: Page, words: str, offer: str) -> bool:
    """Whether someone who searches with *words* sees the offer."""
    page.goto(f"/offers?q={words}")
    return page.get_by_role("link", name=offer, exact=True).count() > 0
