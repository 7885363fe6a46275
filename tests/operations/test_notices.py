"""A notice arrives once, however often its way out fails; what never arrives is listed; no address and no personal data leak."""

import base64
import hashlib
import hmac
import json
import logging
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import trustme
from aiosmtpd.controller import Controller
from sqlalchemy import select

from operations import warning_actions as actions
from operations.errors import NotThereError
from operations.notice_delivery import deliver_due, wait_after
from operations.notice_tables import NoticeRow
from operations.notice_text import clean
from operations.notices import dead_notices, outboxes, retried, unread
from operations.store import session
from operations.tables import now
from operations.warning_folding import fold
from operations.warning_timers import escalate_unanswered
from settings import settings
from tests.operations.findings import found, in_words, look

KEY = "b52c-secret-key"


class Robot:
    """A real local server that answers what it is told to, and keeps what it got."""

    def __init__(self) -> None:
        self.answers: list[tuple[int, bytes]] = []
        self.got: list[tuple[str, dict]] = []
        self.refuses = ""
        robot = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                robot.got.append((self.path, json.loads(body)))
                status, answer = robot.answers.pop(0) if robot.answers else (200, b'{"errcode":0,"errmsg":"ok"}')
                if robot.refuses and robot.refuses in body.decode():
                    answer = b'{"errcode":1}'
                self.send_response(status)
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_: object) -> None: ...

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.address = f"http://127.0.0.1:{self.server.server_port}/robot/send?key={KEY}"


@pytest.fixture
def robot() -> Iterator[Robot]:
    one = Robot()
    yield one
    one.server.shutdown()


@pytest.fixture(autouse=True)
def tables(store: Path) -> None: ...


def site_has(monkeypatch: pytest.MonkeyPatch, **keys: object) -> None:
    for key, value in keys.items():
        monkeypatch.setenv(f"ZHILI_{key.upper()}", str(value))
    settings.cache_clear()


def raise_one(subject: str = "噪声", grade: int = 2) -> int:
    return fold(look(), [found(subject=subject, grade=grade)])[0]


def test_wecom_gets_markdown_once_and_nothing_is_sent_twice(robot: Robot, monkeypatch: pytest.MonkeyPatch):
    site_has(monkeypatch, notice_wecom=robot.address, notice_link="http://zhili.intranet:8050/")
    number = raise_one()
    assert (
        deliver_due(in_words) == 1
        and deliver_due(in_words) == 0
        and deliver_due(in_words, now() + timedelta(days=1)) == 0
    )
    ((path, body),) = robot.got
    assert path == f"/robot/send?key={KEY}" and body["msgtype"] == "markdown"
    text = body["markdown"]["content"]
    for part in (
        "黄色 yellow",
        "新预警 New",
        "事件突增",
        "噪声",
        "area 370116001001",
        "噪声 9件",
        "噪声 9 incidents",
        "10-20 12:00",
    ):
        assert part in text
    assert f"(http://zhili.intranet:8050/warnings?warning={number})" in text


def test_wecom_can_get_text_and_dingtalk_gets_signed_markdown(robot: Robot, monkeypatch: pytest.MonkeyPatch):
    secret = "SEC000"
    site_has(monkeypatch, notice_wecom=robot.address, notice_wecom_format="text", notice_dingtalk=robot.address)
    site_has(monkeypatch, notice_dingtalk_secret=secret)
    raise_one()
    assert deliver_due(in_words) == 2
    (_, wecom), (path, dingtalk) = robot.got
    assert wecom["msgtype"] == "text" and "**" not in wecom["text"]["content"] and "噪声" in wecom["text"]["content"]
    assert dingtalk["msgtype"] == "markdown" and set(dingtalk["markdown"]) == {"title", "text"}
    asked = parse_qs(urlsplit(path).query)
    (stamp,) = asked["timestamp"]
    wanted = hmac.new(secret.encode(), f"{stamp}\n{secret}".encode(), hashlib.sha256).digest()
    assert asked["sign"] == [base64.b64encode(wanted).decode()]


