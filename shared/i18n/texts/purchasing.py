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
    "supplier_email_missing": (
        "供应商 {supplier} 按邮件发单，请填写邮箱，或改用其他发送方式。",
        "Orders to supplier {supplier} go by mail. Enter a mail address, or choose another way.",
    ),
    "order_changed_meanwhile": (
        "采购单 {order} 刚刚有改动，请查看最新内容后再试。",
        "Order {order} has changed in the meantime. Look at what it says now, then try again.",
    ),
    "order_revised_nothing": (
        "采购单 {order} 没有任何改动。",
        "Nothing of order {order} would change.",
    ),
    "order_orders_nothing": (
        "这样改后采购单 {order} 什么也不订了。请改为取消订单。",
        "Nothing would be left of order {order}. Cancel it instead.",
    ),
    "order_below_received": (
        "商品 {sku} 已到货 {received}，订货量不能再低于此数。",
        "{received} of {sku} have arrived already, so no less can be ordered.",
    ),
    "order_line_twice": ("商品 {sku} 出现两次，请合并成一行。", "{sku} stands twice. Join the lines."),
    "order_already_arrived": (
        "采购单 {order} 的货已开始到店，不能再改回复。有事请留言。",
        "Goods of order {order} have arrived, so the answer stands. Write a message instead.",
    ),
    "confirmed_above_ordered": (
        "商品 {sku} 只订了 {ordered}。要多送请先留言商量。",
        "Only {ordered} of {sku} were ordered. Write a message to agree on more.",
    ),
    "due_day_odd": (
        "送货日期 {day} 不合理，请填今天起一年之内的日期。",
        "The day {day} cannot be right. Give a day within a year from today.",
    ),
    "message_empty": ("请写下留言内容。", "Write what you want to say."),
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
