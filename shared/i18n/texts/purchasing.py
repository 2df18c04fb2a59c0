"""Texts about orders, contracts and invoices."""

TEXTS = {
    "price_above_contract": (
        "商品 {sku} 的单价 {price} 高于合同价 {contract}（超出 {deviation}%，允许 {tolerance}%），不能下单。请"
        "改价，或先更新合同。",
        "{sku} at {price} is above the contract price {contract} ({deviation} %, {tolerance} % allowed), so "
        "it cannot "
        "be ordered. Correct the price, or change the contract first.",
    ),
    "receipt_above_contract": (
        "商品 {sku} 的送货单价 {price} 高于合同价 {contract}（超出 {deviation}%，允许 {tolerance}%）。请把单价"
        "留空后收货，价格由总部与供应商核对。",
        "{sku} at {price} is above the contract price {contract} ({deviation} %, {tolerance} % allowed). "
        "Leave the price "
        "empty and receive the goods; head office will settle the price with the supplier.",
    ),
    "invoice_exists": (
        "供应商 {supplier} 的发票 {number} 已经录入。",
        "Invoice {number} of supplier {supplier} is recorded already.",
    ),
    "invoice_unknown": ("没有进货发票 {invoice}。", "There is no purchase invoice {invoice}."),
    "invoice_not_held": (
        "进货发票 {invoice} 不在待处理状态。",
        "Purchase invoice {invoice} is not held, so there is nothing to decide.",
    ),
    "invoice_still_differs": (
        "进货发票 {invoice} 仍有 {count} 处与订单、收货或合同不符。",
        "Purchase invoice {invoice} still differs in {count} places from order, receipt or contract.",
    ),
    "vat_rate_unknown": (
        "商品 {sku} 在 {day} 没有税率，请在发票行填写，或先设置税率。",
        "{sku} has no VAT rate on {day}. Enter it on the line, or set the rate first.",
    ),
    "tax_differs": (
        "商品 {sku} 的税额 {given} 与按税率算出的 {computed} 相差太大，请核对。",
        "The tax {given} of {sku} is too far from {computed}, which its rate gives. Check both.",
    ),
    "receipt_not_heard_of": (
        "没有收到过 {receipt}：门店可能还没有同步，请稍后再试，或检查收货单号。",
        "Nothing was received as {receipt}. The store may not have sent it yet; try later, or check the number.",
    ),
    "sku_not_on_receipt": (
        "收货单 {receipt} 上没有商品 {sku}。",
        "{sku} did not come with receipt {receipt}.",
    ),
    "lot_not_on_receipt": (
        "收货单 {receipt} 上没有商品 {sku} 的批次 {lot}。",
        "Lot {lot} of {sku} did not come with receipt {receipt}.",
    ),
    "more_than_received": (
        "商品 {sku} 在这张收货单上只剩 {left} 可退。",
        "Only {left} of {sku} are left to send back of this receipt.",
    ),
    "share_has_no_basis": (
        "收货单 {receipt} 的商品 {sku} 没有可分摊的金额、数量或重量。",
        "{sku} of receipt {receipt} has no value, quantity or weight to share the cost by.",
    ),
    "amount_not_positive": ("{field} 必须大于 0，不能是 {text}。", "{field} must be above 0, not {text}."),
}
