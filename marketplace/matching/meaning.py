"""What a person's own words mean: themes, kinds of activity, and what they rule out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise
from typing import TypeVar

from marketplace.matching.negation import negated
from marketplace.matching.thesaurus import Found, Manner, Thesaurus
from marketplace.matching.words import Said, plain, said_of
from marketplace.vocabulary import Theme

K = TypeVar("K")


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a person's words were taken to mean."""

    themes: Mapping[Theme, tuple[str, ...]]
    """Themes that are meant as such, each with the phrases that led to it."""
    kin: Mapping[Theme, tuple[str, ...]]
    """Themes of which one kind of activity is meant, or that go along with what is meant."""
    kinds: Mapping[str, tuple[str, ...]]
    """Kinds of activity that are meant, by their name in the file."""
    refused: Mapping[Theme, tuple[str, ...]]
    """Themes that the words rule out ('not swimming')."""
    refused_phrases: tuple[str, ...]
    """What of that was said of a theme or of one kind of activity, as it was written."""
    refused_words: tuple[str, ...]
    """The words under a 'not', without the 'not' itself."""
    wanted_words: str
    """The words without those under a 'not', spelling mended."""
    kind_theme: Mapping[str, Theme]
    """The theme that each of ``kinds`` belongs to."""
    mended: Mapping[str, str]
    """Words taken for a spelling mistake, and what they were read as."""
    terms: Mapping[str, float]
    """Terms of what is wanted, for comparing with listings: stems with how often they were said, and
    ``@`` terms with how much they are meant."""
    refused_terms: Mapping[str, float]
    """Terms of what is ruled out, unless also wanted."""

    @property
    def names(self) -> tuple[str, ...]:
        """Plain names of what is meant: 'Cooking', 'walking football'."""
        return (
            *(str(theme.label) for theme in self.themes),
            *(kind.replace("_", " ") for kind in self.kinds),
        )

    def without(self, themes: Iterable[Theme]) -> Meaning:
        """The same with *themes* taken back: the person said that they did not mean them."""
        away = set(themes)
        if not away:
            return self
        kept = {kind: said for kind, said in self.kinds.items() if self.kind_theme[kind] not in away}
        terms = {f"@{theme.value}" for theme in away} | {
            f"@{kind}" for kind in self.kinds if kind not in kept
        }
        return replace(
            self,
            themes={theme: said for theme, said in self.themes.items() if theme not in away},
            kin={theme: said for theme, said in self.kin.items() if theme not in away},
            kinds=kept,
            terms={term: much for term, much in self.terms.items() if term not in terms},
        )


