"""Which of a person's words stand under a 'not'.

'Keep fit but no gym' rules out the gym. 'I've got no friends' and 'I never learned to read' do not
rule anything out: they name what is missing. So a 'no' is a refusal only where it is said of a
thing to do, and what somebody cannot do, has not got or has never done is a wish.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from marketplace.matching.words import STOP_WORDS, Said

Cues = Mapping[str, tuple[tuple[str, ...], ...]]
"""Phrases by their first word, longest first."""

_OF_EVERYBODY = (
    ("me", ("him", "her", "them", "us")),
    ("my", ("his", "her", "their", "our")),
    ("dont", ("doesnt", "didnt")),
    ("cant", ("couldnt",)),
    ("not", ("isnt", "wasnt", "arent", "im not", "never been")),
)
"""What is said of oneself is said of others too: 'not my thing', 'isnt his thing'."""


class Refusal(NamedTuple):
    """Word positions of one 'not' and of all that it rules out."""

    said: Sequence[int]
    covers: Sequence[int]


def _phrases(text: str) -> Cues:
    """Phrases of a comma-separated list as words, by the first one."""
    every = {phrase.strip() for phrase in text.split(",")} - {""}
    for word, others in _OF_EVERYBODY:
        for phrase in sorted(every):
            if word in phrase.split() and phrase != word:
                every |= {f" {phrase} ".replace(f" {word} ", f" {other} ").strip() for other in others}
    first: dict[str, list[tuple[str, ...]]] = {}
    for words in sorted((tuple(phrase.split()) for phrase in every), key=lambda words: (-len(words), words)):
        first.setdefault(words[0], []).append(words)
    return {word: tuple(phrases) for word, phrases in first.items()}


_DISLIKES = _phrases(
    "hate, hates, hated, hating, dislike, dislikes, detest, loathe, avoid, avoiding, dont like, do not like, "
    "doesnt like, does not like, didnt like, never liked, dont really like, doesnt really like, dont enjoy, "
    "doesnt enjoy, do not enjoy, dont want, do not want, doesnt want, does not want, dont really want, dont fancy, "
    "doesnt fancy, dont care for, wouldnt want, would not want, wouldnt like, would not like, dont need, cant stand, "
    "cannot stand, can not stand, couldnt stand, cant bear, cannot bear, cant abide, cannot abide, cant be doing with, "
    "cant do with, fed up of, fed up with, sick of, tired of, bored of, bored with, had enough of, enough of, "
    "not a fan of, no fan of, not keen on, not so keen on, not very keen on, not that keen on, not into, "
    "not really into, not interested in, not really interested in, not bothered about, not fussed about, "
    "not one for, not a one for, not much of a one for, not mad on, not that bothered about, nothing to do with, "
    "no interest in, keep away from, stay away from, put off by, scared of, frightened of, terrified of, "
    "dont do, doesnt do, wont, wont do, wont go to, never again, not really a, not much of a, never one for, "
    "never a one for, keep me away from, keep me out of, steer clear of, steer me away from, stay clear of, allergic to, "
    "dont make me, dont ask me to, dont send me to, dont put me in, had my fill of, had it with, im done with, hes done with, shes done with, ive finished with, "
    "not one for, put me off, dont go in for, dont go near, cant face, nothing worse than"
)
"""Said before what is ruled out; they reach to the end of the thought."""

_EXCLUSIONS = _phrases(
    "anything but, anywhere but, everything but, anything except, anything other than, everything except, except, "
    "except for, excluding, apart from, other than, rather than, instead of, as long as its not, so long as its not, "
    "without, not, no, no more, nor, neither, that isnt, which isnt, that arent, thats not, isnt a, nothing with, nothing like, "
    "nothing involving, nothing too, nowhere with, nowhere near, as long as it isnt, so long as it isnt, "
    "as long as its nothing to do with"
)
"""Said before what is ruled out; they reach over the thing named and no further."""

_TAKEN_BACK = _phrases(
    "not now, not any more, not anymore, not these days, not nowadays, no longer, isnt for me, is not for me, "
    "arent for me, are not for me, not for me, isnt my thing, is not my thing, not my thing, not really my thing, "
    "not my cup of tea, isnt my cup of tea, does nothing for me, do nothing for me, bores me, hate it, hate them, "
    "hate that, dont like it, dont like them, dont like that, cant stand it, cant stand them, dont enjoy it, "
    "dont want to any more, dont want that, dont any more, gone off it, put me off, no thanks, no thank you, not my bag, "
    "drives me mad, drives me crazy, drives me up the wall, does my head in, do my head in, leaves me cold, bores me stiff, "
    "not bothered"
)
"""Said after what is ruled out, at the end of a thought."""

_NOT_A_REFUSAL_AFTER_NOT = frozenset(
    "only just necessarily able been got good great confident sure seen had very much easy allowed too that so "
    "really quite yet enough many far long every afraid bad scared done made used having as all always everyone "
    "everybody well doing getting sleeping eating going coping managing seeing feeling knowing because being "
    "learned learnt had heard spoken met".split()
)
"""'Not able to cook', 'not seen my friends', 'not too far': what is missing, or how much."""
_NOT_A_REFUSAL_AFTER_NO = frozenset(
    "one matter idea problem trouble doubt wonder need way good use longer confidence".split()
)
_NOT_A_REFUSAL_AFTER_WONT = frozenset(
    "be let have get cost take mind happen hurt matter know see say go come leave talk speak eat drink wash sleep join mix "
    "try cope manage use ask".split()
)
_LACKING = frozenset("got have has had having theres is are were ive gotten feel say says saying".split())
"""'I've got no friends' names a lack, 'wouldn't say no to a pint' a wish; 'but no gym' a refusal."""
_TURNED_ROUND = frozenset("dont doesnt didnt not never wouldnt couldnt".split())
"""Before a dislike: 'I don't hate it', 'it's not that I dislike it'."""
_MUCH = frozenset("much enough anything any a lot".split())
_ENDINGS = frozenset("stop lose miss give quit forget drop leave end".split())
"""'I don't want to stop swimming' is a wish to swim."""

