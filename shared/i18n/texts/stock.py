"""Texts about goods, counts and transfers."""

TEXTS = {
    "stock_short": (
        "商品 {sku} 库存不足：需要 {wanted}，缺 {short}。",
        "Not enough {sku}: {wanted} wanted, {short} missing.",
    ),
    "lot_held": (
        "商品 {sku} 的批次 {lot} 已冻结，不能出库。请放到隔离区并联系质检。",
        "Lot {lot} of {sku} is on hold and must not leave. Put it aside and call quality control.",
    ),
    "lot_expired": (
        "商品 {sku} 的批次 {lot} 已于 {expiry} 到期，不能销售或入库。请报损。",
        "Lot {lot} of {sku} expired on {expiry}; it cannot be sold or received. Book it as waste.",
    ),
    "lot_unknown": (
        "商品 {sku} 没有批次 {lot}，请检查批号。",
        "{sku} has no lot {lot}. Check the lot number.",
    ),
    "lot_expiry_differs": (
        "商品 {sku} 批次 {lot} 的到期日已记为 {known}，与 {given} 不符。请核对包装。",
        "Lot {lot} of {sku} is known to expire on {known}, not {given}. Check the package.",
    ),
    "produced_in_future": (
        "商品 {sku} 的生产日期 {produced} 在将来，请核对。",
        "The production date {produced} of {sku} lies in the future. Check it.",
    ),
    "line_twice": (
        "商品 {sku} 的同一批次出现了两次，请合并成一行。",
        "{sku} stands twice with the same lot. Join the lines.",
    ),
    "order_unknown": (
        "本店没有订单 {order}。请核对单号，或不带订单收货。",
        "This store has no order {order}. Check the number, or receive without an order.",
    ),
    "sku_not_on_order": (
        "订单 {order} 没有商品 {sku}。请核对送货单。",
        "Order {order} does not list {sku}. Check the delivery note.",
    ),
    "order_exists": (
        "订单 {order} 已存在，请换一个单号。",
        "Order {order} exists already. Use another number.",
    ),
    "order_already_cancelled": ("订单 {order} 已取消。", "Order {order} has been cancelled."),
    "weight_unit_differs": (
        "商品 {sku} 以 {unit} 计量，秤的读数是 {scale_unit}。请换算后手工输入。",
        "{sku} is counted in {unit}, the scale says {scale_unit}. Convert it and type the quantity.",
    ),
    "weight_differs": (
        "商品 {sku} 的数量与秤上的 {weight} {unit} 不一致。请重新称，或改为手工输入。",
        "The quantity of {sku} is not the {weight} {unit} the scale showed. Weigh again, or type the quantity.",
    ),
    "transfer_to_itself": (
        "不能调拨给本店 {store}，请选择另一家门店。",
        "Store {store} cannot transfer to itself. Choose another store.",
    ),
    "transfer_exists": (
        "调拨单 {transfer} 已发出，请换一个单号。",
        "Transfer {transfer} has been sent already. Use another number.",
    ),
    "lot_not_on_transfer": (
        "调拨单上没有商品 {sku} 批次 {lot}。请核对装箱单。",
        "The transfer does not list lot {lot} of {sku}. Check the packing list.",
    ),
    "more_than_sent": (
        "商品 {sku} 批次 {lot} 的收货数量多于发出数量，请重新清点。",
        "More of lot {lot} of {sku} than was sent. Count it again.",
    ),
}
