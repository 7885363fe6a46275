"""How the files of a run leave the house: into a folder, by mail, to a webhook, by SFTP; and the notice to the owner when there are none."""

import base64
import contextlib
import json
import mimetypes
import shutil
from email.message import EmailMessage
from email.utils import formatdate
from pathlib import Path

from operations import notice_mail
from operations.notice_mail import addresses
from operations.notice_webhook import DeliveryError, post
from operations.report_runs import OWNER, Delivery, Run, files_of, run
from reports.sftp import put
from settings import settings
from ui.words import speaker

MOST_MAIL_BYTES = 20 * 2**20
"""Most mail servers take no more in one mail."""


def deliver(one: Delivery) -> str | None:
    """Send the files of the run this way; `DeliveryError` if nothing arrived, a line if not everybody got it."""
    return {"folder": _folder, "mail": _mail, "webhook": _webhook, "sftp": _sftp, OWNER: _owner}[one.way](
        run(one.run_id), f"report-{one.run_id}-{one.id}"
    )


def _paths(of: Run) -> list[Path]:
    root = settings().reports / str(of.id)
    paths = [root / file.name for file in files_of([of.id]).get(of.id, []) if file.removed_at is None]
    if missing := [path.name for path in paths if not path.is_file()]:
        raise DeliveryError(f"{missing[0]} is not there any more; run the report again.")
    return paths


def _folder(of: Run, _message: str) -> None:
    """Each file is written beside and then given its name, so that nobody reads half of one."""
    base = settings().report_folder
    if not base:
        raise DeliveryError("The setting report_folder is empty. See docs/settings.md")
    out = Path(base) / of.schedule.folder
    try:
        out.mkdir(parents=True, exist_ok=True)
        if not out.resolve().is_relative_to(Path(base).resolve()):
            raise DeliveryError("The folder leads out of the setting report_folder.")
        for path in _paths(of):
            _copy(path, out / path.name)
    except OSError as error:
        raise DeliveryError(f"The folder cannot be written: {error.strerror or error}. Whoever runs that machine can mend it.") from None  # fmt: skip


def _copy(path: Path, there: Path) -> None:
    part = there.with_name(f".{there.name}.part")
    try:
        shutil.copyfile(path, part)
        part.replace(there)
    except OSError:
        with contextlib.suppress(OSError):  # a share that is full or gone may not even let this be taken away
            part.unlink(missing_ok=True)
        raise


def _mail(of: Run, message: str) -> str | None:
    paths = _paths(of)
    if sum(path.stat().st_size for path in paths) > MOST_MAIL_BYTES:
        raise DeliveryError("The files are too large for mail (20 MiB); choose fewer formats, or a folder.")
    say = speaker(of.schedule.lang)
    mail = _begun(message, say("report.mail_subject", name=of.schedule.name, day=of.on_day))
    mail["To"] = of.schedule.mail_to
    mail.set_content(say("report.mail_text", name=of.schedule.name, day=of.on_day, files="\n".join(path.name for path in paths)))  # fmt: skip
    for path in paths:
        kind = (mimetypes.guess_type(path.name)[0] or "application/octet-stream").split("/")
        mail.add_attachment(path.read_bytes(), maintype=kind[0], subtype=kind[1], filename=path.name)
    refused = notice_mail.deliver(lambda: mail)
    n = len(addresses(of.schedule.mail_to))
    return f"The mail server refused {refused} of {n} addresses." if refused else None


def _owner(of: Run, message: str) -> None:
    """That a report is not there, and why."""
    say = speaker(of.schedule.lang)
    mail = _begun(message, say("report.failed_subject", name=of.schedule.name, day=of.on_day))
    mail["To"] = of.schedule.owner
    mail.set_content(say("report.failed_text", name=of.schedule.name, day=of.on_day, tries=of.tries, said=of.said or say("report.not_sent")))  # fmt: skip
    notice_mail.deliver(lambda: mail)


def _begun(message: str, subject: str) -> EmailMessage:
    """A mail that has the same Message-ID whenever it is tried again."""
    mail = EmailMessage()
    mail["Subject"], mail["From"], mail["Date"] = subject, settings().notice_mail_from, formatdate()
    mail["Message-ID"] = f"<{message}@zhili>"
    return mail


def _webhook(of: Run, _message: str) -> None:
    """One message of JSON: what the report is, and its files with their SHA-256, in base64."""
    address = settings().report_webhook.get_secret_value()
    if not address:
        raise DeliveryError("The setting report_webhook is empty. See docs/settings.md")
    sums = {file.name: file.sha256 for file in files_of([of.id]).get(of.id, [])}
    body = {
        "run": of.id, "name": of.schedule.name, "kind": of.schedule.kind, "area": of.area, "on": of.on_day.isoformat(),
        "files": [{"name": path.name, "sha256": sums[path.name], "base64": base64.b64encode(path.read_bytes()).decode()} for path in _paths(of)],
    }  # fmt: skip
    post("webhook", address, json.dumps(body, ensure_ascii=False).encode())


def _sftp(of: Run, _message: str) -> None:
    if not settings().report_sftp:
        raise DeliveryError("The setting report_sftp is empty. See docs/settings.md")
    put(_paths(of), of.schedule.kind)