_NEW_THOUGHT = frozenset(
    "but instead though although however because cos so when where while if unless then please i id im ive ill "
    "we wed he hed she shed they theyd you just".split()
)
_NEW_WISH = frozenset(
    "i id im ive ill we he she they like want wants would with love loves need needs prefer also then get go have "
    "more some try learn see make meet do something somewhere maybe rather enjoy".split()
)
_GOES_ON = frozenset(
    "to a an the any my too much big in at on of with for going go doing do being having".split()
)
"""Words that may stand between a 'not' and what it rules out."""
_AFTER_THE_THING = frozenset("with for near by after where who which that".split())


def negated(said: Said, taken: Sequence[bool]) -> list[Refusal]:
    """Every 'not' with all that it rules out.

    ``taken[i]`` marks words that belong to a known phrase; a 'not' inside such a phrase ('no friends',
    'dont see anyone') belongs to the phrase and rules nothing out.
    """
    words = said.words
    refusals: list[Refusal] = []
    at = 0
    while at < len(words):
        back = _taken_back(said, at, taken)
        if back:
            refusals.append(Refusal(range(at, at + back), _thought_before(said, at)))
            at += back
            continue
        length, short = _cue(said, at, taken)
        if words[at] == "than" and not taken[at] and _preferred_before(said, at):
            length, short = 1, True
        if not length or taken[at + length - 1]:
            at += 1
            continue
        end = _reach(said, at + length, short=short)
        refusals.append(Refusal(range(at, at + length), range(at + length, end)))
        at = max(end, at + length)
    return refusals


def _taken_back(said: Said, at: int, taken: Sequence[bool]) -> int:
    """Length of the words at *at* that rule out what stands before them, 0 if they don't."""
    if taken[at]:
        return 0
    length = _match(said.words, at, _TAKEN_BACK)
    if said.words[at] == "no" and not length and at and taken[at - 1] and not said.ends_before[at]:
        length = 1  # 'music yes, dancing no'
    return length if length and _thought_ends(said, at + length) else 0


