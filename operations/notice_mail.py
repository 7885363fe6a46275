"""How notices go out by mail: plain text, to all the addresses of the setting, encrypted as the setting says."""

import smtplib
import ssl
from collections.abc import Sequence
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
    try:
        with closing(server(site)) as opened:
            refused = opened.send_message(_mail(site, payloads, message))
            with suppress(smtplib.SMTPException, OSError):  # the mail is theirs by now, however they say goodbye
                opened.quit()
    except smtplib.SMTPResponseException as error:
        raise DeliveryError(f"The mail server refused (SMTP {error.smtp_code}).") from None
    except (smtplib.SMTPException, OSError, ValueError) as error:  # their texts may hold addresses
        raise DeliveryError(f"Mail cannot be sent ({type(error).__name__}).") from None
    if not refused:
        return None
    return f"The mail server refused {len(refused)} of {len(recipients(site))} addresses; check notice_mail_to."


def recipients(site: Settings) -> list[str]:
    """The addresses of the setting."""
    return [address.strip() for address in site.notice_mail_to.split(",") if address.strip()]


def server(site: Settings) -> smtplib.SMTP:
    """The mail server of the settings, greeted."""
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


def _mail(site: Settings, payloads: Sequence[Payload], message: str) -> EmailMessage:
    mail = EmailMessage()
    mail["Subject"] = title(payloads)
    mail["From"] = site.notice_mail_from
    mail["To"] = ", ".join(recipients(site))
    mail["Date"] = formatdate()
    mail["Message-ID"] = f"<{message}@zhili>"
    mail.set_content(plain_text(payloads))
    return mail
