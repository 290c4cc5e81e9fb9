"""'Read aloud' in Easy Read: with a voice of the device alone, when asked, to its end or until stopped."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.fixtures.browsing import faults

VOICES = """
const local = {local};
window.said = [];
window.SpeechSynthesisUtterance = class {{ constructor(text) {{ this.text = text }} }};
Object.defineProperty(window, "speechSynthesis", {{ value: {{
  getVoices: () => [{{ lang: "en-GB", localService: false }}, ...(local ? [{{ lang: "en_GB", localService: true }}] : [])],
  speak(one) {{ window.now = one; window.said.push(`${{one.voice.lang}} ${{one.text}}`) }},
  cancel() {{ window.now = undefined }},
}} }});
"""


@pytest.mark.parametrize("has_local_voice", [True, False])
def test_a_result_is_read_aloud_by_the_device_itself(page: Page, has_local_voice: bool) -> None:
    page.add_init_script(VOICES.format(local=str(has_local_voice).lower()))
    page.goto("/?reading=easy")
    page.locator("#own_words").fill("I like gardening")
    page.locator("#postcode").fill("NG5 6LN")
    page.locator("form[action='/find/near-me'] button").click()
    card = page.locator(".md-match").first
    expect(card).to_be_visible()
    button = card.get_by_role("button", name="Read aloud")
    if not has_local_voice:
        expect(button).to_have_count(0)  # a voice of somebody else's computer is none
        return
    expect(button).to_be_visible()
    assert page.evaluate("said") == []
    assert faults(page) == []

    button.press("Enter")
    stop = card.get_by_role("button", name="Stop reading")
    expect(stop).to_be_focused()
    page.evaluate("now.onend()")
    kind, title = (card.locator(one).inner_text() for one in (".md-card__kind", "h3"))
    assert page.evaluate("said") == [f"en_GB {kind}", f"en_GB {title}"]
    expect(card.locator("h3")).to_have_class("md-card__title md-aloud__now")
    page.keyboard.press("Escape")
    expect(button).to_be_focused()
    assert page.evaluate("[typeof now, said.length]") == ["undefined", 2]

    button.click()
    page.evaluate("() => { while (now) now.onend() }")
    read = " ".join(page.evaluate("said.slice(2)"))
    assert title in read
    assert "Why it fits" in read
    assert "Read aloud" not in read
    expect(button).to_be_visible()
