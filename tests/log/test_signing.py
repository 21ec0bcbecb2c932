"""A signed head: OpenSSH's own key, signature and check; who signed is named, and what was not signed does not pass."""

from __future__ import annotations

import re
import subprocess
from dataclasses import replace
from pathlib import Path
from shutil import which

import pytest

import domain.log
from domain.errors import LogUnavailable, Refused
from domain.log import signing
from domain.log.head import OutsideHead
from domain.log.signing import check_signature, read_signed_head, sign_head, signed_head

pytestmark = pytest.mark.skipif(
    which("ssh-keygen") is None, reason="OpenSSH's ssh-keygen is not here: install openssh-client to run these tests"
)
HEAD = OutsideHead("ab" * 16, 593, b"\x07" * 32)
DESK = "desk@example.org"


def make_key(path: Path) -> Path:
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", str(path)], check=True)
    return path


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_key(tmp_path_factory.mktemp("keys") / "desk")


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_key(tmp_path_factory.mktemp("keys") / "other")


@pytest.fixture
def signers(tmp_path: Path, key: Path) -> Path:
    """The list of a recipient who knows the desk's key."""
    path = tmp_path / "allowed_signers"
    path.write_text(f"# whom we know\n{DESK} {key.with_suffix('.pub').read_text()}")
    return path


def test_a_signature_names_its_signer(key: Path, signers: Path) -> None:
    signer = check_signature(HEAD, sign_head(HEAD, key), signers)

    assert signer.name == DESK
    assert signer.key.startswith("ED25519 key SHA256:")
    assert signer.words() == f"signed by {DESK} ({signer.key})"


def test_without_a_list_only_the_key_is_known(key: Path) -> None:
    signer = check_signature(HEAD, sign_head(HEAD, key), None)

    assert signer.name is None
    assert signer.words() == f"signed with {signer.key}"


@pytest.mark.parametrize(
    "head",
    [
        replace(HEAD, position=592),
        replace(HEAD, log_id="cd" * 16),
        replace(HEAD, hash=b"\x08" * 32),
    ],
    ids=["another position", "another log", "another hash"],
)
def test_it_is_of_that_head_alone(key: Path, signers: Path, head: OutsideHead) -> None:
    signature = sign_head(HEAD, key)
    for known in (signers, None):
        with pytest.raises(Refused, match="not of this head"):
            check_signature(head, signature, known)


def test_a_key_that_nobody_knows_is_not_believed(other: Path, signers: Path) -> None:
    with pytest.raises(Refused, match="which is nobody's on this list"):
        check_signature(HEAD, sign_head(HEAD, other), signers)


def test_nor_a_key_that_may_not_sign_heads(key: Path, tmp_path: Path) -> None:
    limited = tmp_path / "allowed_signers"
    limited.write_text(f'{DESK} namespaces="git" {key.with_suffix(".pub").read_text()}')
    with pytest.raises(Refused, match="nobody's on this list"):
        check_signature(HEAD, sign_head(HEAD, key), limited)


def test_a_signature_made_for_another_use_does_not_pass(
    key: Path, signers: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(signing, "HEAD", "file")
    signature = sign_head(HEAD, key)
    monkeypatch.undo()
    for known in (signers, None):
        with pytest.raises(Refused, match="not of this head"):
            check_signature(HEAD, signature, known)


@pytest.mark.parametrize("letter", [40, 120, 200, 260])
def test_a_changed_letter_of_it_does_not_pass(key: Path, signers: Path, letter: int) -> None:
    signature = sign_head(HEAD, key)
    changed = "A" if signature[letter] != "A" else "B"
    with pytest.raises(Refused):
        check_signature(HEAD, signature[:letter] + changed + signature[letter + 1 :], signers)


@pytest.mark.parametrize(
    "signature", ["", "\x1b[31m", "-----BEGIN SSH SIGNATURE-----\n\n-----END SSH SIGNATURE-----\n", "A" * 100_000]
)
def test_what_is_no_signature_is_refused(signature: str, signers: Path) -> None:
    with pytest.raises(Refused):
        check_signature(HEAD, signature, signers)


def test_a_key_or_a_list_that_is_not_there_is_named(key: Path, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="there is no such key"):
        sign_head(HEAD, tmp_path / "none")
    with pytest.raises(Refused, match="there is no such list"):
        check_signature(HEAD, sign_head(HEAD, key), tmp_path / "none")


def test_a_file_that_is_no_key_is_refused_in_words(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong"
    wrong.write_text("no key")
    wrong.chmod(0o600)
    with pytest.raises(Refused, match="not signed: "):
        sign_head(HEAD, wrong)


def test_without_openssh_that_is_said(key: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(LogUnavailable, match="install openssh-client"):
        sign_head(HEAD, key)


def test_a_signed_head_is_read_again(key: Path, tmp_path: Path) -> None:
    signature = sign_head(HEAD, key)
    file = tmp_path / "signed"
    file.write_bytes(signed_head(HEAD, signature))
    assert read_signed_head(file) == (HEAD, signature)


@pytest.mark.parametrize("content", [b"", b"\n", b"nothing\n", HEAD.line()[:-10] + b"00000000\n", b"\0" * 1_000_000])
def test_what_is_no_signed_head_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "signed").write_bytes(content)
    with pytest.raises(Refused, match="not a signed head"):
        read_signed_head(tmp_path / "signed")


@pytest.mark.parametrize("tampered", [False, True])
def test_the_commands_of_bundle_md_check_it_without_this_program(
    key: Path, signers: Path, tmp_path: Path, tampered: bool
) -> None:
    text = (Path(domain.log.__file__).parent / "BUNDLE.md").read_text()
    commands = "\n".join(re.findall(r"^    (head -n 1 .*|ssh-keygen -Y verify .*)$", text, re.M))
    assert len(commands.splitlines()) == 2
    content = signed_head(HEAD, sign_head(HEAD, key))
    (tmp_path / "gaza.signed").write_bytes(content.replace(b"593", b"592") if tampered else content)

    done = subprocess.run(["/bin/sh", "-c", commands], cwd=tmp_path, capture_output=True, text=True, check=False)

    assert (done.returncode == 0) != tampered
    assert tampered or f'Good "ceasefire-head" signature for {DESK}' in done.stdout
    assert signers.exists()
