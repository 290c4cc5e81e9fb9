"""``python -m marketplace`` is the ``marketplace`` command."""

from __future__ import annotations

from marketplace.cli import main

if __name__ == "__main__":
    main()
