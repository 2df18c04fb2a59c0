"""Texts about moving and buying goods before they are missing."""

TEXTS = {
    "transfer_file_malformed": (
        "调拨文件不符合格式：{why}。格式见 docs/transfer-format.md。",
        "The transfer file does not follow the format: {why}. See docs/transfer-format.md.",
    ),
    "transfer_goods_twice": (
        "商品 {sku} 在文件中出现两次，请只保留一行。",
        "{sku} stands twice among the goods. Keep one line of it.",
    ),
    "transfer_goods_unknown": (
        "门店 {store} 的商品 {sku} 不在商品列表里，请补上或改正编码。",
        "{sku} in store {store} is not among the goods. Add it there, or correct the code.",
    ),
    "transfer_step_not_positive": (
        "商品 {sku} 的最小调拨量 step 为 {text}，必须大于零。",
        "The step of {sku} is {text}. It must be more than zero.",
    ),
    "transfer_lane_to_itself": (
        "门店 {store} 有一条线路通往自己，请改正起点或终点。",
        "Store {store} has a lane to itself. Correct where it begins or ends.",
    ),
    "supplier_takes_no_orders": (
        "供应商 {supplier} 一年内没有两个可下单的日子，请检查其下单日历。",
        "Supplier {supplier} takes orders on fewer than two days of a year. Check its calendar.",
    ),
    "suggestion_unknown": ("没有补货建议 {suggestion}。", "There is no suggestion {suggestion}."),
    "suggestion_not_open": (
        "补货建议 {suggestion} 已经处理过，请刷新后查看结果。",
        "Suggestion {suggestion} is settled already. Refresh to see what became of it.",
    ),
    "suggestion_orders_nothing": (
        "补货建议 {suggestion} 的数量都是零。不需要订货时请选择不采纳。",
        "All quantities of suggestion {suggestion} are zero. Dismiss it where nothing is to be ordered.",
    ),
    "suggested_twice": (
        "商品 {sku} 出现两次，请只保留一行。",
        "{sku} stands twice. Keep one line of it.",
    ),
    "sku_not_suggested": (
        "商品 {sku} 不在这份建议里；要加订请另下采购单。",
        "{sku} is not in this suggestion. Place an order of its own for it.",
    ),
    "sku_not_ordered": (
        "采购单 {order} 没有商品 {sku}，请核对供应商的回复。",
        "Order {order} has no {sku}. Check the supplier's answer.",
    ),
    "solver_missing": (
        "没有安装求解器，只能按贪心法排车，离最优还差多少无法证明。安装：pip install 'liushui[optimise]'",
        "No solver is installed, so the plan is greedy and nothing is proven about what is missing. "
        "To install it: pip install 'liushui[optimise]'",
    ),
}
