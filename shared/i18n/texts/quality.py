"""Texts about inspections and holds."""

TEXTS = {
    "receipt_unknown": ("本店没有收货单 {receipt}。", "This store has no receipt of goods {receipt}."),
    "nothing_inspected": (
        "商品 {sku} 批次 {lot} 没有填写合格、待定或不合格数量。",
        "No quantity was accepted, held or rejected for lot {lot} of {sku}.",
    ),
    "nothing_to_hold": (
        "商品 {sku} 批次 {lot} 没有这么多可冻结的数量。",
        "There is not that much of lot {lot} of {sku} to hold.",
    ),
    "held_less_than_asked": (
        "商品 {sku} 批次 {lot} 冻结的数量没有这么多。",
        "Not that much of lot {lot} of {sku} is on hold.",
    ),
    "excursion_release_unproven": (
        "商品 {sku} 批次 {lot} 因温度超限冻结。决定去留前，请先拍一张照片并写明理由。",
        "Lot {lot} of {sku} is on hold for its temperature. Take a photo of it and say why before you decide.",
    ),
}
