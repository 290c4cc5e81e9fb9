"""Security headers of every answer, and how long a browser may keep it."""

from __future__ import annotations

from flask import Flask, Response, request

# No inline script, no inline style, nothing from elsewhere.
CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "object-src 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}
TWO_YEARS = 63_072_000
ONE_YEAR = 31_536_000
ONE_DAY = 86_400


def init_app(app: Flask, *, secure: bool) -> None:
    @app.after_request
    def add_headers(response: Response) -> Response:
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        if secure:
            response.headers.setdefault(
                "Strict-Transport-Security", f"max-age={TWO_YEARS}; includeSubDomains"
            )
        _say_how_long_to_keep(response)
        return response


def _say_how_long_to_keep(response: Response) -> None:
    if request.endpoint == "static" and response.status_code in (200, 304):
        response.headers.pop("Cache-Control", None)
        response.cache_control.public = True
        if "v" in request.args:
            # The address carries a hash of the content, so what it names never changes.
            response.cache_control.max_age = ONE_YEAR
            response.cache_control.immutable = True
        else:
            response.cache_control.max_age = ONE_DAY
    elif "Cache-Control" not in response.headers:
        # Pages hold answers about a person: shared computers must not keep them.
        response.headers["Cache-Control"] = "private, no-store"
