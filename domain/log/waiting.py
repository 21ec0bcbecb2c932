"""One rule for every lock, whatever engine or file it is on: wait so long, then say who holds it and what to do."""

from __future__ import annotations

LOCK_SECONDS = 5
"""How long anybody waits for a lock. Then `domain.errors.LogBusy` names its holder, as far as that can be known."""
