"""What a person reads beside each part of their profile before they share it."""

from __future__ import annotations

from datetime import time

from flask import Flask

from marketplace.enquiries.asking import part_choices
from marketplace.enquiries.sharing import SharedPart, SharedRow
from marketplace.people.profile.models import ProfilePart
from marketplace.people.steps import Step
from marketplace.people.summary import answer_rows


def test_a_part_in_short_is_whole_sentences_and_minutes_are_called_minutes(app: Flask) -> None:
    with app.test_request_context():
        answers = {"postcode": "NG18 1AB", "travel": {"modes": ["bus"], "max_minutes": 40}}
        lines = {row.step: row.lines for row in answer_rows(answers, evening_starts=time(17))}
        assert lines[Step.MINUTES] == ("Up to 40 minutes",)
        answers["travel"] = {"max_minutes": 45}
        lines = {row.step: row.lines for row in answer_rows(answers, evening_starts=time(17))}
        assert lines[Step.MINUTES] == ("Up to 45 minutes",)
        rows = (SharedRow("Can do", ("I can sew.", "I bake ")), SharedRow("Travel", ("By bus", "Alone?")))
        (choice,) = part_choices([SharedPart(part=ProfilePart.TRAVEL, rows=rows, picture="")])
        assert choice.hint == "I can sew. I bake. By bus. Alone?"
