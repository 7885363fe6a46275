"""How the files of a run leave the house: into a folder, by mail, to a webhook, by SFTP; and the notice to the owner when there are none."""

import base64
import json
import mimetypes
import os
import shutil
import smtplib
from contextlib import closing, suppress
from email.message import EmailMessage
from email.utils import formatdate
from pathlib import Path

from operations.notice_mail import server
from operations.notice_webhook import DeliveryError, post
from operations.report_runs import OWNER, Delivery, Run, files_of
from operations.report_schedules import addresses
from reports.sftp import put
from settings import settings
from ui.words import speaker

MOST_MAIL_BYTES = 20 * 2**20
"""Most mail servers take no more in one mail."""


def deliver(one: Delivery) -> str | None:
    """Send the files of the run this way; `DeliveryError` if nothing arrived, a line if not everybody got it."""
    return {"folder": _folder, "mail": _mail, "webhook": _webhook, "sftp": _sftp, OWNER: _owner}[one.way](one)


def _paths(run: Run) -> list[Path]:
    root = settings().reports / str(run.id)
    paths = [root / file.name for file in files_of([run.id]).get(run.id, []) if file.removed_at is None]
    if missing := [path.name for path in paths if not path.is_file()]:
        raise DeliveryError(f"{missing[0]} is not there any more; run the report again.")
    return paths


def _folder(one: Delivery) -> None:
    """Each file is written beside and then given its name, so that nobody reads half of one."""
    base = settings().report_folder
    if not base:
        raise DeliveryError("The setting report_folder is empty. See docs/settings.md")
    out = Path(base) / one.run.schedule.folder
    try:
        out.mkdir(parents=True, exist_ok=True)
        if not out.resolve().is_relative_to(Path(base).resolve()):
            raise DeliveryError("The folder leads out of the setting report_folder.")
        for path in _paths(one.run):
            part = out / f".{path.name}.part"
            shutil.copyfile(path, part)
            part.replace(out / path.name)
    except OSError as error:
        raise DeliveryError(f"The folder cannot be written: {error.strerror or error}. Whoever runs that machine can mend it.") from None  # fmt: skip


def _mail(one: Delivery) -> str | None:
    run, lang = one.run, one.run.schedule.lang
    paths = _paths(run)
    if sum(path.stat().st_size for path in paths) > MOST_MAIL_BYTES:
        raise DeliveryError("The files are too large for mail (20 MiB); choose fewer formats, or a folder.")
    say = speaker(lang)
    mail = _begun(one, say("report.mail_subject", name=run.schedule.name, day=run.on_day))
    mail["To"] = run.schedule.mail_to
    mail.set_content(say("report.mail_text", name=run.schedule.name, day=run.on_day, files="\n".join(path.name for path in paths)))  # fmt: skip
    for path in paths:
        kind = (mimetypes.guess_type(path.name)[0] or "application/octet-stream").split("/")
        mail.add_attachment(path.read_bytes(), maintype=kind[0], subtype=kind[1], filename=path.name)
    return _send(mail, len(addresses(run.schedule.mail_to)))


def _owner(one: Delivery) -> None:
    """That a report is not there, and why; who has no address reads it on the page."""
    run = one.run
    if not run.schedule.owner:
        return
    say = speaker(run.schedule.lang)
    mail = _begun(one, say("report.failed_subject", name=run.schedule.name, day=run.on_day))
    mail["To"] = run.schedule.owner
    mail.set_content(say("report.failed_text", name=run.schedule.name, day=run.on_day, tries=run.tries, said=run.said or say("report.not_sent")))  # fmt: skip
    _send(mail, 1)


def _begun(one: Delivery, subject: str) -> EmailMessage:
    """A mail that has the same Message-ID whenever it is tried again."""
    mail = EmailMessage()
    mail["Subject"], mail["From"], mail["Date"] = subject, settings().notice_mail_from, formatdate()
    mail["Message-ID"] = f"<report-{one.run.id}-{one.id}@zhili>"
    return mail


def _send(mail: EmailMessage, n: int) -> str | None:
    try:
        with closing(server(settings())) as opened:
            refused = opened.send_message(mail)
            with suppress(smtplib.SMTPException, OSError):  # it is theirs by now, however they say goodbye
                opened.quit()
    except smtplib.SMTPResponseException as error:
        raise DeliveryError(f"The mail server refused (SMTP {error.smtp_code}).") from None
    except (smtplib.SMTPException, OSError, ValueError) as error:  # their texts may hold addresses
        raise DeliveryError(f"Mail cannot be sent ({type(error).__name__}).") from None
    return f"The mail server refused {len(refused)} of {n} addresses." if refused else None


def _webhook(one: Delivery) -> None:
    """One message of JSON: what the report is, and its files with their SHA-256, in base64."""
    run = one.run
    address = settings().report_webhook.get_secret_value()
    if not address:
        raise DeliveryError("The setting report_webhook is empty. See docs/settings.md")
    sums = {file.name: file.sha256 for file in files_of([run.id]).get(run.id, [])}
    body = {
        "run": run.id, "name": run.schedule.name, "kind": run.schedule.kind, "area": run.area, "on": run.on_day.isoformat(),
        "files": [{"name": path.name, "sha256": sums[path.name], "base64": base64.b64encode(path.read_bytes()).decode()} for path in _paths(run)],
    }  # fmt: skip
    post("webhook", address, json.dumps(body, ensure_ascii=False).encode())


def _sftp(one: Delivery) -> None:
    if not settings().report_sftp:
        raise DeliveryError("The setting report_sftp is empty. See docs/settings.md")
    put(_paths(one.run), os.fspath(one.run.schedule.kind))
