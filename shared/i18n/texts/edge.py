"""Texts a store's node says besides the rules' own."""

TEXTS = {
    "sold_below_book": (
        "商品 {sku} 售出数量比账面多 {short}，请尽快盘点。",
        "{short} more of {sku} was sold than the book knows. Count it soon.",
    ),
    "older_lot_passed_over": (
        "商品 {sku} 有更早到期的批次 {lot}，请先卖它。",
        "{sku} has an older lot {lot}. Sell that first.",
    ),
    "count_questioned": (
        "商品 {sku} 的这笔操作早于盘点，但手机时钟不准（差 {change}），请店长核对。",
        "This change of {change} to {sku} came before a count from a phone with a wrong clock. A manager must look.",
    ),
    "decided_at_head_office": (
        "操作 {kind} 由总部办理，门店不能提交。",
        "{kind} is done at head office, not in a store.",
    ),
    "op_failed": (
        "操作未能完成（{reference}），没有记账。请稍后重试或联系支持。",
        "The operation failed ({reference}) and was not booked. Try again or call support.",
    ),
    "disk_full": (
        "门店主机磁盘已满，没有记账。手机会保留此操作，请联系支持。",
        "The store's box has no disk space left; nothing was booked. The phone keeps the operation. Call support.",
    ),
    "storage_failed": (
        "门店主机存储出错，没有记账。手机会保留此操作并重试。",
        "The store's box could not store it; nothing was booked. The phone keeps the operation and tries again.",
    ),
    "node_not_enrolled": ("此门店主机尚未登记。", "This store's box is not enrolled yet."),
    "photo_malformed": ("图片无法识别：{why}", "The picture cannot be read: {why}"),
    "photo_hash_differs": (
        "图片内容与编号不符，请重新上传。",
        "The picture differs from its id. Send it again.",
    ),
    "photo_too_large": ("图片太大（上限 {limit}）。", "The picture is too large (at most {limit})."),
    "photo_has_metadata": (
        "图片带有拍摄信息（如位置），不能保存。请用应用内的相机重新拍照。",
        "The picture carries details such as where it was taken and is not kept. Take it with the app's camera.",
    ),
}
