"""Which ways out of the house this site has set up, and what each of them bears."""

from dataclasses import dataclass

from settings import settings


@dataclass(frozen=True)
class Channel:
    """One way out: the longest text of one message, in bytes, and how many messages a minute are let through."""

    name: str
    most_bytes: int
    per_minute: int


WECOM_MARKDOWN_BYTES, WECOM_TEXT_BYTES = 4000, 2000
CHANNELS = (
    Channel(
        "wecom", WECOM_MARKDOWN_BYTES, 20
    ),  # a robot takes 4096 bytes of markdown, 2048 of text, and 20 messages a minute
    Channel("dingtalk", 18_000, 20),  # 20,000 bytes and 20 messages a minute
    Channel("webhook", 500_000, 60),
    Channel("mail", 500_000, 20),
)


def channels() -> tuple[str, ...]:
    """The names of the channels that the settings give an address."""
    site = settings()
    addresses = {
        "wecom": site.notice_wecom.get_secret_value(),
        "dingtalk": site.notice_dingtalk.get_secret_value(),
        "webhook": site.notice_webhook.get_secret_value(),
        "mail": site.notice_mail_to.strip(),
    }
    return tuple(channel.name for channel in CHANNELS if addresses[channel.name])
