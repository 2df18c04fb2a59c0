"""Subscriptions from the order to the letterbox: once each, complete or said not to be, and no secret anywhere."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from sqlalchemy import select

from cloud.app import create_app
from cloud.identity import first_run
from cloud.jobs.send_reports import BACKOFF_MINUTES, FOLDER, send_reports
from cloud.reports.delivery import robots as robot_channel
from cloud.reports.delivery.message import Message
from cloud.reports.subscriptions import Told, latest_due
from cloud.store.engine import Database
from cloud.store.installation import Installation, Settings
from cloud.store.ledger_tables import NODE
from cloud.store.report_tables import REPORT_CHANNEL, REPORT_RUN
from cloud.store.tenant import mine
from tests.unit.cloud.clock import Clock
from tests.unit.cloud.listeners import Robots, postbox, robots
from tests.unit.cloud.office import PASSWORD, Browser, Office, key_of
from tests.unit.cloud.shop import Shop
from tests.unit.cloud.test_http_rim import as_

SECRET = "SECdemo-very-secret-1234"


@pytest.fixture
def platform() -> Iterator[Robots]:
    """A robot platform of our own."""
    with robots() as kept:
        yield kept


@pytest.fixture
def installation(database: Database, tmp_path: Path, clock: Clock, platform: Robots) -> Installation:
    """Head office that may speak to that platform, on Sunday 22 November, 20:00 in Shanghai."""
    clock.now_ms = _at(22, 12)
    settings = Settings(
        tenant_name="流水面包", public_url="http://office.example", robot_hosts=(platform.address,)
    )
    made = Installation(database, tmp_path / "office", settings, clock)
    first_run.ensure_tenant(made)
    return made


@pytest.fixture
def chain(owner: Browser, installation: Installation) -> Browser:
    """The owner's browser over a chain with a sale on the 22nd."""
    Office(installation).open_shops()
    shop = Shop(installation.home)
    shop.log("a").sell("1", "2").push()
    shop.project()
    return owner


def _at(day: int, hour: int, minute: int = 0) -> int:
    return int(datetime(2026, 11, day, hour, minute, tzinfo=UTC).timestamp() * 1000)


def _heard(installation: Installation, *stores: str) -> None:
    """The stores' nodes have just spoken and have nothing unsent."""
    now_ms = installation.clock()
    with installation.home.writing() as writing:
        for store in stores:
            writing.put(
                NODE,
                {"node_id": store, "wire_id": store.encode() * 8, "last_hello_ms": now_ms, "unsent": 0},
            )


def _channel(browser: Browser, **told: Any) -> dict[str, Any]:
    answer = browser.post("/v1/report-channels", json=told)
    assert answer.status_code == 200, answer.text
    made: dict[str, Any] = answer.json()
    return made


def _mail(browser: Browser, port: int) -> dict[str, Any]:
    return _channel(
        browser,
        kind="email",
        name="Mail",
        host="127.0.0.1",
        port=port,
        security="none",
        sender="r@chain.example",
    )


def _subscribe(browser: Browser, channel: str, paused: bool = False, **told: Any) -> dict[str, Any]:
    body = {"channel": channel, "paused": paused, "told": {"report": "daily", "wait_minutes": 0, **told}}
    answer = browser.post("/v1/report-subscriptions", json=body)
    assert answer.status_code == 200, answer.text
    made: dict[str, Any] = answer.json()
    return made


def _back(browser: Browser) -> Browser:
    """The owner who has come back to the desk after hours, and signs in again."""
    assert browser.post("/v1/session", json={"user": "boss", "password": PASSWORD}).status_code == 200
    return browser


def _runs(browser: Browser, at: int = 0) -> list[dict[str, Any]]:
    """The latest runs of a subscription."""
    _back(browser)
    runs: list[dict[str, Any]] = browser.get("/v1/report-subscriptions").json()["subscriptions"][at]["runs"]
    return runs


