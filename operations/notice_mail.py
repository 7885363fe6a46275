"""How notices go out by mail: plain text, to all the addresses of the setting, encrypted as the setting says."""

import smtplib
import ssl
from collections.abc import Callable, Sequence
from contextlib import closing, suppress
from email.message import EmailMessage
from email.utils import formatdate

from operations.notice_text import Payload, plain_text, title
from operations.notice_webhook import DeliveryError
from settings import Settings, settings

SECONDS = 15


def send(payloads: Sequence[Payload], message: str) -> str | None:
    """Deliver one mail of these notices, named by `message`; `DeliveryError` if the server did not take it for anybody.

    Who was left out, if anybody, is said as a number: it is sent to nobody twice, and an address stands in no log.
    """
    site = settings()
    to = addresses(site.notice_mail_to)
    refused = deliver(lambda: _mail(site, to, payloads, message))
    return f"The mail server refused {refused} of {len(to)} addresses; check notice_mail_to." if refused else None


def deliver(made: Callable[[], EmailMessage]) -> int:
    """Send a mail over the server of the settings; how many addresses it refused, `DeliveryError` if all of them or there is none."""
    try:
        with closing(_server(settings())) as opened:
            refused = opened.send_message(made())
            with suppress(smtplib.SMTPException, OSError):  # the mail is theirs by now, however they say goodbye
                opened.quit()
    except smtplib.SMTPResponseException as error:
        raise DeliveryError(f"The mail server refused (SMTP {error.smtp_code}).") from None
    except (smtplib.SMTPException, OSError, ValueError) as error:  # their texts may hold addresses
        raise DeliveryError(f"Mail cannot be sent ({type(error).__name__}).") from None
    return len(refused)


def addresses(text: str) -> list[str]:
    """Mail addresses with commas between them, one by one."""
    return [address.strip() for address in text.split(",") if address.strip()]


def _server(site: Settings) -> smtplib.SMTP:
    where = (site.notice_mail_host, site.notice_mail_port)
    if site.notice_mail_security == "ssl":
        opened: smtplib.SMTP = smtplib.SMTP_SSL(*where, timeout=SECONDS, context=ssl.create_default_context())
    else:
        opened = smtplib.SMTP(*where, timeout=SECONDS)
    try:
        if site.notice_mail_security == "starttls":
            opened.starttls(context=ssl.create_default_context())
        if site.notice_mail_user:
            opened.login(site.notice_mail_user, site.notice_mail_password.get_secret_value())
    except BaseException:
        opened.close()
        raise
    return opened


def _mail(site: Settings, to: Sequence[str], payloads: Sequence[Payload], message: str) -> EmailMessage:
    mail = EmailMessage()
    mail["Subject"] = title(payloads)
    mail["From"] = site.notice_mail_from
    mail["To"] = ", ".join(to)
    mail["Date"] = formatdate()
    mail["Message-ID"] = f"<{message}@zhili>"
    mail.set_content(plain_text(payloads))
    return mail
