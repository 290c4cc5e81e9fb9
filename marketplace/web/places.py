"""The postcode directory of this application, and postcodes typed into forms."""

from __future__ import annotations

from typing import cast

from flask import current_app
from flask_babel import gettext

from marketplace.geo.postcodes import Place, PostcodeDirectory, PostcodeError
from marketplace.settings import Settings

_EXTENSION = "marketplace.places"


def postcode_directory() -> PostcodeDirectory:
    """The directory, opened at the first question and shared from then on (it is read only)."""
    opened = current_app.extensions.get(_EXTENSION)
    if opened is None:
        settings = cast(Settings, current_app.extensions["marketplace.settings"])
        opened = current_app.extensions[_EXTENSION] = PostcodeDirectory.open(settings.postcode_dir)
    return cast(PostcodeDirectory, opened)


def find_place(text: str) -> Place:
    """The place of a postcode, a sector or a first half. Raises ``PostcodeError``."""
    return postcode_directory().lookup(text)


def advice(error: PostcodeError) -> str:
    """What to do about a postcode that was not found, in the reader's words."""
    params = {name: gettext(value) for name, value in error.params.items()}
    return gettext(error.text) % params
