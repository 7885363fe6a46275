"""How notices go to a group robot of WeCom or DingTalk, or to any address that takes JSON.

An address holds the robot's key, so it is never part of an error, a log or a row: what went wrong is said without it.
Formats: developer.work.weixin.qq.com/document/path/91770, open.dingtalk.com/document/robots/custom-robot-access.
"""

import base64
import hashlib
import hmac
import http.client
import json
import socket
import ssl
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from urllib.parse import SplitResult, quote_plus, urlsplit

from operations.errors import OperationsError
from operations.notice_channels import WECOM_MARKDOWN_BYTES, WECOM_TEXT_BYTES
from operations.notice_text import Payload, markdown, plain_text, title
from settings import settings

SECONDS, SECONDS_IN_ALL = 10, 20
MOST_ANSWER_BYTES = 65_536


class DeliveryError(OperationsError):
    """A notice could not be delivered; the text holds no address and no secret."""


def send(channel: str, payloads: Sequence[Payload]) -> None:
    """Deliver one message of these notices; `DeliveryError` if it did not arrive."""
    address, body = _address(channel), _body(channel, payloads)
    answer = post(channel, address, json.dumps(body, ensure_ascii=False).encode())
    if channel != "webhook":
        _check_robot(answer)


def signed(address: str, secret: str, at_ms: int) -> str:
    """DingTalk's address with the time and its HMAC-SHA256 signature."""
    digest = hmac.new(secret.encode(), f"{at_ms}\n{secret}".encode(), hashlib.sha256).digest()
    return f"{address}&timestamp={at_ms}&sign={quote_plus(base64.b64encode(digest))}"


def _address(channel: str) -> str:
    site = settings()
    if channel == "dingtalk":
        secret = site.notice_dingtalk_secret.get_secret_value()
        address = site.notice_dingtalk.get_secret_value()
        return signed(address, secret, int(time.time() * 1000)) if secret else address
    return (site.notice_wecom if channel == "wecom" else site.notice_webhook).get_secret_value()


def _body(channel: str, payloads: Sequence[Payload]) -> dict[str, object]:
    if channel == "dingtalk":
        return {"msgtype": "markdown", "markdown": {"title": title(payloads), "text": markdown(payloads)}}
    if channel == "wecom" and settings().notice_wecom_format == "text":
        return {"msgtype": "text", "text": {"content": plain_text(payloads, WECOM_TEXT_BYTES)}}
    if channel == "wecom":
        return {"msgtype": "markdown", "markdown": {"content": markdown(payloads, WECOM_MARKDOWN_BYTES)}}
    return {
        "sent_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "notices": [dict(payload) for payload in payloads],
    }


def post(channel: str, address: str, body: bytes) -> bytes:
    """The answer's body; redirects are not followed, since a notice goes where the office said and nowhere else."""
    parts, host, port = _parts(channel, address)
    try:
        connection = _connection(parts.scheme, host, port)
        try:
            path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            connection.connect()
            with _at_most(SECONDS_IN_ALL, connection.sock):
                connection.request("POST", path, body, {"Content-Type": "application/json; charset=utf-8"})
                answer = connection.getresponse()
                content = answer.read(MOST_ANSWER_BYTES)
        finally:
            connection.close()
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise DeliveryError(f"The {channel} address cannot be reached ({type(error).__name__}).") from None
    if not 200 <= answer.status < 300:
        raise DeliveryError(f"The {channel} address answered HTTP {answer.status}.")
    return content


def _parts(channel: str, address: str) -> tuple[SplitResult, str, int | None]:
    try:
        parts = urlsplit(address)
        host, port = parts.hostname, parts.port
    except ValueError:
        parts, host, port = SplitResult("", "", "", "", ""), None, None
    if parts.scheme not in ("http", "https") or not host:
        raise DeliveryError(f"Setting notice_{channel} is no http or https address.")
    return parts, host, port


def _connection(scheme: str, host: str, port: int | None) -> http.client.HTTPConnection:
    if scheme == "https":
        return http.client.HTTPSConnection(host, port, timeout=SECONDS, context=ssl.create_default_context())
    return http.client.HTTPConnection(host, port, timeout=SECONDS)


@contextmanager
def _at_most(seconds: float, line: socket.socket) -> Iterator[None]:
    """Ends the connection after so long: a server that says one letter every few seconds never meets the socket's own limit."""
    timer = threading.Timer(seconds, lambda: _cut(line))
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _cut(line: socket.socket) -> None:
    with suppress(OSError):
        socket.socket.shutdown(line, socket.SHUT_RDWR)


def _check_robot(answer: bytes) -> None:
    """Robots say what went wrong in the body, under HTTP 200; their own text may quote the address, so only the number is kept."""
    try:
        code = json.loads(answer)["errcode"]
    except (ValueError, KeyError, TypeError):
        raise DeliveryError("The robot's answer is not what robots answer; is the address right?") from None
    if code != 0:
        raise DeliveryError(f"The robot refused the message (errcode {code if isinstance(code, int) else '?'}).")
