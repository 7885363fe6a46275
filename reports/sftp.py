"""Files to an SFTP server whose key is known beforehand: written beside, then given their names."""

import base64
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit

import paramiko

from operations.notice_webhook import DeliveryError
from settings import settings

SECONDS = 30


def put(paths: Sequence[Path], below: str) -> None:
    """The files into the folder `below` the setting's; `DeliveryError` without address or secret."""
    site = settings()
    try:
        parts = urlsplit(site.report_sftp)
        host, port, user, folder = parts.hostname, parts.port or 22, unquote(parts.username or ""), unquote(parts.path)
    except ValueError:
        host = None
    if not host or parts.scheme != "sftp" or not user:
        raise DeliveryError("The setting report_sftp is no address like sftp://user@host:22/folder.")
    key = _host_key(site.report_sftp_host_key)
    client = paramiko.SSHClient()
    client.set_missing_host_key_policy(paramiko.RejectPolicy())
    client.get_host_keys().add(host if port == 22 else f"[{host}]:{port}", key.get_name(), key)
    try:
        client.connect(
            host, port, user, password=site.report_sftp_password.get_secret_value() or None, key_filename=site.report_sftp_key or None,
            timeout=SECONDS, banner_timeout=SECONDS, auth_timeout=SECONDS, allow_agent=False, look_for_keys=False,
        )  # fmt: skip
        with client.open_sftp() as opened:
            _write(opened, paths, PurePosixPath(folder or "/") / below)
    except paramiko.BadHostKeyException:
        raise DeliveryError("The SFTP server shows another key than report_sftp_host_key: nothing was sent.") from None
    except paramiko.AuthenticationException:
        raise DeliveryError("The SFTP server refused user, password or key.") from None
    except (paramiko.SSHException, OSError, EOFError, ValueError) as error:
        raise DeliveryError(f"Nothing can be sent by SFTP ({type(error).__name__}).") from None
    finally:
        client.close()


def _write(opened: paramiko.SFTPClient, paths: Sequence[Path], folder: PurePosixPath) -> None:
    for step in [*reversed(folder.parents), folder]:
        try:
            opened.stat(str(step))
        except FileNotFoundError:
            opened.mkdir(str(step))
    for path in paths:
        part, whole = str(folder / f".{path.name}.part"), str(folder / path.name)
        opened.put(str(path), part)
        try:
            opened.posix_rename(part, whole)
        except OSError:  # a server without that extension renames onto nothing only
            with suppress(FileNotFoundError):
                opened.remove(whole)
            opened.rename(part, whole)


def _host_key(text: str) -> paramiko.PKey:
    words = [word for word in text.split() if not word.startswith("#")]
    words = words[-2:] if len(words) > 2 and words[-2].startswith(("ssh-", "ecdsa-")) else words[:2]
    try:
        return paramiko.PKey.from_type_string(words[0], base64.b64decode(words[1]))
    except (IndexError, ValueError, paramiko.SSHException):
        raise DeliveryError("The setting report_sftp_host_key is no key like 'ssh-ed25519 AAAA…'; ssh-keyscan prints it.") from None  # fmt: skip
