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
    "own_day_far": (
        "日期 {day} 不在 2000 年至 2099 年之间，请检查。",
        "{day} is not between 2000 and 2099. Check the date.",
    ),
    "own_day_name": (
        "活动必须有名称，其他日子不填名称。",
        "An event needs a name; other days have none.",
    ),
    "own_day_store": (
        "只有店休日可以只对一家门店，其他日子对全部门店。",
        "Only a day on which a store is closed may be of one store; all other days are for every store.",
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
    "customer_unknown": (
        "没有客户 {customer}，请先由总部建档。",
        "There is no customer {customer}. Head office must add it first.",
    ),
    "since_missing": (
        "缺少生效日期：请写明从哪一天起生效。",
        "There is no first day. Say from which day on this holds.",
    ),
    "since_not_period_start": (
        "{since} 不是月初：核算方法和存货类别只能从一个会计期间的第一天起变更。",
        "{since} is not the first of a month. How stock is costed can change only where a period begins.",
    ),
    "since_not_later": (
        "{since} 不晚于已生效的 {last}：过去的核算方法不能改写。",
        "{since} is not after {last}, which is set already. What past months were costed by cannot change.",
    ),
    "rate_without_date": (
        "税率必须写明生效日期。",
        "A tax rate needs the day from which it holds.",
    ),
    "rate_of_sku_or_category": (
        "税率要么属于一个商品，要么属于一个品类，请只填其中一个。",
        "A rate is of one product or of one category. Fill in exactly one of them.",
    ),
    "fraction_out_of_range": (
        "{field} 的值 {text} 不对：请填 0 到 1 之间、最多四位的小数，例如 13% 写 0.13。",
        "{field} cannot be {text}. Use a fraction from 0 to below 1 with at most four decimals: 13 % is 0.13.",
    ),
    "until_before_since": (
        "结束日期 {until} 早于开始日期 {since}。",
        "The last day {until} is before the first day {since}.",
    ),
    "tiers_not_rising": (
        "商品 {sku} 的阶梯价必须按数量从小到大填写，数量不能重复。",
        "The price tiers of {sku} must go from the smallest quantity to the largest, each quantity once.",
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
