"""Texts about numbers people type."""

TEXTS = {
    "number_malformed": (
        "“{text}”不是有效的数字（{field}）。请用半角数字，最多六位小数。",
        "“{text}” is not a number ({field}). Use plain digits and at most six decimals.",
    ),
    "number_too_large": (
        "{field} 的数值 {text} 太大，请检查是否扫错或多输了几位。",
        "{text} is too large for {field}. Check for a wrong scan or extra digits.",
    ),
    "number_negative": (
        "{field} 不能为负数（{text}）。",
        "{field} cannot be negative ({text}).",
    ),
    "quantity_not_positive": (
        "数量必须大于零（现为 {text}）。",
        "The quantity must be more than zero (it is {text}).",
    ),
    "quantity_too_fine": (
        "商品 {sku} 最小计量为 {step}，{text} {unit} 太细，请重新输入。",
        "{sku} is counted in steps of {step}; {text} {unit} is finer than that. Enter it again.",
    ),
    "amount_finer_than_fen": (
        "金额 {text} 超过两位小数，请输入到分。",
        "The amount {text} has more than two decimals. Enter it to the cent.",
    ),
}