@pytest.mark.parametrize(
    ("period", "now", "first", "last"),
    [
        ("day", (22, 0, 0), "2026-11-21", "2026-11-21"),
        ("day", (21, 23, 59), "2026-11-20", "2026-11-20"),
        ("week", (22, 0, 0), "2026-11-09", "2026-11-15"),
        ("week", (22, 23, 59), "2026-11-09", "2026-11-15"),
        ("week", (23, 0, 0), "2026-11-16", "2026-11-22"),
        ("month", (22, 0, 0), "2026-10-01", "2026-10-31"),
        ("month_to_date", (22, 0, 0), "2026-11-01", "2026-11-21"),
        ("month_to_date", (1, 0, 0), "2026-10-01", "2026-10-31"),
    ],
)
def test_what_is_due_is_the_newest_period_whose_hour_has_come(
    period: str, now: tuple[int, int, int], first: str, last: str
) -> None:
    """08:00 in Shanghai is midnight UTC; a minute before it is still the period before."""
    told = Told(report="daily", period=period, at=480)  # type: ignore[arg-type]
    due = latest_due(told, _at(*now), "Asia/Shanghai")
    assert (due.first.isoformat(), due.last.isoformat()) == (first, last)
    assert due.due_ms <= _at(*now)


def test_a_morning_report_arrives_once_whatever_restarts(
    chain: Browser, installation: Installation, clock: Clock
) -> None:
    """Nothing before its hour, one mail at it, none after; its attachment holds the day's figures."""
    with postbox() as (box, port):
        channel = _mail(chain, port)
        _subscribe(chain, channel["channel"], to=["boss@chain.example", "li@chain.example"], language="en")
        assert send_reports(installation) == 0
        clock.now_ms = _at(23, 0)
        assert send_reports(installation) == 1
        again = Installation(installation.database, installation.folder, installation.settings, clock)
        assert send_reports(again) == 0
        clock.pass_(hours=3)
        assert send_reports(again) == 0
        (mail,) = box.mails
        assert box.to == [["boss@chain.example", "li@chain.example"]]
    assert mail["Subject"] == "Daily report 2026-11-22"
    (attachment,) = mail.iter_attachments()
    assert attachment.get_filename().endswith("-daily-2026-11-22.xlsx")
    sheets = openpyxl.load_workbook(io.BytesIO(attachment.get_content()))
    text = mail.get_body().get_content()  # type: ignore[union-attr]
    assert "http://office.example/office/reports/daily?from=2026-11-22&to=2026-11-22" in text
    net = sheets["Compared"]["C2"].value
    assert net > 0
    assert f"Net sales: {net:,.2f}" in text
    (run,) = _runs(chain)
    assert (run["state"], run["tries"], run["revision"]) == ("sent", 1, 1)


def test_a_report_waits_for_its_stores_and_then_says_what_is_missing(
    chain: Browser, installation: Installation, clock: Clock
) -> None:
    """At 08:00 one of two stores is silent: it waits. At 10:00 the limit is over and it goes, labelled."""
    with postbox() as (box, port):
        _subscribe(chain, _mail(chain, port)["channel"], to=["b@chain.example"], wait_minutes=120)
        clock.now_ms = _at(23, 0)
        _heard(installation, "s1")
        assert send_reports(installation) == 0
        (run,) = _runs(chain)
        assert (run["state"], run["why"]) == ("waiting", "1/2")
        clock.now_ms = _at(23, 2)
        assert send_reports(installation) == 1
        assert "1/2 家门店数据不完整" in box.mails[0].get_body().get_content()  # type: ignore[union-attr]
        assert _runs(chain)[0]["behind"] == 1


def test_a_complete_report_does_not_wait(chain: Browser, installation: Installation, clock: Clock) -> None:
    """Both stores have sent all up to the end of the day: it goes at its hour; made again it is revision 2."""
    with postbox() as (box, port):
        made = _subscribe(chain, _mail(chain, port)["channel"], to=["b@chain.example"], wait_minutes=120)
        clock.now_ms = _at(23, 0)
        _heard(installation, "s1", "s2")
        assert send_reports(installation) == 1
        period = {"from": "2026-11-22", "to": "2026-11-22"}
        path = f"/v1/report-subscriptions/{made['subscription']}/runs"
        assert _back(chain).post(path, json=period).status_code == 200
        assert send_reports(installation) == 1
        first, second = box.mails
        assert first["Message-ID"] != second["Message-ID"]
        assert second["Subject"] == "日报 · 修订版 2 2026-11-22"
        (attachment,) = second.iter_attachments()
        assert attachment.get_filename().endswith("-r2.xlsx")
    assert [run["revision"] for run in _runs(chain)] == [2, 1]


