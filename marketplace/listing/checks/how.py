"""How each kind of check is shown: what a provider brings, and where it comes from."""

from __future__ import annotations

from marketplace.vocabulary import N_, CheckKind

_DBS = N_(
    "Show the DBS certificate. If you have none, ask a DBS umbrella body to apply for you. "
    "Since 21 January 2026 they can do that for self-employed people too, where the work allows it."
)
_COURSE = N_("Show the certificate of the course.")

HOW: dict[CheckKind, str] = {
    CheckKind.ID_SEEN: N_("Show your passport, your driving licence or another paper with your photo."),
    CheckKind.DBS_BASIC: _DBS,
    CheckKind.DBS_STANDARD: _DBS,
    CheckKind.DBS_ENHANCED: _DBS,
    CheckKind.RIGHT_TO_WORK: N_("Show a British or Irish passport, or give a share code from gov.uk."),
    CheckKind.REFERENCES: N_("Name two people who know your work. We ask them."),
    CheckKind.INSURANCE: N_("Show the letter that says what you are insured for, and until when."),
    CheckKind.SAFEGUARDING_TRAINING: _COURSE,
    CheckKind.FIRST_AID: _COURSE,
    CheckKind.MEDICATION_TRAINING: _COURSE,
    CheckKind.MOVING_TRAINING: _COURSE,
    CheckKind.CQC_RATING: N_("Tell us your number. We look it up at the Care Quality Commission (CQC)."),
    CheckKind.FOOD_HYGIENE: N_("Tell us your address. We look up your rating at the Food Standards Agency."),
}