def test_any_address_gets_plain_json(robot: Robot, monkeypatch: pytest.MonkeyPatch):
    site_has(monkeypatch, notice_webhook=robot.address)
    robot.answers = [(204, b"")]
    number = raise_one()
    assert deliver_due(in_words) == 1
    (notice,) = robot.got[0][1]["notices"]
    assert (notice["warning_id"], notice["what"], notice["grade"], notice["observed"]) == (
        number,
        "raised",
        "yellow",
        9,
    )


@pytest.mark.parametrize("answer", [(500, b"oh"), (302, b""), (200, b'{"errcode":93000,"errmsg":"bad key b52c-secret-key"}'), (200, b"<html>"), (200, b"{}")])  # fmt: skip
def test_what_fails_is_tried_later_until_it_arrives(
    answer: tuple[int, bytes], robot: Robot, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    site_has(monkeypatch, notice_wecom=robot.address)
    robot.answers = [answer, answer]
    raise_one()
    start = now()
    with caplog.at_level(logging.DEBUG):
        assert [deliver_due(in_words, start), deliver_due(in_words, start + timedelta(seconds=29))] == [0, 0] and len(
            robot.got
        ) == 1
        assert deliver_due(in_words, start + timedelta(seconds=31)) == 0 and len(robot.got) == 2
        assert deliver_due(in_words, start + timedelta(seconds=80)) == 0 and len(robot.got) == 2
        assert deliver_due(in_words, start + timedelta(seconds=92)) == 1 and len(robot.got) == 3
    assert deliver_due(in_words, start + timedelta(days=1)) == 0
    assert KEY not in caplog.text and "/robot" not in caplog.text


def test_waits_double_from_half_a_minute_to_an_hour():
    assert [wait_after(n).total_seconds() for n in range(1, 10)] == [30, 60, 120, 240, 480, 960, 1920, 3600, 3600]


def test_what_never_arrives_is_a_dead_letter_that_can_be_tried_again(robot: Robot, monkeypatch: pytest.MonkeyPatch):
    site_has(monkeypatch, notice_wecom=robot.address, notice_tries=3)
    robot.answers = [(500, b"")] * 3
    number = raise_one()
    for hours in range(5):
        deliver_due(in_words, now() + timedelta(hours=hours))
    assert len(robot.got) == 3
    (dead,) = dead_notices()
    assert (dead.warning_id, dead.channel, dead.tries) == (number, "wecom", 3)
    assert dead.last_error == "The wecom address answered HTTP 500."
    assert [(box.channel, box.waiting, box.delivered, box.dead) for box in outboxes()] == [("wecom", 0, 0, 1)]
    retried(dead.id)
    assert deliver_due(in_words, now() + timedelta(hours=6)) == 1 and dead_notices() == []
    with pytest.raises(NotThereError):
        retried(dead.id)


def test_an_address_that_is_not_reached_is_said_without_the_address(monkeypatch: pytest.MonkeyPatch):
    for address in (f"http://127.0.0.1:1/x?key={KEY}", f"ftp://127.0.0.1/{KEY}", f"http://[{KEY}", KEY):
        site_has(monkeypatch, notice_wecom=address, notice_tries=1)
        raise_one(address[:12])
        deliver_due(in_words)
    dead = dead_notices()
    assert len(dead) == 4 and all(KEY not in one.last_error and "127" not in one.last_error for one in dead)
    assert KEY not in repr(settings()) and KEY not in str(settings())


def test_many_notices_go_out_in_few_messages_none_lost_none_too_long(robot: Robot, monkeypatch: pytest.MonkeyPatch):
    site_has(monkeypatch, notice_wecom=robot.address)
    fold(look(), [found(subject=f"事项{n:03d}") for n in range(60)])
    start, delivered = now(), 0
    for minutes in range(3):
        delivered += deliver_due(in_words, start + timedelta(minutes=2 * minutes))
    texts = [body["markdown"]["content"] for _, body in robot.got]
    assert delivered == 60 and len(texts) < 20 and all(len(text.encode()) <= 4096 for text in texts)
    assert all(sum(f"事项{n:03d}" in text for text in texts) == 1 for n in range(60))


def test_a_robot_gets_no_more_than_twenty_messages_a_minute(robot: Robot, monkeypatch: pytest.MonkeyPatch):
    site_has(monkeypatch, notice_wecom=robot.address)
    start, sent = now(), 0
    for n in range(25):
        raise_one(f"事项{n:03d}")
        sent += deliver_due(in_words, start + timedelta(seconds=n + 1))
    assert len(robot.got) == 20 and sent < 25
    assert sent + deliver_due(in_words, start + timedelta(seconds=90)) == 25 and len(robot.got) == 21


def test_several_clocks_at_once_send_each_notice_once(robot: Robot, monkeypatch: pytest.MonkeyPatch):
    site_has(monkeypatch, notice_webhook=robot.address)
    for n in range(5):
        raise_one(f"事项{n}")
    clocks = [threading.Thread(target=deliver_due, args=(in_words,)) for _ in range(6)]
    for clock in clocks:
        clock.start()
    for clock in clocks:
        clock.join()
    got = [notice["warning_id"] for _, body in robot.got for notice in body["notices"]]
    assert len(got) == 5 == len(set(got))


def test_told_are_raising_a_graver_grade_escalation_and_reopening_and_nothing_else(
    robot: Robot, monkeypatch: pytest.MonkeyPatch
):
    site_has(monkeypatch, notice_webhook=robot.address)
    number = raise_one(grade=2)
    raise_one(grade=2)
    raise_one(grade=4)
    escalate_unanswered(now() + timedelta(minutes=31))
    actions.acknowledge(number, "王")
    actions.assign(number, "王", "李")
    actions.judge(number, "王", False)
    actions.close(number, "王")
    actions.reopen(number, "王", "不是")
    deliver_due(in_words)
    whats = [notice["what"] for _, body in robot.got for notice in body["notices"]]
    assert whats == ["raised", "graver", "escalate", "reopen"]
    assert (unread().count, unread().gravest, unread(unread().newest_event_id).count) == (4, 4, 0)
    assert unread(areas=("370116002",)).count == 0


def test_below_the_least_grade_and_without_channels_only_the_page_knows(robot: Robot, monkeypatch: pytest.MonkeyPatch):
    raise_one("a", grade=4)
    site_has(monkeypatch, notice_webhook=robot.address, notice_least_grade="orange")
    raise_one("b", grade=2)
    assert deliver_due(in_words) == 0 and unread().count == 2
    raise_one("c", grade=3)
    assert deliver_due(in_words) == 1


def test_no_personal_data_and_no_markup_from_the_data_leave_the_house(robot: Robot, monkeypatch: pytest.MonkeyPatch):
    site_has(monkeypatch, notice_wecom=robot.address, notice_webhook=robot.address)
    fold(look(), [found(subject="噪声 13800138000 <@all> [点我](http://evil.example) 联系人王小明")])
    deliver_due(in_words)
    sent = json.dumps([body for _, body in robot.got], ensure_ascii=False)
    assert "13800138000" not in sent and "王小明" not in sent
    text = robot.got[0][1]["markdown"]["content"]
    assert "<@all>" not in text and "](http://evil" not in text


@pytest.mark.parametrize(
    "odd", ["http://evil.example/x", "WWW.evil.example", "a\u202egnp.exe", "a\u200b@all", "＠all", "a\x00\x1b[31m", "\u2028# b", "![i](https://e)"]
)  # fmt: skip
def test_a_name_from_the_data_is_no_link_no_call_and_shows_all_of_itself(odd: str):
    left = clean(odd)
    assert not any(sign in left.lower() for sign in ("://", "www.", "@", "＠", "\u202e", "\u200b", "\x00", "\x1b", "\u2028", "#", "["))  # fmt: skip
    assert left


@pytest.mark.parametrize(("form", "most"), [("text", 2048), ("markdown", 4096)])
def test_a_single_notice_however_long_fits_the_robot(
    robot: Robot, monkeypatch: pytest.MonkeyPatch, form: str, most: int
):
    site_has(monkeypatch, notice_wecom=robot.address, notice_wecom_format=form, notice_link="http://z/" + "a" * 150)
    raise_one("字" * 200)
    words = {"rule_name": {"zh": "规" * 80, "en": "r" * 80}, "sentence": {"zh": "字" * 400, "en": "地" * 400}}
    assert deliver_due(lambda _payload: words) == 1
    ((_, body),) = robot.got
    text = body[form]["content"]
    assert len(text.encode()) <= most and "/warnings?warning=" in text and "字" * 60 in text


def test_what_waits_for_a_channel_that_is_gone_is_dead_and_says_why(robot: Robot, monkeypatch: pytest.MonkeyPatch):
    site_has(monkeypatch, notice_wecom=robot.address)
    raise_one()
    site_has(monkeypatch, notice_wecom="")
    assert deliver_due(in_words) == 0 and "not set up any more" in dead_notices()[0].last_error


def test_a_rule_without_words_is_told_of_by_its_code_and_holds_no_other_notice_up(
    robot: Robot, monkeypatch: pytest.MonkeyPatch
):
    site_has(monkeypatch, notice_webhook=robot.address)
    raise_one("无词")
    raise_one("有词")

    def tell(payload: dict) -> dict[str, dict[str, str]]:
        if payload["subject"] == "无词":
            raise KeyError("no words")
        return in_words(payload)

    assert deliver_due(tell) == 2
    names = [notice["rule_name"] for notice in robot.got[0][1]["notices"]]
    assert names == [{"": "counts"}, in_words({"subject": "", "observed": 0})["rule_name"]]


def test_the_last_try_is_alone_so_that_a_refused_notice_takes_no_other_with_it(monkeypatch: pytest.MonkeyPatch):
    robot = Robot()
    robot.refuses = "禁词"
    site_has(monkeypatch, notice_wecom=robot.address, notice_tries=3)
    for subject in ("甲", "禁词", "乙"):
        raise_one(subject)
    for minutes in range(6):
        deliver_due(in_words, now() + timedelta(minutes=10 * minutes))
    robot.server.shutdown()
    assert [(one.tries, one.last_error) for one in dead_notices()] == [
        (3, "The robot refused the message (errcode 1).")
    ]
    assert [(box.delivered, box.dead) for box in outboxes()] == [(2, 1)]


def test_a_clock_put_back_holds_no_notice_up_for_longer_than_an_hour(robot: Robot, monkeypatch: pytest.MonkeyPatch):
    site_has(monkeypatch, notice_wecom=robot.address)
    for n in range(20):
        raise_one(f"事项{n:03d}")
        deliver_due(in_words, now() + timedelta(seconds=n))
    raise_one("后来")
    assert deliver_due(in_words, now() - timedelta(days=2)) == 1 and len(robot.got) == 21


def test_a_server_that_answers_letter_by_letter_is_given_up(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("operations.notice_webhook.SECONDS_IN_ALL", 1)
    with socket.socket() as listens:
        listens.bind(("127.0.0.1", 0))
        listens.listen()
        site_has(monkeypatch, notice_wecom=f"http://127.0.0.1:{listens.getsockname()[1]}/x?key={KEY}", notice_tries=1)
        threading.Thread(target=_drip, args=(listens,), daemon=True).start()
        raise_one()
        began = time.monotonic()
        assert deliver_due(in_words) == 0 and time.monotonic() - began < 5
    assert KEY not in dead_notices()[0].last_error


def _drip(listens: socket.socket) -> None:
    line, _ = listens.accept()
    with line, suppress(OSError):
        line.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n")
        while True:
            line.sendall(b" ")
            time.sleep(0.1)


class MailBox:
    """What a real mail server got; it refuses as often as told."""

    def __init__(self) -> None:
        self.mails: list[tuple[list[str], str]] = []
        self.refuses = 0
        self.refused = ""

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, _server: object, _session: object, envelope: object, address: str, _options: list
    ) -> str:
        if address == self.refused:
            return "550 no such user"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: object, _session: object, envelope: object) -> str:  # noqa: N802 - aiosmtpd's name
        if self.refuses:
            self.refuses -= 1
            return "451 try again"
        self.mails.append((envelope.rcpt_tos, envelope.content.decode()))
        return "250 OK"