def test_what_the_mail_server_refuses_is_tried_again_and_shown(
    chain: Browser, installation: Installation, clock: Clock
) -> None:
    """After one minute, five, half an hour …; the last refusal ends it, and every one can be seen."""
    with postbox() as (box, port):
        _subscribe(chain, _mail(chain, port)["channel"], to=["b@chain.example"])
        clock.now_ms = _at(23, 0)
        box.refusing = "451 come back later"
        for tries, minutes in enumerate(BACKOFF_MINUTES, 1):
            assert send_reports(installation) == 0
            (run,) = _runs(chain)
            assert (run["state"], run["tries"], run["why"]) == ("retry", tries, "SMTP 451")
            clock.pass_(minutes=minutes, seconds=-1)
            assert send_reports(installation) == 0
            assert _runs(chain)[0]["tries"] == tries, "not before its time"
            clock.pass_(seconds=1)
        box.refusing = ""
        assert send_reports(installation) == 1
    clock.pass_(hours=14)
    assert _runs(chain)[0]["state"] == "sent"


def test_a_server_that_is_gone_for_good_ends_the_tries(
    chain: Browser, installation: Installation, clock: Clock
) -> None:
    """Failed, with what was the matter; the next day is tried afresh."""
    with postbox() as (_, port):
        channel = _mail(chain, port)["channel"]
    _subscribe(chain, channel, to=["b@chain.example"])
    clock.now_ms = _at(23, 0)
    for minutes in (*BACKOFF_MINUTES, 0):
        send_reports(installation)
        clock.pass_(minutes=minutes)
    (run,) = [run for run in _runs(chain) if run["from"] == "2026-11-22"]
    assert (run["state"], run["why"]) == ("failed", "ConnectionRefusedError")


def test_a_run_cut_off_in_the_middle_is_not_sent_again_by_itself(
    chain: Browser, installation: Installation, clock: Clock
) -> None:
    """It may have arrived: after a quarter of an hour it is called uncertain, and a person may send it anew."""
    with postbox() as (box, port):
        made = _subscribe(chain, _mail(chain, port)["channel"], to=["b@chain.example"])
        clock.now_ms = _at(23, 0)
        with installation.home.writing() as writing:
            writing.insert(
                REPORT_RUN,
                {
                    "subscription": made["subscription"], "first_day": "2026-11-22", "last_day": "2026-11-22",
                    "revision": 1, "channel": made["channel"], "state": "sending", "due_ms": clock(),
                    "next_ms": clock(),
                },
            )  # fmt: skip
        assert send_reports(installation) == 0
        clock.pass_(minutes=16)
        assert send_reports(installation) == 0
        assert box.mails == []
    assert (_runs(chain)[0]["state"], _runs(chain)[0]["why"]) == ("uncertain", "interrupted")


def test_who_has_lost_the_right_gets_nothing_more(
    chain: Browser, installation: Installation, clock: Clock
) -> None:
    """A manager whose store was taken away and a person who left: refused at the time, and the reason stands there."""
    with postbox() as (box, port):
        channel = _mail(chain, port)["channel"]
        with Browser(create_app(installation)) as client:
            as_(client, chain, "li", "store_manager", "s1")
            _subscribe(client, channel, to=["li@chain.example"], stores=["s1"])
            refused = client.post(
                "/v1/report-subscriptions",
                json={"channel": channel, "told": {"report": "daily", "stores": ["s2"], "to": ["x@y.z"]}},
            )
            assert key_of(refused) == "store_out_of_scope"
        moved = {"user": "li", "name": "li", "role": "store_manager", "stores": ["s2"]}
        assert chain.post("/v1/users", json=moved).status_code == 200
        clock.now_ms = _at(23, 0)
        assert send_reports(installation) == 0
        (run,) = _runs(chain)
        assert (run["state"], run["why"]) == ("refused", "store_out_of_scope")
        assert box.mails == []


