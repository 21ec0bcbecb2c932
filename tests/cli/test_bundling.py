"""`ceasefire bundle`, `verify BUNDLE` and `sign-head`, as a sender and a recipient type them."""

from __future__ import annotations

import json
import stat
import subprocess
from pathlib import Path
from shutil import which

import pytest

from tests.cli.conftest import Run, error_of
from tests.log import independent_bundle
from tests.log.tampering import cut_short

needs_ssh = pytest.mark.skipif(
    which("ssh-keygen") is None, reason="OpenSSH's ssh-keygen is not here: install openssh-client to run this test"
)

NOT_OF_THIS = "the signature is not of this bundle's head and dates"


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "gaza.bundle"


@pytest.fixture
def key(tmp_path: Path) -> Path:
    path = tmp_path / "key"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", str(path)], check=True)
    return path


@pytest.fixture
def signers(tmp_path: Path, key: Path) -> Path:
    path = tmp_path / "allowed_signers"
    path.write_text(f"desk@example.org {key.with_suffix('.pub').read_text()}")
    return path


@pytest.mark.usefixtures("seeded")
def test_the_recipient_needs_nothing_else(run: Run, out: Path, tmp_path: Path) -> None:
    sent = run("bundle", str(out))
    assert sent.stdout.startswith("bundled: 598 records to #598, hash ")
    assert "unsigned: give the hash to the recipient another way" in sent.stderr
    assert stat.S_IMODE(out.stat().st_mode) == 0o600

    received = run("verify", str(out), "--log", str(tmp_path / "no" / "log.db"))

    assert received.stdout.startswith("holds: 598 records in one chain to #598, hash ")
    assert "note: unsigned: compare the hash with one that you have from elsewhere" in received.stderr
    assert not (tmp_path / "no").exists()
    assert independent_bundle.check(str(out))[0] == 598


@pytest.mark.usefixtures("seeded")
def test_a_vantage_is_the_log_as_it_was_known(run: Run, out: Path) -> None:
    run("bundle", str(out), "--as-of", "2026-02-02", "--known-at", "2026-02-04")
    vantage = json.loads(run("replay", "2026-02-02", "--known-at", "2026-02-04", "--json").stdout)["vantage"]

    told = json.loads(run("verify", str(out), "--json").stdout)

    assert (told["position"], told["as_of"], told["known_at"]) == (
        vantage["position"],
        vantage["as_of"],
        vantage["known_at"],
    )
    assert told["signed"] == []
    said = run("verify", str(out)).stdout
    assert "to be read as of 2026-02-02T21:59:59.999999Z, known at 2026-02-04T21:59:59.999999Z, timezone" in said


@pytest.mark.usefixtures("seeded")
def test_a_position_is_a_vantage_too(run: Run, out: Path) -> None:
    assert json.loads(run("bundle", str(out), "--known-at", "@207", "--json").stdout)["position"] == 207


@pytest.mark.usefixtures("seeded")
def test_what_was_changed_is_named_with_its_file(run: Run, out: Path) -> None:
    run("bundle", str(out))
    out.write_text(out.read_text().replace("Al-Qahera", "Al-Kahera", 1))

    result = run("verify", str(out), ok=False)

    assert result.exit_code == 1
    assert result.stderr.startswith(f"refused: {out}: #1: the record is not what its chain says\ntry: ")
    assert result.stdout == ""


def test_it_never_writes_over_a_log_and_replaces_only_when_forced(run: Run, seeded: Path, out: Path) -> None:
    assert "this is the log" in run("bundle", str(seeded), "--force", ok=False).stderr
    assert "this is the log" in run("sign-head", f"{seeded}.head", "--key", "k", "--force", ok=False).stderr
    out.write_text("something")
    assert "the file exists" in run("bundle", str(out), ok=False).stderr
    assert out.read_text() == "something"
    run("bundle", str(out), "--force")


def test_of_a_log_that_was_cut_short_there_is_none(run: Run, seeded: Path, out: Path) -> None:
    cut_short(seeded, 590)
    result = run("bundle", str(out), ok=False)
    assert "#591: the log ends at #590" in result.stderr
    assert not out.exists()


@needs_ssh
@pytest.mark.usefixtures("seeded")
def test_a_signed_bundle_names_its_signer(run: Run, out: Path, key: Path, signers: Path) -> None:
    run("bundle", str(out), "--sign-key", str(key))

    known = run("verify", str(out), "--signers", str(signers))
    assert "head #598 signed by desk@example.org (ED25519 key SHA256:" in known.stdout
    assert "unsigned" not in known.output

    unknown = run("verify", str(out))
    assert "head #598 signed with ED25519 key SHA256:" in unknown.stdout
    assert "note: whose key that is, nobody says here" in unknown.stderr

    signers.write_text("")
    assert "which is nobody's on this list" in run("verify", str(out), "--signers", str(signers), ok=False).stderr


@needs_ssh
@pytest.mark.usefixtures("seeded")
def test_a_signature_of_another_bundle_does_not_pass(run: Run, out: Path, key: Path) -> None:
    run("bundle", str(out), "--sign-key", str(key))
    signature = json.loads(out.read_text().splitlines()[0])["signature"]
    run("bundle", str(out), "--known-at", "@207", "--force")
    first, _, rest = out.read_text().partition("\n")
    out.write_text(json.dumps(json.loads(first) | {"signature": signature}) + "\n" + rest)

    assert error_of(run("verify", str(out), "--json", ok=False))["what"] == NOT_OF_THIS