@lru_cache(maxsize=4096)
def meaning_of(thesaurus: Thesaurus, text: str, as_written: tuple[str, ...] = ()) -> Meaning:
    """Read *text*. Kept, because the same goals are asked again and again.

    Words of *as_written* are meant as they stand: their spelling is not mended.
    """
    heard = said_of(text)
    right = {plain(word) for word in as_written}
    words = tuple(word if word in right else thesaurus.word(word) for word in heard.words)
    phrases = thesaurus.find(words)
    out = _ruled_out(Said(words, heard.ends_before), phrases)
    wanted = [found for found in phrases if not out.intersection((found.start, found.end - 1))]
    unwanted = [found for found in phrases if found not in wanted]
    if _tells_of_the_past(words):
        wanted = [still for found in wanted for still in _without_jobs(thesaurus, words, found)]

    themes: dict[Theme, list[str]] = {}
    kin: dict[Theme, list[str]] = {}
    kinds: dict[str, list[str]] = {}
    kind_theme: dict[str, Theme] = {}
    for found in wanted:
        phrase = " ".join(heard.words[found.start : found.end])
        for sense in found.senses:
            if sense.kind:
                kinds.setdefault(sense.kind, []).append(phrase)
                kind_theme[sense.kind] = sense.theme
            for theme in thesaurus.themes_of(sense):
                (kin if sense.kind else themes).setdefault(theme, []).append(phrase)
    refused: dict[Theme, list[str]] = {}
    refused_phrases: list[str] = []
    for found in unwanted:
        phrase = " ".join(heard.words[found.start : found.end])
        if any(
            sense.kind not in kinds if sense.kind else sense.theme not in themes for sense in found.senses
        ):
            refused_phrases.append(phrase)
        for sense in found.senses:
            if not sense.kind and sense.theme not in themes and sense.theme not in kin:
                refused.setdefault(sense.theme, []).append(phrase)

    terms = thesaurus.terms([word for at, word in enumerate(words) if at not in out], wanted)
    refused_terms = thesaurus.terms([word for at, word in enumerate(words) if at in out], unwanted)
    return Meaning(
        themes=_once(themes),
        kin={theme: said for theme, said in _once(kin).items() if theme not in themes},
        kinds=_once(kinds),
        kind_theme=kind_theme,
        refused=_once(refused),
        refused_phrases=tuple(dict.fromkeys(refused_phrases)),
        refused_words=tuple(word for at, word in enumerate(words) if at in out),
        wanted_words=" ".join(word for at, word in enumerate(words) if at not in out),
        mended={
            said: read
            for said, read in zip(heard.words, words, strict=True)
            if read not in {said, thesaurus.instead.get(said)}
        },
        terms=terms,
        refused_terms={
            term: much for term, much in refused_terms.items() if term not in terms and much >= 1.0
        },
    )


_PAST = (
    ("used", "to"),
    ("i", "was"),
    ("was", "a"),
    ("was", "an"),
    ("been", "a"),
    ("worked", "as"),
    ("years", "as"),
    ("worked", "in"),
    ("worked", "at"),
    ("he", "was"),
    ("she", "was"),
)
_PAST_WORDS = frozenset("retired former worked ex".split())
_WISH = frozenset("want wants like need needs again back find get become job jobs hope id".split())


def _tells_of_the_past(words: Sequence[str]) -> bool:
    """'I was a postman' tells what somebody knows and likes; it is not a wish for a job."""
    if _WISH.intersection(words):
        return False
    return bool(_PAST_WORDS.intersection(words)) or any(pair in _PAST for pair in pairwise(words))


def _without_jobs(thesaurus: Thesaurus, words: Sequence[str], found: Found) -> list[Found]:
    """A phrase without paid work; where nothing else is meant, what is meant by its words after the first.

    'I used to be a hairdresser' is no wish to be one, but tells of hairdressing.
    """
    senses = tuple(sense for sense in found.senses if sense.theme is not Theme.PAID_WORK)
    if senses or not found.senses:
        return [replace(found, senses=senses)]
    start = found.start + 1
    inner = thesaurus.find(words[start : found.end])
    return [
        replace(part, start=part.start + start, end=part.end + start, senses=senses)
        for part in inner
        if (senses := tuple(sense for sense in part.senses if sense.theme is not Theme.PAID_WORK))
    ]


def _ruled_out(said: Said, phrases: Sequence[Found]) -> set[int]:
    """Positions under a 'not', but for a 'not' said of a trouble: 'I hate being lonely'."""
    taken = [False] * len(said.words)
    troubles: set[int] = set()
    for found in phrases:
        taken[found.start : found.end] = [True] * (found.end - found.start)
        if any(sense.manner is Manner.TROUBLES for sense in found.senses):
            troubles.update(range(found.start, found.end))
    out: set[int] = set()
    for refusal in negated(said, taken):
        if not troubles.intersection(refusal.covers):
            # 'Bored of bingo' rules out the bingo, not what helps against boredom.
            out.update({*refusal.said, *refusal.covers} - troubles)
    return out


def _once(said: Mapping[K, list[str]]) -> dict[K, tuple[str, ...]]:
    return {key: tuple(dict.fromkeys(phrases)) for key, phrases in said.items()}