@pytest.mark.parametrize("kind", ["wecom", "dingtalk", "feishu"])
def test_robots_are_told_in_their_own_words(
    chain: Browser, installation: Installation, clock: Clock, platform: Robots, kind: str
) -> None:
    """Two reports due together are one message, with the figures and a link; signed where the group asks for it."""
    platform.said = b'{"code":0,"msg":"success"}' if kind == "feishu" else platform.said
    url = f"{platform.address}/send?key=TOKEN-abc"
    channel = _channel(chain, kind=kind, name="群", url=url, sign="" if kind == "wecom" else SECRET)
    for report in ("daily", "losses"):
        _subscribe(chain, channel["channel"], report=report)
    clock.now_ms = _at(23, 0)
    assert send_reports(installation) == 2
    ((path, body),) = platform.posts
    text = json.dumps(body, ensure_ascii=False)
    assert "日报" in text
    assert "损耗" in text
    assert "http://office.example/office/reports" in text
    if kind == "wecom":
        assert body["msgtype"] == "markdown"
        assert len(body["markdown"]["content"].encode()) <= 4096
    elif kind == "dingtalk":
        assert f"&timestamp={clock()}&sign={robot_channel.dingtalk_sign(SECRET, str(clock()))}" in path
        assert body["msgtype"] == "markdown"
    else:
        seconds = str(clock() // 1000)
        assert (body["timestamp"], body["sign"]) == (seconds, robot_channel.feishu_sign(SECRET, seconds))
        assert body["msg_type"] == "interactive"


def test_a_robot_gets_no_more_than_it_takes_in_a_minute(
    chain: Browser,
    installation: Installation,
    clock: Clock,
    platform: Robots,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Twenty messages, then the rest a minute later, none lost and none twice."""
    monkeypatch.setitem(robot_channel.BYTES_MAX, "wecom", 250)  # so that each report is a message of its own
    channel = _channel(chain, kind="wecom", name="群", url=f"{platform.address}/send?key=K")
    for _ in range(23):
        _subscribe(chain, channel["channel"])
    clock.now_ms = _at(23, 0)
    assert send_reports(installation) == 20
    assert send_reports(installation) == 0
    clock.pass_(minutes=1, seconds=1)
    assert send_reports(installation) == 3
    assert len(platform.posts) == 23
    assert all(len(body["markdown"]["content"].encode()) <= 250 for _, body in platform.posts)


@pytest.mark.parametrize(
    ("status", "said", "why"),
    [
        (200, b'{"errcode":93000,"errmsg":"invalid webhook url"}', "code 93000: invalid webhook url"),
        (200, b"<html>", "no JSON in the answer"),
        (302, b"{}", "HTTP 302"),
        (500, b"{}", "HTTP 500"),
    ],
)
def test_what_a_robot_answers_is_shown(
    chain: Browser,
    installation: Installation,
    clock: Clock,
    platform: Robots,
    status: int,
    said: bytes,
    why: str,
) -> None:
    """A refusal is a refusal however politely it is put, and a redirect is not followed."""
    platform.status, platform.said = status, said
    channel = _channel(chain, kind="wecom", name="群", url=f"{platform.address}/send?key=K")
    _subscribe(chain, channel["channel"])
    clock.now_ms = _at(23, 0)
    assert send_reports(installation) == 0
    assert (_runs(chain)[0]["state"], _runs(chain)[0]["why"]) == ("retry", why)


def test_no_secret_leaves_by_an_answer_or_a_log(
    chain: Browser,
    installation: Installation,
    clock: Clock,
    platform: Robots,
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Neither the robot's address nor a password: not when it works, not when it fails, not when it is changed."""
    caplog.set_level("DEBUG")
    robot = _channel(
        chain, kind="dingtalk", name="群", url=f"{platform.address}/robot?access_token=TOKEN-abc", sign=SECRET
    )
    mail = _channel(
        chain, kind="email", name="Mail", host="127.0.0.1", port=9, security="none", user="u",
        password="PASSWORD-xyz", sender="r@chain.example",
    )  # fmt: skip
    _subscribe(chain, robot["channel"])
    _subscribe(chain, mail["channel"], to=["b@chain.example"])
    clock.now_ms = _at(23, 0)
    platform.status = 500
    send_reports(installation)
    clock.pass_(minutes=2)
    platform.status = 200
    send_reports(installation)
    told = [
        json.dumps([robot, mail]),
        _back(chain).get("/v1/report-channels").text,
        chain.get("/v1/report-subscriptions").text,
        caplog.text,
        *capsys.readouterr(),
    ]
    for secret in ("TOKEN-abc", SECRET, "PASSWORD-xyz"):
        assert not [text for text in told if secret in text], secret
    renamed = {"channel": robot["channel"], "kind": "dingtalk", "name": "新群"}
    assert chain.post("/v1/report-channels", json=renamed).json()["settings"]["signed"] is True
    with installation.home.reading() as reading:
        kept = [row.secret for row in reading.all(select(REPORT_CHANNEL).where(mine(REPORT_CHANNEL)))]
    assert any(SECRET in secret for secret in kept), "left empty it is kept"


def test_a_password_is_asked_again_when_the_server_changes(chain: Browser) -> None:
    """Or whoever may change a channel could have the old password sent to a server of their own."""
    told = {
        "kind": "email", "name": "Mail", "host": "mail.example", "port": 465, "user": "u",
        "sender": "r@chain.example",
    }  # fmt: skip
    made = _channel(chain, **told, password="pw")
    moved = {**told, "channel": made["channel"], "host": "evil.example"}
    assert key_of(chain.post("/v1/report-channels", json=moved)) == "channel_password_again"
    assert chain.post("/v1/report-channels", json={**moved, "password": "new"}).status_code == 200


@pytest.mark.parametrize(
    ("told", "key"),
    [
        ({"kind": "wecom", "url": "https://169.254.169.254/latest"}, "channel_address_refused"),
        ({"kind": "wecom", "url": "http://qyapi.weixin.qq.com/x"}, "channel_address_refused"),
        ({"kind": "feishu", "url": "https://open.feishu.cn.evil.example/x"}, "channel_address_refused"),
        ({"kind": "dingtalk", "url": "https://u@oapi.dingtalk.com/x"}, "channel_address_refused"),
        ({"kind": "wecom"}, "channel_address_refused"),
        ({"kind": "folder", "folder": "../../etc"}, "channel_folder_malformed"),
        ({"kind": "folder", "folder": "/etc"}, "channel_folder_malformed"),
        ({"kind": "email", "host": "m.example", "port": 0, "sender": "a@b.c"}, "channel_incomplete"),
        ({"kind": "email", "host": "m.example", "port": 25, "sender": "a@b.c\nBcc: x@y.z"}, "body_malformed"),
        ({"kind": "email", "host": "m.example", "port": 25, "sender": "nobody"}, "mail_address_malformed"),
        ({"kind": "fax"}, "body_malformed"),
        ({"kind": "folder", "folder": "f", "channel": "nowhere"}, "channel_unknown"),
    ],
)
def test_a_channel_that_leads_elsewhere_is_refused(chain: Browser, told: dict[str, Any], key: str) -> None:
    """Only the platforms' own hosts, only below our own folder, and nothing slips into a header."""
    assert key_of(chain.post("/v1/report-channels", json={"name": "x", **told})) == key
    assert chain.get("/v1/report-channels").json()["channels"] == []


@pytest.mark.parametrize(
    ("told", "key"),
    [
        ({"report": "nothing"}, "report_unknown"),
        ({"report": "daily", "by": "sku"}, "report_by_unknown"),
        ({"report": "daily", "days": 3}, "report_parameter_unknown"),
        ({"report": "daily", "to": []}, "mail_recipient_missing"),
        ({"report": "daily", "to": ["no address"]}, "mail_address_malformed"),
        ({"report": "daily", "at": 1440}, "body_malformed"),
        ({"report": "daily", "period": "decade"}, "body_malformed"),
    ],
)
def test_a_subscription_that_makes_no_sense_is_refused(
    chain: Browser, told: dict[str, Any], key: str
) -> None:
    """By name, and nothing of it is kept."""
    channel = _mail(chain, 25)["channel"]
    body = {"channel": channel, "told": {"to": ["a@b.c"], **told}}
    assert key_of(chain.post("/v1/report-subscriptions", json=body)) == key
    assert chain.get("/v1/report-subscriptions").json()["subscriptions"] == []


def test_a_folder_gets_the_file_whole(chain: Browser, installation: Installation, clock: Clock) -> None:
    """Below head office's own folder, by a name that says what it is; a channel in use stays."""
    channel = _channel(chain, kind="folder", name="Accountant", folder="accountant")["channel"]
    made = _subscribe(chain, channel, form="pdf")
    clock.now_ms = _at(23, 0)
    assert send_reports(installation) == 1
    (file,) = (installation.folder / FOLDER / "accountant").iterdir()
    assert file.name == f"liushui-{made['subscription'][:6]}-daily-2026-11-22.pdf"
    assert file.read_bytes().startswith(b"%PDF")
    assert key_of(_back(chain).delete(f"/v1/report-channels/{channel}")) == "channel_in_use"
    assert chain.delete(f"/v1/report-subscriptions/{made['subscription']}").json()["subscriptions"] == []
    assert chain.delete(f"/v1/report-channels/{channel}").json()["channels"] == []


def test_everybody_sees_their_own_and_the_owner_all(chain: Browser, installation: Installation) -> None:
    """Somebody else's subscription does not exist for a manager."""
    channel = _channel(chain, kind="folder", name="F", folder="f")["channel"]
    owners = _subscribe(chain, channel)["subscription"]
    with Browser(create_app(installation)) as client:
        as_(client, chain, "li", "store_manager", "s1")
        _subscribe(client, channel)
        seen = client.get("/v1/report-subscriptions").json()["subscriptions"]
        assert [one["user"] for one in seen] == ["li"]
        assert key_of(client.delete(f"/v1/report-subscriptions/{owners}")) == "subscription_unknown"
        assert (
            key_of(client.post("/v1/report-channels", json={"kind": "folder", "name": "x"}))
            == "not_permitted"
        )
    assert len(chain.get("/v1/report-subscriptions").json()["subscriptions"]) == 2


def test_mornings_missed_while_the_office_was_off_are_skipped(
    chain: Browser, installation: Installation, clock: Clock
) -> None:
    """After four days off one report comes, yesterday's; a pause ends what was waiting."""
    channel = _channel(chain, kind="folder", name="F", folder="f")["channel"]
    made = _subscribe(chain, channel)
    clock.now_ms = _at(27, 1)
    assert send_reports(installation) == 1
    assert [run["from"] for run in _runs(chain)] == ["2026-11-26"]
    body = {"subscription": made["subscription"], "channel": channel, "paused": True, "told": made["told"]}
    assert chain.post("/v1/report-subscriptions", json=body).status_code == 200
    clock.now_ms = _at(28, 1)
    assert send_reports(installation) == 0


def test_signatures_are_those_of_the_vectors(shared_data: Path) -> None:
    """DingTalk's and Feishu's, figured by somebody else."""
    vectors = json.loads((shared_data / "integrations" / "signatures.json").read_text())["vectors"]
    signers = {"dingtalk_robot": robot_channel.dingtalk_sign, "feishu_robot": robot_channel.feishu_sign}
    checked = 0
    for vector in vectors:
        if signer := signers.get(vector["platform"]):
            given = vector["input"]
            assert signer(given["secret"], given["timestamp"]) == vector["expected"]
            checked += 1
    assert checked == 2


def test_names_cannot_become_links_or_mentions() -> None:
    """A store called [free](http://x) @all is a text in every dialect."""
    message = Message(
        key="k", title="日报", lines=("[free](http://x) <@all> **b**",), link="https://o", link_title="看"
    )
    for kind in ("wecom", "dingtalk", "feishu"):
        text = robot_channel.markdown(kind, message)  # type: ignore[arg-type]
        assert "[free]" not in text
        assert "@all" not in text
        assert text.count("](") == 1
