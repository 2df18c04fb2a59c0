"""Texts about customers who buy on account."""

TEXTS = {
    "customer_missing": ("赊账或按客户订单交货时，请先选择客户。", "Choose the customer who pays later."),
    "platform_missing": (
        "平台付款要写明平台，其他付款方式不要填平台。",
        "Name the platform for a payment through one, and for no other.",
    ),
    "credit_limit_exceeded": (
        "客户 {customer} 的信用额度不够，超出 {over}。",
        "The limit of customer {customer} does not reach, over by {over}.",
    ),
    "credit_slice_exceeded": (
        "本店对客户 {customer} 的赊账额度只剩 {left}。请改用其他付款方式，或请总部增加额度。",
        "This store may let customer {customer} owe {left} more. Take another payment, or ask head office for more.",
    ),
    "customer_order_unknown": (
        "本店没有客户 {customer} 的订单 {order}。",
        "This store has no order {order} of customer {customer}.",
    ),
    "customer_order_not_open": (
        "客户订单 {order} 待批准或已取消，不能交货。",
        "Customer order {order} is held or cancelled, so nothing can be delivered on it.",
    ),
    "customer_order_exceeded": (
        "客户订单 {order} 只剩 {left} 可交货。",
        "Only {left} of customer order {order} are left to deliver.",
    ),
    "customer_order_not_held": ("客户订单 {order} 不需要批准。", "Customer order {order} is not held."),
    "bill_above_delivered": (
        "客户 {customer} 只有 {left} 已交货未开票。",
        "Only {left} were delivered to customer {customer} and not billed yet.",
    ),
    "nothing_to_give_back": (
        "客户 {customer} 没有可归还的额度。",
        "There is no credit of customer {customer} to give back.",
    ),
    "refund_lowers_debt": (
        "这笔销售是赊账：退款中必须有 {due} 冲减欠款。",
        "This sale was on account: exactly {due} of the refund must lower the debt.",
    ),
}
