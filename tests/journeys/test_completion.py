"""Completion as a shell asks for it: the printed script, evaluated by a real bash."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = """
eval "$(ceasefire completion bash)"
asked() {
    COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMPREPLY=()
    _ceasefire_completion ceasefire; echo "${COMPREPLY[@]}"
}
complete -p ceasefire
asked ceasefire rep
asked ceasefire events --fil
asked ceasefire events --type crossing.pass
"""


@pytest.mark.skipif(shutil.which("bash") is None, reason="no bash here")
def test_bash_completes_commands_options_and_types(tmp_path: Path) -> None:
    path = f"{Path(sys.executable).parent}:/usr/bin:/bin"
    place = {"PATH": path, "HOME": str(tmp_path)}
    done = subprocess.run(["bash", "--norc", "-c", SCRIPT], env=place, capture_output=True, text=True, check=True)
    assert done.stderr == ""
    said = done.stdout.splitlines()
    assert said[0].endswith("-F _ceasefire_completion ceasefire")
    assert said[1:] == ["replay", "--filter", "crossing.passages_counted crossing.passage_refused"]


@pytest.mark.parametrize(("shell", "ends"), [("zsh", "compdef _ceasefire_completion ceasefire"), ("fish", "complete")])
def test_the_other_shells_are_given_theirs(shell: str, ends: str) -> None:
    ceasefire = Path(sys.executable).parent / "ceasefire"
    said = subprocess.run([ceasefire, "completion", shell], capture_output=True, text=True, check=True).stdout
    assert ends in said
    assert "_CEASEFIRE_COMPLETE" in said