def changed(out: Path, **changes: object) -> None:
    """Other values in the first line; None takes a name away."""
    first, _, rest = out.read_text().partition("\n")
    told = {name: value for name, value in (json.loads(first) | changes).items() if value is not None}
    out.write_text(json.dumps(told) + "\n" + rest)


@needs_ssh
@pytest.mark.usefixtures("seeded")
@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"as_of": "2026-02-03T21:59:59.999999Z"}, NOT_OF_THIS),
        ({"as_of": None}, NOT_OF_THIS),
        ({"known_at": "2026-02-05T21:59:59.999999Z"}, NOT_OF_THIS),
        ({"known_at": None}, NOT_OF_THIS),
        ({"as_of": None, "known_at": None}, NOT_OF_THIS),
        ({"known_at": "2026-02-02T21:59:59.999999Z"}, "it came to be known after 2026-02-02T21:59:59.999999Z"),
        ({"ceasefire_bundle": 1}, "the signature is not of this head"),
    ],
    ids=["another day", "no day", "a later date", "no date", "neither", "an earlier date", "an older version"],
)
def test_dates_that_were_changed_are_refused(
    run: Run, out: Path, key: Path, signers: Path, changes: dict[str, object], said: str
) -> None:
    run("bundle", str(out), "--as-of", "2026-02-02", "--known-at", "2026-02-04", "--sign-key", str(key))
    words = ("verify", str(out), "--signers", str(signers), "--json")
    assert json.loads(run(*words).stdout)["signed"][0]["by"] == "desk@example.org"

    changed(out, **changes)

    refused = run(*words, ok=False)
    assert error_of(refused)["what"].startswith(said)
    assert refused.stdout == ""


@needs_ssh
@pytest.mark.usefixtures("seeded")
def test_openssh_checks_the_line_that_another_program_makes(run: Run, out: Path, key: Path, signers: Path) -> None:
    run("bundle", str(out), "--as-of", "2026-02-02", "--sign-key", str(key))
    first = json.loads(out.read_text().partition("\n")[0])
    signature = out.with_name("signature")
    signature.write_text(first["signature"])
    words = ["-f", str(signers), "-I", "desk@example.org", "-n", "ceasefire-bundle", "-s", str(signature)]

    line = independent_bundle.signed_line(first)

    done = subprocess.run(["ssh-keygen", "-Y", "verify", *words], input=line, capture_output=True, check=True)
    assert b'Good "ceasefire-bundle" signature for desk@example.org' in done.stdout


@needs_ssh
def test_of_a_bundle_of_version_1_the_head_is_signed_and_the_dates_are_not(run: Run) -> None:
    golden = Path(independent_bundle.__file__).parent / "golden"

    told = run("verify", str(golden / "bundle-1.bundle"), "--signers", str(golden / "bundle-1.signers"))

    assert "head #30 signed by desk@example.org" in told.stdout
    assert "note: its dates are not signed, only its head: it is a bundle of version 1" in told.stderr


@needs_ssh
@pytest.mark.usefixtures("seeded")
def test_who_asks_for_a_signer_gets_one_or_a_refusal(run: Run, out: Path, signers: Path) -> None:
    run("bundle", str(out))
    assert "unsigned" in error_of(run("verify", str(out), "--signers", str(signers), "--json", ok=False))["what"]
    assert run("verify", "--signers", str(signers), ok=False).exit_code == 2


@needs_ssh
def test_a_signed_head_shows_a_log_that_was_rolled_back_with_its_head_file(
    run: Run, seeded: Path, tmp_path: Path, key: Path, signers: Path
) -> None:
    signed = tmp_path / "gaza.signed"
    assert run("sign-head", str(signed), "--key", str(key)).stdout.startswith("signed: head #598, hash ")
    words = ("verify", "--signed-head", str(signed), "--signers", str(signers))
    assert "head #598 signed by desk@example.org" in run(*words).stdout
    run("retract", "@5", "--reason", "wrong", "--claimant", "desk", "--source", "Desk")
    assert "head #598 signed by desk@example.org" in run(*words).stdout  # the log went on since

    cut_short(seeded, 590)
    seeded.with_name("gaza.db.head").unlink()

    assert run("verify").stdout.startswith("whole: 590 records")  # nothing else can tell
    result = run(*words, ok=False)
    assert result.exit_code == 1
    assert "#591: the log ends at #590, and a signed head knows #598" in result.stderr


@needs_ssh
@pytest.mark.usefixtures("seeded")
def test_a_bundle_is_held_against_a_signed_head(run: Run, out: Path, tmp_path: Path, key: Path) -> None:
    signed = tmp_path / "gaza.signed"
    run("sign-head", str(signed), "--key", str(key))
    run("retract", "@5", "--reason", "wrong", "--claimant", "desk", "--source", "Desk")
    run("bundle", str(out))
    told = json.loads(run("verify", str(out), "--signed-head", str(signed), "--json").stdout)
    assert [one["position"] for one in told["signed"]] == [598]

    run("bundle", str(out), "--known-at", "@207", "--force")
    assert "before the signed head #598" in run("verify", str(out), "--signed-head", str(signed), ok=False).stderr


@needs_ssh
@pytest.mark.usefixtures("seeded")
def test_a_key_that_is_not_there_leaves_no_bundle(run: Run, out: Path, tmp_path: Path) -> None:
    told = error_of(run("bundle", str(out), "--sign-key", str(tmp_path / "none"), "--json", ok=False))
    assert told["what"] == "there is no such key"
    assert not out.exists()