@pytest.fixture
def mail() -> Iterator[tuple[MailBox, int]]:
    box = MailBox()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    yield box, port
    controller.stop()


def test_mail_arrives_once_at_all_addresses_after_a_refusal(mail: tuple[MailBox, int], monkeypatch: pytest.MonkeyPatch):
    box, port = mail
    site_has(monkeypatch, notice_mail_to="duty@zhili.example, chief@zhili.example", notice_mail_port=port)
    site_has(monkeypatch, notice_mail_from="zhili@zhili.example")
    box.refuses = 1
    raise_one()
    assert deliver_due(in_words) == 0 and box.mails == []
    with session() as store:
        assert store.scalar(select(NoticeRow.last_error)) == "The mail server refused (SMTP 451)."
    assert (
        deliver_due(in_words, now() + timedelta(seconds=31)) == 1
        and deliver_due(in_words, now() + timedelta(days=1)) == 0
    )
    ((to, content),) = box.mails
    assert to == ["duty@zhili.example", "chief@zhili.example"]
    import email
    import email.policy

    read = email.message_from_string(content, policy=email.policy.default)
    assert "噪声" in read["Subject"] and read["From"] == "zhili@zhili.example"
    assert "噪声 9 incidents" in read.get_content() and read["Message-ID"].endswith("@zhili>")


