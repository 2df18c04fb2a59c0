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
        "图片带有拍摄信息（如位置），不能保存。请在应用里拍照或从相册选图，应用会去掉这些信息。",
        "The picture carries details such as where it was taken. Add it with the app, which leaves them out.",
    ),
    "import_map_wrong": (
        "列对应“{part}”不正确。需要 date、sku、qty、amount，可加 time、discount、receipt、store。",
        "The column map “{part}” is not right: date, sku, qty, amount are needed; "
        "time, discount, receipt, store may be added.",
    ),
    "import_empty": ("文件中没有销售记录。", "The file holds no sales."),
    "import_encoding": (
        "无法按 {tried} 读出文字，请指定文件编码。",
        "The text cannot be read as {tried}. Say how the file is encoded.",
    ),
    "import_column_missing": (
        "文件中没有（或不止一个）列“{column}”。现有列：{header}",
        "The file has no (or more than one) column “{column}”. It has: {header}",
    ),
    "import_cell_missing": ("缺少“{column}”的内容。", "“{column}” is empty or missing."),
    "import_quotes": ("引号不成对：{why}", "The quotes do not close: {why}"),
    "import_date": ("“{text}”不是能识别的日期。", "“{text}” is no date we can read."),
    "import_date_ambiguous": (
        "日期“{text}”有两种读法，请指定日期顺序（dmy 或 mdy）。",
        "The date “{text}” can be read in two ways. Say which comes first (dmy or mdy).",
    ),
    "import_time": ("“{text}”不是能识别的时间。", "“{text}” is no time we can read."),
    "import_number": (
        "“{text}”不是能识别的数字。小数点为逗号时请注明。",
        "“{text}” is no number we can read. Say so where commas are decimal.",
    ),
    "import_signs_differ": (
        "数量 {qty} 与金额 {amount} 正负不一致。",
        "The quantity {qty} and the amount {amount} differ in sign.",
    ),
}
