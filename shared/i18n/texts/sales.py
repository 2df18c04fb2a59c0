"""Texts about the till."""

TEXTS = {
    "tenders_differ_from_total": (
        "付款合计与应收 {total} 不符，请核对。",
        "The payments do not add up to {total}. Check them.",
    ),
    "discount_above_price": (
        "商品 {sku} 的折扣超过价格。",
        "The discount on {sku} is larger than its price.",
    ),
    "price_differs_from_list": (
        "商品 {sku} 的价格与价目表不同。改价需要店长权限。",
        "The price of {sku} differs from the list. Changing prices needs a manager.",
    ),
    "label_quantity_differs": (
        "商品 {sku} 的数量与标签金额不符，请重新扫描标签。",
        "The quantity of {sku} does not agree with its label. Scan the label again.",
    ),
    "sale_unknown": (
        "本店没有小票 {sale}。请核对，或办理无票退货。",
        "This store has no receipt {sale}. Check it, or take the goods back without one.",
    ),
    "more_than_sold": (
        "商品 {sku} 的退货数量多于这张小票的未退数量。",
        "More of {sku} than this receipt still allows to return.",
    ),
    "refund_above_paid": (
        "商品 {sku} 的退款不能超过 {paid}。",
        "The refund for {sku} cannot be more than {paid}.",
    ),
}