def _cue(said: Said, at: int, taken: Sequence[bool]) -> tuple[int, bool]:
    """Length of the refusal that begins at *at*, 0 for none, and whether it reaches only one thing."""
    words = said.words
    dislike = _match(words, at, _DISLIKES)
    exclusion = _match(words, at, _EXCLUSIONS)
    length = max(dislike, exclusion)
    following = words[at + length : at + length + 3]
    if not length:
        # 'nothing sporty'
        bare = words[at] == "nothing" and at + 1 < len(words) and taken[at + 1] and not taken[at]
        return (1, True) if bare else (0, False)
    first = next((word for word in following if word != "to"), "")
    if first in _ENDINGS:
        return 0, False
    last = words[at + length - 1]
    if last == "not" and following and following[0] in _NOT_A_REFUSAL_AFTER_NOT:
        return 0, False
    if last == "wont" and following and following[0] in _NOT_A_REFUSAL_AFTER_WONT:
        return 0, False
    if words[at] == "no" and length == 1:
        before = words[max(0, at - 1) : at]
        lacks = bool(before) and before[-1] in _LACKING and not said.ends_before[at]
        if lacks or (following and following[0] in _NOT_A_REFUSAL_AFTER_NO):
            return 0, False
    if last == "do" and following and following[0] in _MUCH:
        return 0, False
    if dislike and words[at] not in _TURNED_ROUND and _turned_round(said, at):
        return 0, False
    return length, exclusion >= dislike


def _turned_round(said: Said, at: int) -> bool:
    before = said.words[max(0, at - 3) : at]
    return not said.ends_before[at] and (
        bool(_TURNED_ROUND.intersection(before[-1:])) or before[:2] == ("not", "that")
    )


def _reach(said: Said, start: int, *, short: bool) -> int:
    """Where the words end that a refusal before *start* covers."""
    words = said.words
    named = False
    for at in range(start, len(words)):
        word = words[at]
        stop = said.ends_before[at]
        if stop == "." and at > start:
            return at
        if stop == "," and at > start and not _list_goes_on(said, at):
            return at
        if word in _NEW_THOUGHT and at > start:
            return at
        if word == "and" and (at + 1 == len(words) or words[at + 1] in _NEW_WISH):
            return at
        if short and named and word in _AFTER_THE_THING:
            return at
        if word not in _GOES_ON and word not in STOP_WORDS:
            named = True
    return len(words)


def _list_goes_on(said: Said, at: int) -> bool:
    """After a comma: 'swimming, gym or football' goes on, 'not swimming, some other sport' does not."""
    for later in range(at, min(at + 6, len(said.words))):
        word = said.words[later]
        if word in ("or", "nor"):
            return True
        if word in _NEW_THOUGHT or word in _NEW_WISH or (later > at and said.ends_before[later] == "."):
            return False
    return False


def _thought_ends(said: Said, at: int) -> bool:
    return at >= len(said.words) or bool(said.ends_before[at]) or said.words[at] in _NEW_THOUGHT | {"and"}


def _thought_before(said: Said, at: int) -> list[int]:
    """The words of the thought that 'but not now' takes back."""
    end = at
    while end > 0 and said.words[end - 1] in ("but", "and", "just", "its", "is", "thats"):
        end -= 1
    start = end
    while start > 0:
        if start < end and (
            said.ends_before[start] or said.words[start - 1] in ("but", "though", "although")
        ):
            break
        start -= 1
    return list(range(start, end))


def _preferred_before(said: Said, at: int) -> bool:
    for before in range(at - 1, max(-1, at - 8), -1):
        if said.words[before] in ("rather", "sooner", "prefer"):
            return True
        if said.ends_before[before] == ".":
            return False
    return False


def _match(words: Sequence[str], at: int, phrases: Cues) -> int:
    for phrase in phrases.get(words[at], ()):
        if tuple(words[at : at + len(phrase)]) == phrase:
            return len(phrase)
    return 0
