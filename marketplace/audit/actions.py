"""What can be done that is worth remembering: one member for each, in words that people read."""

from __future__ import annotations

from marketplace.vocabulary import N_, Word


class Action(Word):
    """Stored by value: a member may be added or worded anew, never renamed."""

    MAIL_GIVEN_UP = "mail_given_up", N_("A mail could not be sent")

    ACCOUNT_OPENED = "account_opened", N_("An account was opened")
    PASSWORD_CHANGED = "password_changed", N_("A password was changed")
    EMAIL_CHANGED = "email_changed", N_("An e-mail address was changed")
    CODE_APP_SET = "code_app_set", N_("A code app was set up")
    CODE_APP_RESET = "code_app_reset", N_("A code app was taken away")
    RECOVERY_CODE_USED = "recovery_code_used", N_("A recovery code was used")
    RECOVERY_CODES_MADE = "recovery_codes_made", N_("New recovery codes were made")
    SIGN_INS_ENDED = "sign_ins_ended", N_("Sign-ins were ended")
    ROLE_GRANTED = "role_granted", N_("A role was given")
    ROLE_REMOVED = "role_removed", N_("A role was taken away")
    ACCOUNT_SUSPENDED = "account_suspended", N_("An account was suspended")
    ACCOUNT_RESTORED = "account_restored", N_("An account was opened again")
    PROFILE_BEGUN = "profile_begun", N_("A page was begun")
    PROFILE_CHANGED = "profile_changed", N_("A part of the profile was changed")
    PROFILE_UNDONE = "profile_undone", N_("A change of the profile was undone")
    ANSWERS_SAVED = "answers_saved", N_("Answers to the questions were saved to the profile")
    PART_HIDDEN = "part_hidden", N_("A part of the profile was hidden")
    PART_SHOWN = "part_shown", N_("A part of the profile was shown again")
    COMMUNICATION_SHARING = "communication_sharing", N_("What providers are told about communication changed")
    COUNTING_AGREED = "counting_agreed", N_("Agreed to be counted without a name")
    COUNTING_ENDED = "counting_ended", N_("No longer counted")
    SUPPORTER_INVITED = "supporter_invited", N_("Someone was asked to help a person")
    SUPPORTER_ACCEPTED = "supporter_accepted", N_("Someone agreed to help a person")
    SUPPORTER_DECLINED = "supporter_declined", N_("Someone turned down to help a person")
    SUPPORTER_CHANGED = "supporter_changed", N_("The end of someone's help was changed")
    SUPPORTER_ENDED = "supporter_ended", N_("Someone's help was ended")
    CARER_CHANGED = "carer_changed", N_("A carer told of their own time")
    CARER_COUNTED = "carer_counted", N_("Matches think of a carer's time from now on")
    CARER_NOT_COUNTED = "carer_not_counted", N_("Matches no longer think of a carer's time")
    CASE_OPENED = "case_opened", N_("A practitioner began to work with a person")
    CASE_CHANGED = "case_changed", N_("The end of a practitioner's work was changed")
    CASE_ENDED = "case_ended", N_("A practitioner's work with a person ended")
    CASE_HANDED_OVER = "case_handed_over", N_("A colleague took over the work with a person")
    NOTE_WRITTEN = "note_written", N_("A note about the work was written")
    NOTE_RELEASED = "note_released", N_("A held-back note was read and released")
    SHORTLIST_MADE = "shortlist_made", N_("A list of offers was made for a person")
    SHORTLIST_CHANGED = "shortlist_changed", N_("A list of offers was changed")
    SHORTLIST_SENT = "shortlist_sent", N_("A list of offers was given to a person")
    CHOICE_RECORDED = "choice_recorded", N_("A choice was recorded with its alternatives")
