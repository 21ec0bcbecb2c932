"""Who the claimants are: the registered names behind the slugs that this page used."""

from __future__ import annotations

from projections.situation import Situation
from projections.text import mark
from tui.text_twin import words
from tui.text_twin.page import Page


def write(page: Page, situation: Situation) -> None:
    """The sources that are named on the page, in alphabetical order."""
    shown = page.text()
    named = [source for source in situation.sources if source.slug in shown]
    if not named:
        return
    page.heading("Who they are")
    names = {source.slug: source.name for source in situation.sources}
    for source in sorted(named, key=lambda source: source.slug):
        answers = f", answers to {names.get(source.answers_to, source.answers_to)}" if source.answers_to else ""
        rated = f", rated {', '.join(source.ratings)}" if source.ratings else ""
        page.line(f"{source.slug}: {source.name} ({words.words(source.kind)}){answers}{rated}{mark(source)}.")
