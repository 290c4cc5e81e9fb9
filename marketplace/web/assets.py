"""Addresses of static files carry a hash of the content, so browsers may keep them for a year."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from flask import Flask


def init_app(app: Flask) -> None:
    folder = Path(app.static_folder or "")
    known: dict[str, tuple[int, str]] = {}

    @app.url_defaults
    def add_hash(endpoint: str, values: dict[str, Any]) -> None:
        name = values.get("filename")
        if endpoint != "static" or not name or "v" in values:
            return
        try:
            changed = (folder / name).stat().st_mtime_ns
        except OSError:
            return
        kept = known.get(name)
        if kept is None or kept[0] != changed:
            digest = hashlib.sha256((folder / name).read_bytes()).hexdigest()[:12]
            kept = known[name] = (changed, digest)
        values["v"] = kept[1]
