"""What a person's own words mean: themes, kinds of activity, and what they rule out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TypeVar

from marketplace.matching.negation import negated
from marketplace.matching.thesaurus import Found, Manner, Thesaurus
from marketplace.matching.words import Said, said_of
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
    refused_words: tuple[str, ...]
    """The words under a 'not', without the 'not' itself."""
    wanted_words: str
    """The words without those under a 'not', spelling mended."""
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
        terms = {f"@{theme.value}" for theme in away}
        return replace(
            self,
            themes={theme: said for theme, said in self.themes.items() if theme not in away},
            kin={theme: said for theme, said in self.kin.items() if theme not in away},
            terms={term: much for term, much in self.terms.items() if term not in terms},
        )


@lru_cache(maxsize=4096)
def meaning_of(thesaurus: Thesaurus, text: str) -> Meaning:
    """Read *text*. Kept, because the same goals are asked again and again."""
    heard = said_of(text)
    mended = {}
    words = []
    for word in heard.words:
        right = thesaurus.spelling.correct(word)
        if right != word:
            mended[word] = right
        words.append(right)
    said = Said(tuple(words), heard.ends_before)
    phrases = thesaurus.find(words)
    ruled_out = _ruled_out(said, phrases)

    themes: dict[Theme, list[str]] = {}
    kin: dict[Theme, list[str]] = {}
    kinds: dict[str, list[str]] = {}
    refused: dict[Theme, list[str]] = {}
    in_phrases = [found for found in phrases if not ruled_out.intersection((found.start, found.end - 1))]
    for found in phrases:
        phrase = " ".join(heard.words[found.start : found.end])
        for sense in found.senses:
            if found not in in_phrases:
                if sense.kind is None:
                    refused.setdefault(sense.theme, []).append(phrase)
                continue
            if sense.kind:
                kinds.setdefault(sense.kind, []).append(phrase)
            for theme in thesaurus.themes_of(sense):
                (kin if sense.kind else themes).setdefault(theme, []).append(phrase)
    wanted = [word for at, word in enumerate(words) if at not in ruled_out]
    unwanted = [word for at, word in enumerate(words) if at in ruled_out]
    terms = thesaurus.terms(wanted, in_phrases)
    refused_terms = thesaurus.terms(unwanted, [found for found in phrases if found not in in_phrases])
    return Meaning(
        themes=_once(themes),
        kin={theme: said for theme, said in _once(kin).items() if theme not in themes},
        kinds=_once(kinds),
        refused={
            theme: said for theme, said in _once(refused).items() if theme not in themes and theme not in kin
        },
        refused_words=tuple(unwanted),
        wanted_words=" ".join(wanted),
        mended=mended,
        terms=terms,
        refused_terms={
            term: much for term, much in refused_terms.items() if term not in terms and much >= 1.0
        },
    )


def _ruled_out(said: Said, phrases: Sequence[Found]) -> set[int]:
    """Positions under a 'not', but for a 'not' said of a trouble: 'I hate being lonely'."""
    taken = [False] * len(said.words)
    troubles: set[int] = set()
    for found in phrases:
        taken[found.start : found.end] = [True] * (found.end - found.start)
        if any(sense.manner is Manner.TROUBLES for sense in found.senses):
            troubles.update(range(found.start, found.end))
    out: set[int] = set()
    for group in negated(said, taken):
        if not troubles.intersection(group):
            out.update(group)
    return out


def _once(said: Mapping[K, list[str]]) -> dict[K, tuple[str, ...]]:
    return {key: tuple(dict.fromkeys(phrases)) for key, phrases in said.items()}
