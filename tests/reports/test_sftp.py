"""Reports by SFTP: to a real server, whole files only, and to no server that shows another key."""

import contextlib
import os
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import paramiko
import pytest

from operations.notice_webhook import DeliveryError
from reports.sftp import put
from settings import settings

KEY = paramiko.ECDSAKey.generate()


class Asked(paramiko.ServerInterface):
    """Lets the user zhili in by password, and nobody else."""

    def check_auth_password(self, username: str, password: str) -> int:
        return paramiko.AUTH_SUCCESSFUL if (username, password) == ("zhili", "secret") else paramiko.AUTH_FAILED

    def check_channel_request(self, kind: str, _number: int) -> int:
        return paramiko.OPEN_SUCCEEDED if kind == "session" else paramiko.OPEN_FAILED_ADMINISTRATIVELY_PROHIBITED


class Disk(paramiko.SFTPServerInterface):
    """A folder of this machine, as the server's root."""

    root = Path()

    def _at(self, path: str) -> Path:
        return self.root / path.lstrip("/")

    def stat(self, path: str):
        try:
            return paramiko.SFTPAttributes.from_stat(self._at(path).stat())
        except OSError as error:
            return paramiko.SFTPServer.convert_errno(error.errno)

    lstat = stat

    def mkdir(self, path: str, _attr: object) -> int:
        self._at(path).mkdir()
        return paramiko.SFTP_OK

    def open(self, path: str, flags: int, _attr: object):
        file = self._at(path)
        handle = paramiko.SFTPHandle(flags)
        handle.writefile = handle.readfile = os.fdopen(
            os.open(file, flags, 0o644), "r+b" if flags & os.O_RDWR else "wb"
        )
        handle.stat = lambda: paramiko.SFTPAttributes.from_stat(file.stat())
        return handle

    def posix_rename(self, old: str, new: str) -> int:
        self._at(old).replace(self._at(new))
        return paramiko.SFTP_OK

    def remove(self, path: str) -> int:
        self._at(path).unlink()
        return paramiko.SFTP_OK


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A server on this machine, and the settings that lead to it; its root."""
    root = tmp_path / "there"
    root.mkdir()
    monkeypatch.setattr(Disk, "root", root)
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            transport = paramiko.Transport(connection)
            transport.add_server_key(KEY)
            transport.set_subsystem_handler("sftp", paramiko.SFTPServer, Disk)
            with contextlib.suppress(paramiko.SSHException, EOFError):  # the other side has gone, as a refused one does
                transport.start_server(server=Asked())

    threading.Thread(target=serve, daemon=True).start()
    port = listening.getsockname()[1]
    monkeypatch.setenv("ZHILI_REPORT_SFTP", f"sftp://zhili@127.0.0.1:{port}/reports/in")
    monkeypatch.setenv("ZHILI_REPORT_SFTP_PASSWORD", "secret")
    monkeypatch.setenv("ZHILI_REPORT_SFTP_HOST_KEY", f"127.0.0.1 {KEY.get_name()} {KEY.get_base64()}")
    settings.cache_clear()
    yield root
    listening.close()
    monkeypatch.undo()
    settings.cache_clear()


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    made = [tmp_path / "日报.docx", tmp_path / "日报.pdf"]
    for path in made:
        path.write_bytes(path.name.encode() * 50_000)
    return made


def test_files_arrive_whole_and_again_under_the_same_names(server: Path, files: list[Path]):
    for _ in range(2):
        put(files, "daily")
        there = server / "reports" / "in" / "daily"
        assert {path.name: path.read_bytes() for path in there.iterdir()} == {path.name: path.read_bytes() for path in files}  # fmt: skip


def test_nothing_is_sent_to_a_server_with_another_key(server: Path, files: list[Path], monkeypatch: pytest.MonkeyPatch):
    other = paramiko.ECDSAKey.generate()
    monkeypatch.setenv("ZHILI_REPORT_SFTP_HOST_KEY", f"{other.get_name()} {other.get_base64()}")
    settings.cache_clear()
    with pytest.raises(DeliveryError, match="shows another key"):
        put(files, "daily")
    assert not list(server.iterdir())


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("PASSWORD", "wrong", "refused user, password or key"),
        ("HOST_KEY", "", "is no key like"),
        ("HOST_KEY", "ssh-ed25519 x", "is no key like"),
        ("", "ftp://x", "is no address like"),
        ("", "sftp://zhili@127.0.0.1:9/x", "Nothing can be sent by SFTP"),
    ],
)
def test_what_is_wrong_is_said_without_secrets(
    server: Path, files: list[Path], monkeypatch: pytest.MonkeyPatch, key: str, value: str, said: str
):
    monkeypatch.setenv(f"ZHILI_REPORT_SFTP_{key}".rstrip("_"), value)
    settings.cache_clear()
    with pytest.raises(DeliveryError, match=said) as error:
        put(files, "daily")
    assert "secret" not in str(error.value) and "zhili@" not in str(error.value).replace("sftp://user@host", "")
