"""Texts about the register of devices, their weights and their accounts at the broker."""

TEXTS = {
    "device_unknown": ("没有登记设备 {device}。", "Device {device} is not registered."),
    "device_limits_crossed": (
        "设备 {device} 的下限不能高于或等于上限。",
        "The lower limit of {device} must be below the upper one.",
    ),
    "device_limit_without_place": (
        "设备 {device} 有温度限值，请同时填写位置和测量项。",
        "{device} has a limit: say also which place it watches and what it measures.",
    ),
    "scale_cal_expired": (
        "电子秤 {scale} 检定已过期，不能用来计价；盘点仍可使用。",
        "The calibration of scale {scale} has run out: it may not make a price. Counting stock is still allowed.",
    ),
    "scale_below_min": (
        "重量低于电子秤 {scale} 的最小秤量 {min}，不能用来计价。",
        "The weight is below the smallest that scale {scale} may weigh for sale ({min}).",
    ),
    "weighed_cal_expired": (
        "{sku}：所用电子秤 {scale} 检定已过期。",
        "{sku} was weighed on {scale}, whose calibration has run out.",
    ),
    "weighed_below_min": (
        "{sku}：重量低于电子秤 {scale} 的最小秤量。",
        "{sku}: the weight is below the smallest of scale {scale}.",
    ),
    "weighed_scale_unregistered": (
        "{sku}：电子秤 {scale} 未登记。",
        "{sku} was weighed on {scale}, which is not registered.",
    ),
    "account_unknown": ("没有可用的账号 {account}。", "There is no account {account} in use."),
    "account_has_another_role": (
        "账号 {account} 已用于其他用途，请换一个名称。",
        "The name {account} is in use for something else; take another.",
    ),
    "enrol_code_refused": (
        "一次性代码无效、已使用或已过期。请在店内重新生成。",
        "This code is wrong, was used already, or is older than ten minutes. Make a new one in the store.",
    ),
    "enrol_proof_refused": (
        "设备桥没有证明它持有自己的密钥。",
        "The bridge did not prove that the key is its own.",
    ),
    "broker_without_accounts": (
        "消息服务器没有启用账号。请先运行 liushui edge broker。",
        "This store's broker has no accounts. Run `liushui edge broker` first.",
    ),
    "broker_not_reached": (
        "消息服务器没有回应：{why}",
        "The store's broker does not answer: {why}",
    ),
    "bridge_not_answering": (
        "设备桥 {bridge} 没有回应。请检查它是否通电并联网。",
        "Bridge {bridge} does not answer. Is it switched on and in the network?",
    ),
    "bridge_unknown": ("没有设备桥 {bridge}。", "There is no bridge {bridge}."),
}
