"""Sentences of matching for whoever reads them: spoken to the person, or of them to somebody else.

Matching makes each sentence once and speaks to the person. On a page that a supporter or a practitioner
reads, 'You asked for' is 'Amina asked for', and the question 'Is there a place for me?' names her too.
"""

from __future__ import annotations

from collections.abc import Mapping

from flask import g
from flask_babel import gettext

from marketplace.matching.result import Say
from marketplace.people.access import current_person, current_relation
from marketplace.vocabulary import N_, SupportLevel, Word

OF_THEM: Mapping[str, str] = {
    # What fits: goals
    "You asked for: %(theme)s. It offers all of these.": N_(
        "%(person)s asked for: %(theme)s. It offers all of these."
    ),
    "You asked for: %(theme)s. It offers both of these.": N_(
        "%(person)s asked for: %(theme)s. It offers both of these."
    ),
    "You asked for: %(theme)s. It offers this too.": N_(
        "%(person)s asked for: %(theme)s. It offers this too."
    ),
    "You asked for: %(theme)s. It offers this.": N_("%(person)s asked for: %(theme)s. It offers this."),
    "%(first)s You said not: %(theme)s. It offers that too. Ask if you can leave it out.": N_(
        "%(first)s %(person)s said not: %(theme)s. It offers that too. Ask if that can be left out."
    ),
    "You said “%(phrase)s”. Its description is about that.": N_(
        "%(person)s said “%(phrase)s”. Its description is about that."
    ),
    "You said “%(phrase)s”. We took that to mean: %(theme)s. It offers this.": N_(
        "%(person)s said “%(phrase)s”. We took that to mean: %(theme)s. It offers this."
    ),
    "You said “%(phrase)s”. We took that to mean: %(theme)s. It offers this too.": N_(
        "%(person)s said “%(phrase)s”. We took that to mean: %(theme)s. It offers this too."
    ),
    "Its description has your words: %(words)s.": N_("Its description has %(person)s’s words: %(words)s."),
    "Its description is a little like your words. It may be about something else.": N_(
        "Its description is a little like %(person)s’s words. It may be about something else."
    ),
    "Its description is close to your words.": N_("Its description is close to %(person)s’s words."),
    "You said what you don't want. This is something else.": N_(
        "%(person)s said what is not wanted. This is something else."
    ),
    # Level
    "It is made for people who need as much support as you.": N_(
        "It is made for people who need as much support as %(person)s."
    ),
    "It also supports people who need as much support as you.": N_(
        "It also supports people who need as much support as %(person)s."
    ),
    "Counted as if it supported your level: %(level)s.": N_(
        "Counted as if it supported %(person)s’s level: %(level)s."
    ),
    # The way there
    "They can fetch you. It takes about %(time)s.": N_("They can fetch %(person)s. It takes about %(time)s."),
    "They come to you.": N_("They come to %(person)s."),
    "You take part from home. You need no journey.": N_(
        "%(person)s takes part from home. No journey is needed."
    ),
    "We do not know how you would get there. Ask if they can fetch you.": N_(
        "We do not know how %(person)s would get there. Ask if they can fetch %(person)s."
    ),
    "%(there)s You did not tell us how you travel.": N_(
        "%(there)s We have no answer here about how %(person)s travels."
    ),
    "%(there)s Your limit is %(limit)s.": N_("%(there)s %(person)s’s limit is %(limit)s."),
    "They come to you, so you need no transport.": N_("They come to %(person)s, so no transport is needed."),
    "You need no transport.": N_("%(person)s needs no transport."),
    "They can fetch you. Ask what it costs.": N_("They can fetch %(person)s. Ask what it costs."),
    "They can fetch you for free.": N_("They can fetch %(person)s for free."),
    "They can fetch you for %(cost)s there and back.": N_(
        "They can fetch %(person)s for %(cost)s there and back."
    ),
    "Their transport does not come as far as you.": N_("Their transport does not come as far as %(person)s."),
    # Days and times
    "You can come at these times: %(times)s. You need not stay for all of it.": N_(
        "%(person)s can come at these times: %(times)s. There is no need to stay for all of it."
    ),
    "You are both free: %(times)s. You agree the hours.": N_(
        "Both are free: %(times)s. They agree the hours."
    ),
    "You can come to all of it: %(times)s.": N_("%(person)s can come to all of it: %(times)s."),
    "You are free for all of it: %(times)s.": N_("%(person)s is free for all of it: %(times)s."),
    "You can come to a part of it: %(times)s.": N_("%(person)s can come to a part of it: %(times)s."),
    "You are free for a part of it: %(times)s.": N_("%(person)s is free for a part of it: %(times)s."),
    "%(times)s It is shorter than the %(shortest)s you need.": N_(
        "%(times)s It is shorter than the %(shortest)s that %(person)s needs."
    ),
    # Cost
    "Your pass makes the way there free.": N_("%(person)s’s pass makes the way there free."),
    "%(cost)s You can pay up to %(budget)s.": N_("%(cost)s %(person)s can pay up to %(budget)s."),
    # What they would like
    "It has what you would like: %(has)s.": N_("It has what %(person)s would like: %(has)s."),
    # The carer's time
    "The longest visit is %(longest)s. That is long enough: your carer needs a break of %(needed)s.": N_(
        "The longest visit is %(longest)s. That is long enough: the carer needs a break of %(needed)s."
    ),
    "The longest visit is %(longest)s. That is too short: your carer needs a break of %(needed)s.": N_(
        "The longest visit is %(longest)s. That is too short: the carer needs a break of %(needed)s."
    ),
    "It is not on while your carer works.": N_("It is not on while the carer works."),
    "It is on while your carer works: %(times)s.": N_("It is on while the carer works: %(times)s."),
    "It covers all the hours that your carer works.": N_("It covers all the hours that the carer works."),
    "Your carer works %(all)s a week. It covers about %(some)s of that.": N_(
        "The carer works %(all)s a week. It covers about %(some)s of that."
    ),
    "It gives no break outside work. Your carer wants %(wanted)s a week.": N_(
        "It gives no break outside work. The carer wants %(wanted)s a week."
    ),
    "Outside work it gives about %(rest)s of break a week. Your carer wants %(wanted)s.": N_(
        "Outside work it gives about %(rest)s of break a week. The carer wants %(wanted)s."
    ),
    "It gives about %(rest)s of break a week. Your carer wants %(wanted)s.": N_(
        "It gives about %(rest)s of break a week. The carer wants %(wanted)s."
    ),
    "Is it long enough for a break of %(time)s?": N_(
        "Is it long enough to give the carer a break of %(time)s?"
    ),
    "If it is off, can my carer know a day before?": N_("If it is off, can the carer know a day before?"),
    "If it is off, can my carer know %(days)s days before?": N_(
        "If it is off, can the carer know %(days)s days before?"
    ),
    # Two who work together
    "%(name)s (%(kind)s) can take you there and bring you back.": N_(
        "%(name)s (%(kind)s) can take %(person)s there and back."
    ),
    "%(name)s (%(kind)s) goes with you and stays with you.": N_(
        "%(name)s (%(kind)s) goes with %(person)s and stays."
    ),
    "%(there)s %(name)s goes with you.": N_("%(there)s %(name)s goes with %(person)s."),
    "%(name)s can take you by car. It takes about %(time)s.": N_(
        "%(name)s can take %(person)s by car. It takes about %(time)s."
    ),
    "%(name)s can take you. It takes about %(time)s.": N_(
        "%(name)s can take %(person)s. It takes about %(time)s."
    ),
    "%(times)s %(name)s can take you then.": N_("%(times)s %(name)s can take %(person)s then."),
    "%(name)s is with you on the way.": N_("%(name)s is with %(person)s on the way."),
    "%(name)s can take you there and back.": N_("%(name)s can take %(person)s there and back."),
    "You can go for a part of: %(times)s.": N_("%(person)s can go for a part of: %(times)s."),
    "You can go at: %(times)s.": N_("%(person)s can go at: %(times)s."),
    "Can someone ride with me in your transport?": N_("Can someone ride with %(person)s in your transport?"),
    "Can you take me as far as this?": N_("Can you take %(person)s as far as this?"),
    # What to ask
    "Is there space for my wheelchair in the vehicle?": N_(
        "Is there space for %(person)s’s wheelchair in the vehicle?"
    ),
    "Is there an accessible toilet?": N_("Is there an accessible toilet for %(person)s?"),
    "Can someone help with personal care?": N_("Can someone help %(person)s with personal care?"),
    "Can someone help with medicine?": N_("Can someone help %(person)s with medicine?"),
    "Can someone help me to move, with a hoist or similar?": N_(
        "Can someone help %(person)s to move, with a hoist or similar?"
    ),
    "Do staff know positive behaviour support?": N_(
        "Do staff know positive behaviour support, for %(person)s?"
    ),
    "Can I have one-to-one support?": N_("Can %(person)s have one-to-one support?"),
    "Can you support someone at level %(number)s (%(level)s)?": N_(
        "Can you support %(person)s at level %(number)s (%(level)s)?"
    ),
    "Is there a place for me?": N_("Is there a place for %(person)s?"),
    "Can you fetch me?": N_("Can you fetch %(person)s?"),
    "The price is not the same for everyone. What would I pay?": N_(
        "The price is not the same for everyone. What would %(person)s pay?"
    ),
    "Can I pay with: %(route)s?": N_("Can %(person)s pay with: %(route)s?"),
    "My own money": N_("Their own money"),
    "What does the way in your car cost?": N_("What does the way in your car cost %(person)s?"),
    # What stops it
    "You gave no answer": N_("No answer here"),
    "You did not say your age. It is for %(ages)s.": N_(
        "We have no answer here about %(person)s’s age. It is for %(ages)s."
    ),
    "You are %(age)s. It is for %(ages)s.": N_("%(person)s is %(age)s. It is for %(ages)s."),
    "You did not say how much support you need.": N_(
        "We have no answer here about how much support %(person)s needs."
    ),
    "It must say that it gives specialist support. It has not said so.": N_(
        "For %(person)s it must say that it gives specialist support. It has not said so."
    ),
    "Your level is: %(own)s. It supports: %(levels)s.": N_(
        "%(person)s’s level is: %(own)s. It supports: %(levels)s."
    ),
    "It supports your level: %(own)s.": N_("It supports %(person)s’s level: %(own)s."),
    "You named nothing that must be there.": N_("We have no answer here about what must be there."),
    "You do not go to a place for this.": N_("%(person)s does not go to a place for this."),
    "It has what you must have: %(has)s.": N_("It has what %(person)s must have: %(has)s."),
    "You did not say where you live.": N_("We have no answer here about where %(person)s lives."),
    "They come to people up to 1 mile away. You live further away.": N_(
        "They come to people up to 1 mile away. %(person)s lives further away."
    ),
    "They come to people up to %(reach)s miles away. You live further away.": N_(
        "They come to people up to %(reach)s miles away. %(person)s lives further away."
    ),
    "No way that you can travel gets you there.": N_("No way that %(person)s can travel leads there."),
    "The way there takes about %(time)s. The most is %(limit)s.": N_(
        "The way there takes about %(time)s. The most for %(person)s is %(limit)s."
    ),
    "You did not say when you could go.": N_("We have no answer here about when %(person)s could go."),
    "It is on: %(times)s. You can't come then.": N_("It is on: %(times)s. %(person)s can't come then."),
    "You named no budget.": N_("We have no answer here about a budget."),
    "For your best goal it scores %(points)s of 100. It needs %(least)s.": N_(
        "For %(person)s’s best goal it scores %(points)s of 100. It needs %(least)s."
    ),
    "Is it for your age?": N_("Is it for %(person)s’s age?"),
    "Does it support your level?": N_("Does it support %(person)s’s level?"),
    "Is there what you must have?": N_("Is there what %(person)s must have?"),
    "Can you get there?": N_("Can %(person)s get there?"),
    "Is it on when you can come?": N_("Is it on when %(person)s can come?"),
    "Can you pay for it?": N_("Can %(person)s pay for it?"),
    "Is it about what you want to do?": N_("Is it about what %(person)s wants to do?"),
    "It does not support your level": N_("It does not support %(person)s’s level"),
    "Something you must have is not there": N_("Something that %(person)s must have is not there"),
    "It is not on at your times": N_("It is not on at %(person)s’s times"),
    "It costs more than you can pay": N_("It costs more than %(person)s can pay"),
    "It is not about what you want to do": N_("It is not about what %(person)s wants to do"),
    "Not a kind of offer that you are looking for": N_("Not a kind of offer that is looked for"),
    # What would help
    "They would need to travel 1 mile further to you": N_(
        "They would need to travel 1 mile further to %(person)s"
    ),
    "They would need to travel %(miles)s miles further to you": N_(
        "They would need to travel %(miles)s miles further to %(person)s"
    ),
    "Another way to get there, because they can't fetch you": N_(
        "Another way to get there, because they can't fetch %(person)s"
    ),
    "Being free at one of its times: %(times)s": N_("%(person)s being free at one of its times: %(times)s"),
    "Could you pay %(pounds)s more a week?": N_("Could %(person)s pay %(pounds)s more a week?"),
    "Could you travel for %(minutes)s more minutes?": N_(
        "Could %(person)s travel for %(minutes)s more minutes?"
    ),
    "Could you go by bus or tram?": N_("Could %(person)s go by bus or tram?"),
    "Could you go by taxi?": N_("Could %(person)s go by taxi?"),
    "Could you do without the taxi?": N_("Could %(person)s do without the taxi?"),
    "Could someone take you by car?": N_("Could someone take %(person)s by car?"),
    "Could the provider fetch you?": N_("Could the provider fetch %(person)s?"),
    "Could you go on Saturdays?": N_("Could %(person)s go on Saturdays?"),
    "Could you go on Sundays?": N_("Could %(person)s go on Sundays?"),
    "Could you go on weekday mornings?": N_("Could %(person)s go on weekday mornings?"),
    "Could you go on weekday afternoons?": N_("Could %(person)s go on weekday afternoons?"),
    "Could you go on weekday evenings?": N_("Could %(person)s go on weekday evenings?"),
    # The parts and their shares
    "What you want to do": N_("What %(person)s wants to do"),
    "Your level of support": N_("%(person)s’s level of support"),
    "Help with transport": N_("Help with transport for %(person)s"),
    "What you would like": N_("What %(person)s would like"),
    "Time for your carer": N_("Time for the carer"),
    "Seeing friends counts as one of your goals.": N_("Seeing friends counts as one of %(person)s’s goals."),
    "Your level and what you would like count twice as much.": N_(
        "The level and what %(person)s would like count twice as much."
    ),
    "What you want to do counts one and a half times as much.": N_(
        "What %(person)s wants to do counts one and a half times as much."
    ),
    # The answers that it rests on
    "Your support": N_("%(person)s’s support"),
    "Where you live": N_("Where %(person)s lives"),
    "How you travel": N_("How %(person)s travels"),
    "When you could go": N_("When %(person)s could go"),
    "How much you can spend": N_("How much %(person)s can spend"),
    # What is saved and hidden
    "It no longer fits your answers.": N_("It no longer fits %(person)s’s answers."),
    "It did not fit your answers before. Now it does.": N_(
        "It did not fit %(person)s’s answers before. Now it does."
    ),
    "The rules of matching have changed since you saved it.": N_(
        "The rules of matching have changed since it was saved."
    ),
    "It is not for me": N_("It is not for %(person)s"),
    "I have been there before": N_("%(person)s has been there before"),
    "Something about it worries me": N_("Something about it is worrying"),
    # Who answered a request for help
    "Their page gives other times. Ask them about yours.": N_(
        "Their page gives other times. Ask them about %(person)s’s times."
    ),
    "Their page does not say all that you asked for. Ask them about it.": N_(
        "Their page does not say all that %(person)s asked for. Ask them about it."
    ),
}
"""What matching says to the person, as it is said of them to somebody who looks on their behalf."""


def spoken_of() -> str:
    """The first name of the person of this page, where somebody else reads it; else ''."""
    if "relation" not in g or current_relation().is_person:
        return ""
    return current_person().first_name


def say(sentence: Say) -> str:
    """A sentence of matching in the reader's language and reading format, to the person or of them."""
    name = spoken_of()
    return (of_them(sentence, name) if name else sentence).render(gettext)


def told(word: Word | SupportLevel) -> str:
    """A label of the vocabulary, to the person or of them."""
    return say(Say(word.label))


def of_them(sentence: Say, name: str) -> Say:
    """The sentence as it is said of the person called *name*, with all that stands in it."""
    values = {key: _inside(value, name) for key, value in sentence.values.items()}
    text = OF_THEM.get(sentence.text)
    if text is None:
        return Say(sentence.text, values)
    return Say(text, {**values, "person": name})


def _inside(value: object, name: str) -> object:
    if isinstance(value, Say):
        return of_them(value, name)
    if isinstance(value, Word) and value.label in OF_THEM:
        return of_them(Say(value.label), name)
    if isinstance(value, tuple):
        return tuple(_inside(one, name) for one in value)
    return value
