"""What free text about access states: yes, no, or nothing.

A feature is known only where the words are plain. 'Hearing loop' and 'wheelchair accessible' are a yes,
'no accessible toilet' is a no; 'partly step-free' and 'please ask about the loop' are neither. A 'yes'
that is wrong would send a person to a door that they can't pass; a question costs a telephone call.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from marketplace.vocabulary import Feature

_TOILET = r"(?:toilets?|wcs?|w\.c\.|loos?|bathrooms?|washrooms?)"


@dataclass(frozen=True, slots=True)
class _Phrase:
    words: re.Pattern[str]
    features: tuple[Feature, ...]


def _phrase(words: str, *features: Feature) -> _Phrase:
    return _Phrase(re.compile(rf"\b(?:{words})"), features)


# The first phrase that covers some words takes them: a 'wheelchair accessible toilet' says nothing about
# the way in.
_PHRASES = (
    _phrase(r"changing[ -]places?(?: toilets?| facilit\w+)?", Feature.CHANGING_PLACES),
    _phrase(
        rf"(?:wheelchair[ -])?(?:accessible|disabled|adapted|disability)(?: access)? (?:public )?{_TOILET}|"
        rf"{_TOILET} (?:for|accessible (?:to|for)|suitable for) (?:disabled people|wheelchairs?(?: users)?)|"
        rf"radar (?:key )?{_TOILET}",
        Feature.ACCESSIBLE_TOILET,
    ),
    _phrase(
        r"(?:wheelchair[ -]accessible|accessible|disabled|blue badge) "
        r"(?:car )?(?:park(?:ing)?|bays?|vehicles?|transport|minibus(?:es)?|taxis?|bus(?:es)?)(?: spaces?| bays?)?|"
        r"wheelchairs? (?:hire|loan|available|can be|to borrow)"
    ),
    _phrase(
        r"(?:hearing|induction|audio|portable hearing)(?: aid)?[ -]?loops?(?: systems?)?(?: for hearing aids)?",
        Feature.HEARING_LOOP,
    ),
    _phrase(
        r"british sign language(?: \(bsl\))?(?: interpret\w+)?|bsl(?: interpret\w+| sign\w*)?|"
        r"sign language interpret\w+",
        Feature.BSL,
    ),
    _phrase(r"makaton(?: sign\w*)?", Feature.MAKATON),
    _phrase(r"quiet (?:rooms?|spaces?|areas?|corners?|zones?)", Feature.QUIET_SPACE),
    _phrase(r"autism[ -]friendly", Feature.AUTISM_FRIENDLY),
    _phrase(r"dementia[ -]friendly", Feature.DEMENTIA_FRIENDLY),
    _phrase(
        r"wheelchair[ -](?:accessible|access|friendly)|wheelchair users (?:are )?welcome|"
        r"(?:fully )?(?:accessible|suitable|access) (?:to|for|by) (?:all )?wheelchairs?(?: users)?|"
        r"fully accessible(?: building| venue| premises| throughout)?",
        Feature.WHEELCHAIR_SPACE,
        Feature.STEP_FREE,
    ),
    _phrase(r"wheelchair spaces?|spaces? for wheelchairs?", Feature.WHEELCHAIR_SPACE),
    _phrase(
        r"step[- ]free(?: access| entrance| way in)?|level (?:access|entrance|entry)|"
        r"(?:no|without|free of) (?:steps|stairs)|ramped (?:access|entrance|entry)|"
        r"(?:wheelchair |permanent )?ramps?(?: access)?|(?:disabled|accessible) (?:access|entrance|entry)",
        Feature.STEP_FREE,
    ),
)
_NOT_ACCESSIBLE = re.compile(
    r"(?:\bnot|n't|\bin|\bun)(?: currently| really| generally)? ?accessible"
    r"(?! (?:by|on) (?:bus|car|public|foot))|\bno (?:disabled |wheelchair )?access\b"
)
_NOT_WHOLLY = re.compile(
    r"(?:\bnot|n't) (?:fully|very|entirely|completely|wholly|always|all|every)\b|\b(?:first|second|upper|top) floor"
)
_NO_LIFT = re.compile(
    r"\bno lifts?\b|\bwithout a lift\b|\b(?:lift|lifts)\s*[:=-]\s*no\b|n't (?:have|got) a lift"
)
_STEPS = re.compile(
    r"\b(?:\d+|one|two|three|four|five|six|several|few|steep) (?:small )?(?:steps|step|stairs|flights?)"
    r"(?: of stairs)? (?:up |down )?(?:to|at|into|outside)\b"
)
_ON_ONE_FLOOR = re.compile(r"ground floor|single[- ]stor|one (?:floor|level)|bungalow")

_MARK = "\x01"
"""Stands for a phrase that was found, so that its own words are not read again."""
_NO_BEFORE = re.compile(
    r"(?:\bno|\bnot|\bwithout|n't|\bcannot|\black(?:s|ing)?|\bunable to)"
    r"(?:\s+(?:a|an|any|have|has|got|offer|provide|be|currently|yet|fitted|suitable|really|for|with|is|are))*\s*$"
)
_NO_AFTER = re.compile(
    r"^\s*(?:(?:is|are)\s+)?(?:currently\s+)?(?:(?:not|n't)\s+(?:available|provided|fitted|installed|suitable|possible)|"
    r"unavailable|out of order)\b|^\s*(?:is|are)n't\s+(?:available|provided|fitted|possible)|"
    r"^\s*[:=\u2013\u2014-]+\s*(?:no|none|n|false|not available|unavailable)\s*$|^\s*\?\s*no\s*$"
)
_NEGATION = re.compile(r"\b(?:no|not|never|without|cannot|neither|nor|none|unable|lacks?|lacking)\b|n't\b")
_HEDGE = re.compile(
    r"\b(?:partial(?:ly)?|partly|limited|some|most|mainly|mostly|except|unless|only|if|may|might|could|should|"
    r"on request|by (?:prior )?arrangement|in advance|please|ring|call|contact|ask|check|enquire|planned|plans?|"
    r"soon|shortly|hop(?:e|ing)|portable|temporary|restricted|difficult|nearby|near|next door|nearest|unknown|"
    r"upstairs|tbc|under review|on ?going|assist(?:ance|ed)?|narrow|steep|varies|upon)\b|\?"
)
_ALONE = {"wheelchair", "wheelchairs", "wheelchair users"}
_SENTENCES = re.compile(r"[.;!\n•|*]+(?:\s|$)|\n|,?\s(?:but|however|although|though)\s")


def features_in(texts: Iterable[str]) -> dict[Feature, bool]:
    """Features that *texts* (one an entry) state, yes or no. What they contradict is left out."""
    said: dict[Feature, set[bool]] = {}
    entries = [text.lower().replace("\u2019", "'") for text in texts]
    everything = "\n".join(entries)
    for entry in entries:
        if entry.strip(" .") in _ALONE:
            said.setdefault(Feature.WHEELCHAIR_SPACE, set()).add(True)
            continue
        for part in _parts(entry):
            for feature, present in _stated(part, everything):
                said.setdefault(feature, set()).add(present)
    return {feature: found.pop() for feature, found in sorted(said.items()) if len(found) == 1}


def _parts(entry: str) -> Iterator[str]:
    """Sentences, and of a sentence with a 'not' in it the items before that by themselves."""
    for sentence in _SENTENCES.split(entry):
        if not sentence or not sentence.strip():
            continue
        first = _NEGATION.search(sentence)
        comma = sentence.rfind(",", 0, first.start()) if first else -1
        if comma > 0:
            yield sentence[:comma]
            yield sentence[comma + 1 :]
        else:
            yield sentence


def _stated(part: str, everything: str) -> Iterator[tuple[Feature, bool]]:
    if _NOT_WHOLLY.search(part):
        return
    if _NOT_ACCESSIBLE.search(part) and "toilet" not in part:
        yield Feature.STEP_FREE, False
        yield Feature.WHEELCHAIR_SPACE, False
        return
    if _STEPS.search(part) and "ramp" not in everything:
        yield Feature.STEP_FREE, False
        return
    if _NO_LIFT.search(part) and not _ON_ONE_FLOOR.search(everything):
        yield Feature.STEP_FREE, False
    found, rest = _phrases(part)
    doubtful = bool(_HEDGE.search(rest))
    negated = bool(_NEGATION.search(rest))
    for features, at in found:
        # Other phrases beside this one are marks: neither words nor reasons to stop at.
        before, after = rest[:at], rest[at + 1 :]
        is_no = bool(_NO_BEFORE.search(before) or _NO_AFTER.search(after))
        if doubtful or (negated and not is_no):
            continue
        for feature in features:
            yield feature, not is_no


def _phrases(part: str) -> tuple[list[tuple[tuple[Feature, ...], int]], str]:
    """Phrases in *part* with where their marks stand, and *part* with marks in their place."""
    spans: list[tuple[int, int, tuple[Feature, ...]]] = []
    rest = part
    for phrase in _PHRASES:
        spans += [(match.start(), match.end(), phrase.features) for match in phrase.words.finditer(rest)]
        # The same length, so that positions stay.
        rest = phrase.words.sub(lambda match: _MARK * len(match[0]), rest)
    marked: list[str] = []
    found: list[tuple[tuple[Feature, ...], int]] = []
    at = 0
    length = 0
    for start, end, features in sorted(spans):
        marked.append(part[at:start])
        length += start - at
        found.append((features, length))
        marked.append(_MARK)
        length += 1
        at = end
    marked.append(part[at:])
    return found, "".join(marked)
