"""Pilots: offers that a council tries out together, and what became of the people who came.

Counts of people are told of a pilot as a whole, once its offers are fixed, and an offer is in one pilot
only: else two pilots that differ by one offer would tell of its people.
"""