def test_mail_that_must_be_encrypted_never_goes_in_clear(mail: tuple[MailBox, int], monkeypatch: pytest.MonkeyPatch):
    box, port = mail
    site_has(monkeypatch, notice_mail_to="duty@zhili.example", notice_mail_port=port, notice_mail_security="starttls")
    site_has(monkeypatch, notice_tries=1)
    raise_one()
    assert deliver_due(in_words) == 0 and box.mails == []
    assert dead_notices()[0].last_error == "Mail cannot be sent (SMTPNotSupportedError)."


@pytest.fixture
def authority(tmp_path: Path) -> trustme.CA:
    """Who has signed the mail server's certificate; `authority.pem` says so to whoever is to believe it."""
    made = trustme.CA()
    made.cert_pem.write_to_path(str(tmp_path / "authority.pem"))
    return made


@pytest.fixture(params=["starttls", "ssl"])
def encrypted_mail(
    request: pytest.FixtureRequest, authority: trustme.CA, monkeypatch: pytest.MonkeyPatch
) -> Iterator[MailBox]:
    """A mail server that takes nothing in clear, as each of the two ways of encryption knows it."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("localhost").configure_cert(context)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    box, where = MailBox(), {"hostname": "127.0.0.1", "port": port}
    if request.param == "ssl":
        controller = Controller(box, ssl_context=context, **where)
    else:
        controller = Controller(box, tls_context=context, require_starttls=True, **where)
    controller.start()
    site_has(monkeypatch, notice_mail_to="duty@zhili.example", notice_mail_host="localhost", notice_mail_port=port)
    site_has(monkeypatch, notice_mail_security=request.param, notice_tries=1)
    yield box
    controller.stop()


def test_mail_goes_out_encrypted(encrypted_mail: MailBox, monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))
    raise_one()
    assert deliver_due(in_words) == 1 and len(encrypted_mail.mails) == 1


def test_a_mail_server_that_is_not_who_it_says_gets_nothing(encrypted_mail: MailBox):
    raise_one()
    assert deliver_due(in_words) == 0 and encrypted_mail.mails == []
    assert dead_notices()[0].last_error == "Mail cannot be sent (SSLCertVerificationError)."


def test_an_address_that_the_mail_server_refuses_is_said_and_the_others_get_their_mail_once(
    mail: tuple[MailBox, int], monkeypatch: pytest.MonkeyPatch
):
    box, port = mail
    box.refused = "gone@zhili.example"
    site_has(monkeypatch, notice_mail_to="duty@zhili.example, gone@zhili.example", notice_mail_port=port)
    raise_one()
    assert deliver_due(in_words) == 1 and deliver_due(in_words, now() + timedelta(days=1)) == 0
    assert [to for to, _ in box.mails] == [["duty@zhili.example"]]
    assert outboxes()[0].last_error == "The mail server refused 1 of 2 addresses; check notice_mail_to."
