"""Strict headers on every answer: nothing from elsewhere, nothing inline, nothing kept behind sign-in."""

from __future__ import annotations

from flask import Flask, Response, request

from portal.config import Settings
from portal.web.audience import Audience, current_audience

REPORTS = "/csp-report"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self';"
    " form-action 'self'; base-uri 'none'; frame-ancestors 'none'; object-src 'none';"
    " require-trusted-types-for 'script'; trusted-types 'none';"
    f" report-uri {REPORTS}; report-to csp"
)
_NOBODY = (
    "accelerometer",
    "autoplay",
    "browsing-topics",
    "camera",
    "clipboard-read",
    "clipboard-write",
    "display-capture",
    "encrypted-media",
    "fullscreen",
    "geolocation",
    "gyroscope",
    "hid",
    "identity-credentials-get",
    "idle-detection",
    "local-fonts",
    "magnetometer",
    "microphone",
    "midi",
    "otp-credentials",
    "payment",
    "picture-in-picture",
    "screen-wake-lock",
    "serial",
    "storage-access",
    "usb",
    "xr-spatial-tracking",
)
# A passkey is made and shown on our own pages; nothing else that a browser can do is needed.
_OURSELVES = ("publickey-credentials-create", "publickey-credentials-get")

_ALWAYS = {
    "Content-Security-Policy": POLICY,
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": ", ".join([*(f"{n}=()" for n in _NOBODY), *(f"{n}=(self)" for n in _OURSELVES)]),
    "Referrer-Policy": "no-referrer",
    "Reporting-Endpoints": f'csp="{REPORTS}"',
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Permitted-Cross-Domain-Policies": "none",
    "X-Robots-Tag": "noindex, nofollow",
}


def install(app: Flask, settings: Settings) -> None:
    """Set the headers after every request."""

    @app.after_request
    def strict(response: Response) -> Response:
        for name, value in _ALWAYS.items():
            response.headers.setdefault(name, value)
        if not settings.demo:
            response.headers.setdefault("Strict-Transport-Security", "max-age=63072000; includeSubDomains")
        if request.endpoint != "static":
            response.headers.setdefault("Cache-Control", _caching())
        if current_audience() is Audience.PUBLIC:
            # The memorial may be found by a search engine; nothing else may.
            response.headers.remove("X-Robots-Tag")
        return response


def _caching() -> str:
    if current_audience() is Audience.PUBLIC and request.method == "GET":
        return "private, no-cache"
    return "no-store"
