"""Forms that are not saved yet, offered again under the same key, so none doubles: in files too, so none is lost."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field

from tui.dashboard.forms.draft import Begun, Kept
from tui.dashboard.forms.draft_files import EDITS, DraftFiles
from tui.dashboard.forms.hold import Hold


class Drafts:
    """Kept drafts, the newest first; in files too, once `lie_in` has said where."""

    def __init__(self) -> None:
        self.kept: list[Kept] = []
        self._files: DraftFiles | None = None
        self._only_here: set[str] = set()

    @property
    def lasting(self) -> bool:
        """Whether all of them outlive this dashboard."""
        return self._files is not None and not self._only_here

    def lie_in(self, files: DraftFiles) -> None:
        """Keep drafts in these files from now on."""
        self._files = files

    def look(self) -> str:
        """Take in what the files hold; words on what could not be read."""
        files = self._files
        if files is None:
            return ""
        try:
            found = files.read()
        except OSError as error:
            return f"drafts from before cannot be read: {_told(error)}"
        self.kept += found.kept
        told = [f"a draft from before cannot be read now: {_told(error)}" for error in found.unread[:1]]
        if found.aside:
            count = len(found.aside)
            are = f"{count} files that are no drafts are" if count > 1 else "a file that is no draft is"
            told.append(f"{are} set aside in {files.folder}")
        return "; ".join(told)

    def take(self, key: str, hold: Hold) -> bool:
        """Hold a draft for its form; False when another dashboard has that open, and it is its own from then on."""
        held = self._files is None or self._files.hold(key, hold)
        if not held:
            self._forget(key)
        return held

    def gone(self, key: str) -> bool:
        """Whether what was kept under a key is in no file any more, and should be."""
        return self._files is not None and not self._files.there(key)

    def keep(self, draft: Kept, hold: Hold) -> str:
        """Keep it, in place of what was kept of the same form; words where that is in no file, and should be."""
        key = draft.begun.key
        self._forget(key)
        self.kept.insert(0, draft)
        if self._files is None:
            return ""
        try:
            self._files.write(draft, hold)
        except OSError as error:
            self._only_here.add(key)
            return f"No draft of this form is on disk ({_told(error)}): what is typed is lost when this ends."
        return ""

    def give_up(self, key: str) -> bool:
        """Drop a draft that is in no form here; False when another dashboard has its form open."""
        hold = Hold()
        if not self.take(key, hold):
            return False
        self.drop(key)
        hold.let_go()
        return True

    def drop(self, key: str) -> None:
        """The form of that key was saved, or given up."""
        self._forget(key)
        if self._files is not None:
            with suppress(OSError):  # what stays is offered once more, and its key keeps it from doubling
                self._files.remove(key)

    def like(self, begun: Begun) -> Kept | None:
        """The newest draft of such a form: of the same new report, or of an edit of the same record."""
        return next((each for each in self.kept if _about(each.begun) == _about(begun)), None)

    def _forget(self, key: str) -> None:
        self._only_here.discard(key)
        self.kept = [each for each in self.kept if each.begun.key != key]


@dataclass(frozen=True)
class Keeper:
    """Keeps the draft of one form, and holds it. `now` is the minute on the ceasefire's clock."""

    drafts: Drafts
    begun: Begun
    title: str
    now: Callable[[], str]
    hold: Hold = field(default_factory=Hold)

    @property
    def gone(self) -> bool:
        """Whether what was kept is in no file any more, and should be."""
        return self.drafts.gone(self.begun.key)

    @property
    def lasting(self) -> bool:
        """Whether drafts outlive this dashboard."""
        return self.drafts.lasting

    def keep(self, typed: Mapping[str, str] | None) -> str:
        """Keep what is typed; words where that is in no file, and should be."""
        if typed is not None:
            return self.drafts.keep(Kept(self.begun, self.title, typed, self.now()), self.hold)
        self.drafts.drop(self.begun.key)
        return ""

    def take(self) -> bool:
        """Hold what was kept before, for a form that takes it up; False when another dashboard has it open."""
        return self.drafts.take(self.begun.key, self.hold)

    def close(self) -> None:
        """The form is closed: another dashboard may have its draft."""
        self.hold.let_go()


def _about(begun: Begun) -> tuple[str, str]:
    return begun.name, begun.record if begun.name in EDITS else ""


def _told(error: OSError) -> str:
    told = error.strerror or str(error)
    return f"{told}: {error.filename}" if error.filename else told
