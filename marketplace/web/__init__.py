"""What all pages share: settings in use, access rules, headers, errors, words, reading formats."""

from __future__ import annotations

from typing import cast

from flask import Flask, current_app
from flask_wtf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from marketplace.settings import Settings
from marketplace.web import access, assets, errors, headers, language, limits, logs, pages, templating

_SETTINGS = "marketplace.settings"
LARGEST_REQUEST = 1024 * 1024
MOST_FORM_FIELDS = 600


def init_web(app: Flask, *, settings: Settings) -> None:
    """Put in place what every page relies on. Rooms are registered after it."""
    logs.configure()
    app.extensions[_SETTINGS] = settings
    app.config.update(
        SECRET_KEY=settings.secret_key,
        TRUSTED_HOSTS=list(settings.trusted_hosts),
        SESSION_COOKIE_NAME="meaningful_day",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.is_https,
        PERMANENT_SESSION_LIFETIME=settings.journey_idle,
        MAX_CONTENT_LENGTH=LARGEST_REQUEST,
        MAX_FORM_MEMORY_SIZE=LARGEST_REQUEST,
        MAX_FORM_PARTS=MOST_FORM_FIELDS,
        # The token lives as long as the session: nobody loses answers to a form left open.
        WTF_CSRF_TIME_LIMIT=None,
        # Referrers are never sent, so they can't be compared; the token does the work.
        WTF_CSRF_SSL_STRICT=False,
    )
    _trust_proxies(app, count=settings.proxy_count)
    templating.init_app(app)  # first: the others already use the template environment
    assets.init_app(app)
    language.init_app(app)
    CSRFProtect(app)
    headers.init_app(app, secure=settings.is_https)
    errors.init_app(app)
    limits.init_app(app)  # before the access rules, which may ask the database
    access.init_app(app)
    app.register_blueprint(pages.blueprint)


def current_settings() -> Settings:
    """The settings of the application that handles this request."""
    return cast(Settings, current_app.extensions[_SETTINGS])


def _trust_proxies(app: Flask, *, count: int) -> None:
    if count:
        # Assigned as Flask documents it; a method can't be assigned in the type checker's eyes.
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=count)  # type: ignore[method-assign]
