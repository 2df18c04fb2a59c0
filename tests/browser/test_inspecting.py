"""An inspector's phone: what fails cannot be sold from the moment it is submitted, and the photo proves why."""

from __future__ import annotations

import hashlib
import io

from PIL import Image
from playwright.sync_api import expect

from tests.browser.conftest import MakeHandset
from tests.browser.handset import IN_STORE
from tests.browser.test_without_a_network import inspect_with_photo
from tests.support.edge_node import EdgeNode


def test_a_failed_inspection_makes_the_goods_unsellable(handset: MakeHandset, store_node: EdgeNode) -> None:
    """One failed answer suggests holding everything; the node holds it and has the photo, byte for byte."""
    manager = store_node.sign_in("store_manager")
    manager.receive("milk", "24", lot="L1", expiry="2030-01-01")
    assert manager.get("/v1/stock/milk").json()["available"] == "24"
    phone = handset()
    phone.sign_in("inspector")
    phone.go("/inspect")
    inspect_with_photo(phone)
    phone.expect_waiting(0)
    stock = manager.get("/v1/stock/milk").json()
    assert (stock["available"], stock["held"]) == ("0", "24")
    assert manager.get("/v1/receipts", params={"pending_inspection": 1}).json()["items"] == []

    phone.until(f"(await {IN_STORE}('photos', 'getAll')).every(photo => photo.state === 'uploaded')")
    sha256 = phone.stored("photos", "getAllKeys")[0]
    answer = manager.get(f"/v1/photos/{sha256}")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/webp")
    photo = answer.content
    assert hashlib.sha256(photo).hexdigest() == sha256
    picture = Image.open(io.BytesIO(photo))
    assert max(picture.size) <= 1600
    assert not picture.getexif()


def straight_from_the_camera() -> bytes:
    """A twelve-megapixel picture as a phone's own camera makes it: lying on its side, with place, owner and time."""
    noise = Image.effect_noise((403, 302), 90).convert("RGB").resize((4032, 3024))
    left = Image.new("RGB", (2016, 3024), "red")
    noise.paste(Image.blend(left, noise.crop((0, 0, 2016, 3024)), 0.4))
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned a quarter to the right before it is looked at
    exif[0x013B] = "the owner of the phone"
    exif.get_ifd(0x8825)[1] = "N"
    exif.get_ifd(0x8825)[2] = (31.0, 13.0, 49.0)
    out = io.BytesIO()
    noise.save(out, "JPEG", quality=90, exif=exif)
    return out.getvalue()


def test_a_picture_from_the_phone_s_album_just_works_and_leaves_its_place_at_home(
    handset: MakeHandset, store_node: EdgeNode
) -> None:
    """The app turns it upright, makes it small and writes it anew before it names it; the node has that and no more."""
    manager = store_node.sign_in("store_manager")
    manager.receive("milk", "24", lot="L1", expiry="2030-01-01")
    phone = handset()
    phone.sign_in("inspector")
    phone.go("/inspect")
    phone.page.locator("main a").first.click()
    phone.press("不合格")
    for _ in range(4):
        phone.press("合格")
    phone.press("拍照")
    picture = straight_from_the_camera()
    assert Image.open(io.BytesIO(picture)).getexif()[0x0112] == 6
    chosen = {"name": "IMG_0001.jpg", "mimeType": "image/jpeg", "buffer": picture}
    phone.page.locator("dialog input[type=file]").set_input_files([chosen])  # type: ignore[list-item]
    keep, taken = phone.page.get_by_role("button", name="仍然使用"), phone.page.locator("[data-photo]")
    expect(keep.or_(taken)).to_be_visible(timeout=60_000)
    if keep.is_visible():
        keep.click()
    expect(taken).to_be_visible()
    phone.press("提交判定")
    phone.see_recorded("检验")
    phone.until(f"(await {IN_STORE}('photos', 'getAll')).every(photo => photo.state === 'uploaded')")
    sha256 = phone.stored("photos", "getAllKeys")[0]
    kept = Image.open(io.BytesIO(manager.get(f"/v1/photos/{sha256}").content)).convert("RGB")
    assert not kept.getexif()
    assert (kept.width < kept.height, max(kept.size)) == (True, 1600)
    red, _, blue = kept.resize((1, 2)).getpixel((0, 0))  # type: ignore[misc]
    assert red > blue + 40, "what lay on the left stands on top"

    refused = manager.put(
        f"/v1/photos/{hashlib.sha256(picture).hexdigest()}",
        content=picture,
        headers={"content-type": "image/jpeg"},
    )
    assert refused.json()["key"] == "photo_has_metadata"


def test_what_is_not_answered_counts_as_not_passed(handset: MakeHandset, store_node: EdgeNode) -> None:
    """Going straight to the verdict nothing can be accepted; quantities that do not add up cannot be submitted."""
    store_node.sign_in("store_manager").receive("cheese", "2.5", lot="C1")
    desk = handset(desk=True)
    desk.sign_in("inspector")
    desk.go("/inspect")
    desk.page.locator("main a").first.click()
    desk.press("判定")
    expect(desk.page.get_by_label("冻结")).to_have_value("2.5")
    expect(desk.page.get_by_text("没有回答的算不合格")).to_be_visible()
    expect(desk.page.get_by_label("合格", exact=True)).to_be_disabled()
    desk.page.get_by_label("拒收").fill("0.1")
    expect(desk.page.get_by_text("三项相加要等于 2.5")).to_be_visible()
    expect(desk.page.get_by_role("button", name="提交判定")).to_be_disabled()
    desk.page.get_by_label("冻结").fill("2.4")
    desk.press("提交判定")
    desk.see_recorded("检验")
    desk.until(f"(await {IN_STORE}('outbox', 'getAll'))[0].state === 'accepted'")
    stock = store_node.sign_in("store_manager").get("/v1/stock/cheese").json()
    assert (stock["available"], stock["held"]) == ("0", "2.5")


def test_a_part_can_be_accepted_when_all_is_answered(handset: MakeHandset, store_node: EdgeNode) -> None:
    """With every answer passed the inspector may still hold a part; a later fail moves the accepted part to hold."""
    store_node.sign_in("store_manager").receive("cheese", "2.5", lot="C1")
    desk = handset(desk=True)
    desk.sign_in("inspector")
    desk.go("/inspect")
    desk.page.locator("main a").first.click()
    for _ in range(5):
        desk.press("合格")
    desk.page.get_by_label("合格", exact=True).fill("2.4")
    desk.page.get_by_label("冻结").fill("0.1")
    desk.page.locator(".steps button").first.click()
    desk.press("不合格")
    desk.press("判定")
    expect(desk.page.get_by_label("冻结")).to_have_value("2.5")
    desk.page.locator(".steps button").first.click()
    desk.press("合格")
    desk.press("判定")
    desk.page.get_by_label("合格", exact=True).fill("2.4")
    desk.page.get_by_label("冻结").fill("0.1")
    desk.press("提交判定")
    desk.until(f"(await {IN_STORE}('outbox', 'getAll'))[0]?.state === 'accepted'")
    stock = store_node.sign_in("store_manager").get("/v1/stock/cheese").json()
    assert (stock["available"], stock["held"]) == ("2.4", "0.1")
