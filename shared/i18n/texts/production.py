"""Texts about the workshop."""

TEXTS = {
    "component_is_output": (
        "商品 {sku} 正是这张生产单要做的，不能作为原料。",
        "{sku} is what this order makes, so it cannot go into it.",
    ),
    "nothing_consumed": (
        "生产单 {order} 还没有领料或计入费用，请先领料。",
        "Nothing has gone into production order {order} yet. Record what it used first.",
    ),
    "completion_out_of_range": (
        "完工比例 {text} 不对：请填大于 0、不超过 1 的小数。",
        "The share completed cannot be {text}. Use a fraction above 0 and up to 1.",
    ),
    "production_done": (
        "生产单 {order} 已经完工。",
        "Production order {order} is done.",
    ),
}
