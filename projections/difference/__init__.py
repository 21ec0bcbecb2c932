"""The difference of two vantages: what changed in every part of the Situation, and which records made it so.

It compares two Situations, whose lists are bounded, and looks up the newest records behind each change: so it costs
two seeks and a little, whatever lies between.
"""

from __future__ import annotations

from projections.difference.contract import DIFFERENCE_VERSION, Cause, Change, Difference, Taken
from projections.difference.making import Asked, difference

__all__ = ["DIFFERENCE_VERSION", "Asked", "Cause", "Change", "Difference", "Taken", "difference"]
