"""What everyday words are taken to mean."""

from __future__ import annotations

from pathlib import Path

import pytest

from marketplace.matching.needs import Goal
from marketplace.matching.suggest import suggest_themes
from marketplace.matching.thesaurus import Thesaurus
from marketplace.vocabulary import Theme

from .goals import THESAURUS, matches, meaning, meant, thesaurus
from .offers import offer


@pytest.mark.parametrize(
    ("say", "theme"),
    [
        # trades and past lives
        ("I used to be a joiner", "arts_crafts"),
        ("I was a cabinet maker", "arts_crafts"),
        ("worked down the pit", "arts_crafts"),
        ("I was a dinner lady for thirty years", "cookery"),
        ("forty years on the railways", "days_out"),
        ("I was a machinist at the hosiery", "arts_crafts"),
        ("I was a farmworker", "gardening_nature"),
        ("I ran a pub", "cafes_pubs"),
        ("I used to be a hairdresser", "wellbeing"),
        # carers' phrasing
        ("somewhere for dad during the day", "carer_breaks"),
        ("somewhere safe for mum while I'm at work", "carer_breaks"),
        ("mum can't be left on her own", "carer_breaks"),
        ("I need a break from looking after my daughter", "carer_breaks"),
        ("recharge my batteries", "carer_breaks"),
        ("someone to sit with my husband", "carer_breaks"),
        # British words
        ("I want to make my own tea", "cookery"),
        ("a natter and a cuppa", "friends"),
        ("play footy", "sport"),
        ("bored of the telly", "days_out"),
        ("go to the pictures", "days_out"),
        ("a pint down the local", "cafes_pubs"),
        ("the swimming baths", "swimming"),
        ("go round town", "shopping"),
        ("having a mardle", "friends"),
        # ways of saying that something is missing
        ("I've got no friends", "friends"),
        ("I don't get out much", "days_out"),
        ("stuck in the house", "days_out"),
        ("I can't cook", "cookery"),
        ("I never learned to read", "college"),
        ("my head's all over the place", "wellbeing"),
        ("my husband passed away", "wellbeing"),
        # what is said of somebody else, as of oneself
        ("he wants his own flat", "home_skills"),
        ("she doesn't see anyone", "friends"),
        ("somewhere for grandma while we work", "carer_breaks"),
        # dialect and text messages
        ("somewhere for me mam", "carer_breaks"),
        ("make me own tea", "cookery"),
        ("wanna c me m8s", "friends"),
    ],
)
def test_everyday_words_lead_to_their_theme(say: str, theme: str) -> None:
    assert theme in meant(say)


@pytest.mark.parametrize(
    ("say", "not_meant"),
    [
        ("a tea dance", "cookery"),
        ("tea towel printing", "cookery"),
        ("sit on the river bank", "money"),
        ("can I book a place", "libraries"),
        ("play a part in the village", "music_drama_dance"),
        ("take part in things", "music_drama_dance"),
        ("a social worker told me about this", "paid_work"),
        ("on a bank holiday", "money"),
        ("working hours", "paid_work"),
        ("I feel fine", "wellbeing"),
        ("I was a postman", "paid_work"),
        ("an ex postman", "paid_work"),
        ("potter about at home", "arts_crafts"),
        ("the group at the church hall", "faith_culture"),
        ("work with wood", "gardening_nature"),
        ("he enjoys looking after his rabbit", "carer_breaks"),
    ],
)
def test_words_that_mean_something_else_there_are_not_taken_for_a_theme(say: str, not_meant: str) -> None:
    assert not_meant not in meant(say)


def test_words_of_dialect_are_no_mistakes_to_be_told() -> None:
    said = meaning("summat for me nan, owt but bingo")
    assert said.mended == {}
    assert said.wanted_words.startswith("something for me nan")
    assert "bingo" in said.refused_words


def test_the_longest_phrase_wins() -> None:
    assert set(meaning("travel by bus").kinds) == {"bus"}
    assert meaning("the charity shop").themes == {}
    assert "charity_shop" in meaning("volunteering in a shop").kinds


def test_a_kind_of_activity_is_kin_to_its_theme_and_not_the_whole_of_it() -> None:
    found = meaning("footy")
    assert found.themes == {}
    assert found.kin == {Theme.SPORT: ("footy",)}
    assert found.kinds == {"football": ("footy",)}


def test_the_meaning_tells_which_words_led_to_which_theme() -> None:
    found = meaning("I'd like to bake and see my friends")
    assert found.themes == {Theme.FRIENDS: ("friends",)}
    assert found.kin == {Theme.COOKERY: ("bake",)}


def test_a_theme_that_was_not_meant_is_taken_back_with_its_kinds() -> None:
    found = meaning("footy with my friends").without([Theme.SPORT])
    assert found.kin == {}
    assert found.kinds == {}
    assert "@football" not in found.terms
    assert found.themes == {Theme.FRIENDS: ("friends",)}


