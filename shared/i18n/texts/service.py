"""Texts about services and packages."""

TEXTS = {
    "not_a_service": (
        "商品 {sku} 不是服务。请用销售，或请总部把它设为服务。",
        "{sku} is not a service. Sell it, or ask head office to make it one.",
    ),
    "service_not_goods": (
        "商品 {sku} 是服务，没有库存，请用服务开单。",
        "{sku} is a service and has no stock. Record it as a service.",
    ),
    "package_exists": ("卡号 {package} 已经用过。", "Package {package} exists already."),
    "package_unknown": (
        "本店没有次卡 {package} 的可用次数。",
        "There are no visits of package {package} here.",
    ),
    "package_expired": ("次卡 {package} 已于 {expires} 到期。", "Package {package} expired on {expires}."),
    "package_not_on_account": ("次卡不能赊账。", "A package cannot be sold on account."),
    "package_visits_short": (
        "次卡 {package} 在这里只剩 {left} 次。",
        "Only {left} visits of package {package} are here.",
    ),
}
