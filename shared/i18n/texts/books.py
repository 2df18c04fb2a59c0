"""Texts about the books: what an accountant asks for and cannot have, and why."""

TEXTS = {
    "event_refused": (
        "事件 {event}（{type}）不能入账：{why}",
        "Event {event} ({type}) cannot be posted: {why}",
    ),
    "field_twice": ("字段 {field} 出现了两次。", "The field {field} stands twice."),
    "event_field_twice": (
        "事件 {event} 的字段 {field} 出现了两次。",
        "Event {event} has the field {field} twice.",
    ),
    "event_twice": ("编号 {event} 出现了两次。", "The number {event} stands twice."),
    "event_type_unknown": ("没有事件类型 {type}。", "There is no event type {type}."),
    "scenario_malformed": (
        "文件格式不对：{why}。",
        "The file is not in the expected form: {why}.",
    ),
    "field_malformed": ("{field} 应为 {expected}。", "{field} must be {expected}."),
    "field_missing": ("缺少 {field}。", "{field} is missing."),
    "field_unknown": ("不认识的字段 {field}。", "{field} is not a field of this event."),
    "figure_below_zero": ("{field} 不能为负数：{text}。", "{field} cannot be below zero: {text}."),
    "rate_out_of_range": ("{field} 应在 0 与 1 之间：{text}。", "{field} must lie between 0 and 1: {text}."),
    "chart_unknown": (
        "不认识的会计科目表 {chart}：应为小企业会计准则或企业会计准则。",
        "{chart} is no chart of accounts known here: small-business or enterprise (企业会计准则).",
    ),
    "ledger_account_unknown": ("{chart} 没有科目 {account}。", "{chart} has no account {account}."),
    "tender_unknown": (
        "不认识的支付方式 {tender}，不知道记入哪个科目。",
        "Nobody knows which account a payment by {tender} belongs to.",
    ),
    "vat_rate_missing": (
        "商品 {sku} 在 {date} 没有增值税税率。",
        "{sku} has no VAT rate on {date}.",
    ),
    "sku_has_no_stock": (
        "商品 {sku} 是服务，没有库存。",
        "{sku} is a service and never in stock.",
    ),
    "stock_below_zero": (
        "{store} 的商品 {sku} 现存 {on_hand}，不能出库 {qty}。",
        "{store} holds {on_hand} of {sku}; {qty} cannot leave.",
    ),
    "lot_below_zero": (
        "{store} 的商品 {sku} 批次 {lot} 现存 {on_hand}，不能出库 {qty}。",
        "{store} holds {on_hand} of lot {lot} of {sku}; {qty} cannot leave.",
    ),
    "receipt_not_in_books": (
        "{store} 没有入库单 {receipt}。",
        "{store} has no receipt {receipt}.",
    ),
    "supplier_differs": (
        "入库单的供应商是 {known}，不是 {supplier}。",
        "The receipt is from {known}, not from {supplier}.",
    ),
    "invoiced_above_receipt": (
        "入库单 {receipt} 的商品 {sku} 待开票 {left}，发票却有 {qty}。",
        "Of {sku} on receipt {receipt} {left} are not yet invoiced; the invoice says {qty}.",
    ),
    "amount_without_quantity": (
        "商品 {sku} 有金额没有数量，金额无处可记。",
        "{sku} has an amount but no quantity; there are no goods it could belong to.",
    ),
    "returned_above_receipt": (
        "入库单 {receipt} 的商品 {sku} 不够退 {qty}。",
        "Receipt {receipt} does not have {qty} of {sku} left to go back.",
    ),
    "freight_without_goods": (
        "入库单 {receipt} 没有商品 {sku}，运费 {amount} 无处分摊。",
        "Receipt {receipt} brought no {sku} that freight of {amount} could belong to.",
    ),
    "discount_above_total": (
        "优惠 {discount} 超过了合计 {total}。",
        "The discount of {discount} is more than the total of {total}.",
    ),
    "payments_unbalanced": (
        "收款 {paid} 与应收 {total} 不符。",
        "Paid {paid} is not what is due, {total}.",
    ),
    "sale_not_in_books": ("{store} 没有销售单 {sale}。", "{store} has no sale {sale}."),
    "returned_above_sale": (
        "销售单 {sale} 的商品 {sku} 还可退 {left}，不能退 {qty}。",
        "Of {sku} in sale {sale} {left} can still come back, not {qty}.",
    ),
    "refund_differs": (
        "退款 {refund} 与应退 {expected} 不符。",
        "The refund of {refund} is not what the goods were sold for, {expected}.",
    ),
    "transfer_not_sent": ("没有调拨单 {transfer}。", "No transfer {transfer} was sent."),
    "transfer_line_unknown": (
        "调拨单 {transfer} 没有在途的商品 {sku}。",
        "Transfer {transfer} has no {sku} on the road.",
    ),
    "received_above_sent": (
        "调拨单 {transfer} 的商品 {sku} 发出 {sent}，不能收 {qty}。",
        "Transfer {transfer} sent {sent} of {sku}; {qty} cannot arrive.",
    ),
    "count_without_result": (
        "商品 {sku} 的盘点既没有差异也没有实盘数。",
        "The count of {sku} gives neither a difference nor what was counted.",
    ),
    "nothing_pending": (
        "{of} 没有待处理的差异（{direction}）。",
        "{of} has no difference waiting for approval ({direction}).",
    ),
    "compensation_for_gain": (
        "盘盈没有赔偿：{amount}。",
        "Nobody pays compensation for a gain: {amount}.",
    ),
    "compensation_above_loss": (
        "赔偿 {amount} 超过了损失 {loss}。",
        "Compensation of {amount} is more than the loss of {loss}.",
    ),
    "order_not_in_work": (
        "生产单 {order} 还没有任何成本。",
        "Nothing was ever booked on production order {order}.",
    ),
    "nothing_completed": (
        "生产单 {order} 的完工数量或完工程度为零。",
        "Nothing of production order {order} was completed.",
    ),
    "redeemed_above_package": (
        "套餐 {package} 余额 {left}，不能核销 {amount}。",
        "Package {package} still holds {left}; {amount} cannot be redeemed.",
    ),
    "manual_unbalanced": (
        "手工凭证借方 {debit} 与贷方 {credit} 不平。",
        "The voucher's debits of {debit} are not its credits of {credit}.",
    ),
    "manual_on_stock": (
        "科目 {account} 由存货明细账记账，不能手工记账。",
        "Account {account} follows the stock ledger; it takes no line by hand.",
    ),
    "commission_above_gross": (
        "佣金 {commission} 超过了结算额 {gross}。",
        "A commission of {commission} is more than the {gross} that was settled.",
    ),
}
