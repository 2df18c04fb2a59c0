"""Texts about master data."""

TEXTS = {
    "sku_unknown": (
        "没有商品 {sku}。请检查条码，或请总部先建档。",
        "There is no product {sku}. Check the code, or ask head office to add it.",
    ),
    "category_unknown": ("没有品类 {category}，请先建立。", "There is no category {category}. Add it first."),
    "supplier_unknown": (
        "没有供应商 {supplier}，请先建立。",
        "There is no supplier {supplier}. Add it first.",
    ),
    "store_unknown": (
        "没有门店 {store}，请检查门店编号。",
        "There is no store {store}. Check the store's code.",
    ),
    "place_unknown": (
        "本店没有货位 {place}，请从列表中选择。",
        "This store has no place {place}. Choose one from the list.",
    ),
    "unit_unknown": (
        "商品 {sku} 没有单位“{unit}”，请用 {base_unit} 或已登记的包装单位。",
        "{sku} has no unit “{unit}”. Use {base_unit} or one of its pack units.",
    ),
    "base_unit_fixed": (
        "商品 {sku} 已按 {unit} 记账，不能更换基本单位。请新建商品。",
        "{sku} is already booked in {unit}; its base unit cannot change. Add a new product instead.",
    ),
    "unit_factor_fixed": (
        "商品 {sku} 的单位 {unit} 已有换算关系，不能更改。请换一个单位名称。",
        "Unit {unit} of {sku} already has a size; it cannot change. Use another unit name.",
    ),
    "barcode_taken": (
        "条码 {code} 已属于商品 {sku}。一个条码只能对应一种包装。",
        "Barcode {code} already belongs to {sku}. One code can name only one pack.",
    ),
    "timezone_unknown": ("没有时区 {timezone}。", "There is no time zone {timezone}."),
    "price_missing": (
        "商品 {sku} 没有售价，请先定价。",
        "{sku} has no price. Set one first.",
    ),
    "price_missing_for_label": (
        "该商品没有单价，无法由标签金额算出重量。请先定价。",
        "The product has no unit price, so the label's amount gives no weight. Set a price first.",
    ),
}