def test_a_correction_changes_the_result_at_once() -> None:
    kitchen = offer("Kitchen", themes=Theme.COOKERY.bit, text="We cook a meal together.")
    friends = offer("Lounge", themes=Theme.FRIENDS.bit, text="Company and conversation every week.")

    def names(**goal: object) -> list[str]:
        return [found.name for found in matches(goal, kitchen, friends)]

    said = "have my tea with somebody, make my own tea"
    assert names(text=said)[0] == "Kitchen"
    assert names(text=said, not_themes=["cookery"], theme="friends") == ["Lounge"]


def test_a_goal_holds_the_themes_taken_back() -> None:
    assert Goal(text="x", not_themes=(Theme.MONEY,)).not_themes == (Theme.MONEY,)


def test_a_specific_wish_puts_its_own_kind_before_the_rest_of_the_theme() -> None:
    yoga = offer("Yoga", themes=Theme.SPORT.bit, text="Stretching and calm breathing on mats.")
    football = offer("Five-a-side", themes=Theme.SPORT.bit, text="Football on the astroturf, all abilities.")
    found = matches({"text": "play footy"}, yoga, football)
    assert [one.name for one in found] == ["Five-a-side", "Yoga"]
    assert found[0].parts[0].score > found[1].parts[0].score + 0.2


def test_a_listing_suggests_the_themes_of_its_words_the_strongest_first() -> None:
    found = suggest_themes(thesaurus(), "Dig It Allotments", "Grow vegetables and flowers. Tea at eleven.")
    assert found[0] is Theme.GARDENING_NATURE
    assert suggest_themes(thesaurus(), "The Larches", "Ten minutes' walk from the bus station.") == ()


def test_the_name_of_a_town_tells_of_no_activity_where_it_stands_as_a_name() -> None:
    name, text = (
        "Castle Hedingham club",
        "Boccia and a chat at the hall in Castle Hedingham, near the station.",
    )
    castle = "We walk round the castle. Meet in Castle Hedingham."
    assert Theme.DAYS_OUT in suggest_themes(thesaurus(), name, text)
    assert suggest_themes(thesaurus(), name, text, places=["Castle Hedingham", "Castle"]) == ()
    assert Theme.DAYS_OUT in suggest_themes(thesaurus(), "Castle visits", castle, places=["Castle Hedingham"])
    green = suggest_themes(thesaurus(), "Bowling Green club", "Bowls for all.", places=["Bowling Green"])
    assert Theme.SPORT in green, "the whole name may be either"
    for said in ("I live in Forest Town and like bingo", "bingo near church warsop"):
        heard = meaning(said)
        assert not {Theme.GARDENING_NATURE, Theme.FAITH_CULTURE} & {*heard.themes, *heard.kin}
        assert "bingo" in heard.kinds
    assert Theme.GARDENING_NATURE in meaning("walks in the forest near town").kin


def test_the_file_of_a_council_is_checked_by_name(tmp_path: Path) -> None:
    file = tmp_path / "thesaurus.yaml"
    file.write_text("themes: {juggling: {whole: [juggle]}}", encoding="utf-8")
    with pytest.raises(ValueError, match="no theme 'juggling'"):
        Thesaurus.load(file)
    file.write_text("themes: {sport: {words: [run]}}", encoding="utf-8")
    with pytest.raises(ValueError, match="can't have 'words'"):
        Thesaurus.load(file)
    file.write_text("themes: {sport: {whole: [run]}}\nsecond: {quidditch: [friends]}", encoding="utf-8")
    with pytest.raises(ValueError, match="'quidditch', which no theme has"):
        Thesaurus.load(file)


def test_a_council_extends_the_file_with_a_line(tmp_path: Path) -> None:
    file = tmp_path / "thesaurus.yaml"
    added = THESAURUS.read_text(encoding="utf-8").replace(
        "[football, footy,", "[football, welly wanging, footy,"
    )
    file.write_text(added, encoding="utf-8")
    words = "a bit of welly wanging".split()
    found = Thesaurus.load(file).find(words)
    assert [sense.kind for one in found for sense in one.senses] == ["football"]
    assert thesaurus().find(words) == []


def test_every_theme_has_many_words() -> None:
    counts = dict.fromkeys(Theme, 0)
    for entries in thesaurus().by_first.values():
        for _, senses in entries:
            for sense in senses:
                counts[sense.theme] += 1
    assert min(counts.values()) >= 20
    assert sum(counts.values()) > 3000


def test_the_reason_names_the_words_that_led_there() -> None:
    football = offer("Five-a-side", themes=Theme.SPORT.bit, text="Football on the astroturf, all abilities.")
    yoga = offer("Yoga", themes=Theme.SPORT.bit, text="Stretching and calm breathing on mats.")
    reasons = [found.parts[0].reason for found in matches({"text": "play footy"}, football, yoga)]
    assert reasons[0].values == {"phrase": "footy"}
    assert reasons[0].text == "You said “%(phrase)s”. Its description is about that."
    assert reasons[1].values == {"phrase": "footy", "theme": Theme.SPORT}


def test_the_reason_after_a_refusal_alone_says_so() -> None:
    art = offer("Easels", themes=Theme.ARTS_CRAFTS.bit, text="Painting and drawing.")
    found = matches({"text": "not bingo"}, art)
    assert found[0].parts[0].reason.text == "You said what you don't want. This is something else."
