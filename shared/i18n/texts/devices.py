"""Texts about the register of devices, their weights and their accounts at the broker."""

TEXTS = {
    "device_not_registered": ("没有登记设备 {device}。", "Device {device} is not registered."),
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
    "weight_booked_already": (
        "电子秤 {scale} 的这次称重（{weight} {unit}）已经记过账。请清空秤盘重新称，或手工输入重量。",
        "This weighing on {scale} ({weight} {unit}) is booked already. Weigh again, or type the weight.",
    ),
    "weight_booked_twice": (
        "{sku}：电子秤 {scale} 的同一次称重记了两次，已列给店长核对。",
        "{sku}: one weighing on {scale} was booked twice. It is on the manager's list.",
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
    "broker_missing": (
        "这台机器上没有 mosquitto。请安装：sudo apt-get install mosquitto",
        "There is no mosquitto on this machine: sudo apt-get install mosquitto",
    ),
    "broker_plugin_missing": (
        "缺少 mosquitto 的动态安全插件（mosquitto_dynamic_security.so），请安装 Debian 的 mosquitto 软件包。",
        "Mosquitto's dynamic security (mosquitto_dynamic_security.so) is missing; Debian's package has it.",
    ),
    "broker_port_taken": (
        "端口 {port} 已被其他程序占用。",
        "Port {port} is taken by another program.",
    ),
    "broker_port_taken_by_another": ("端口已被占用：{why}", "A port is taken by another program: {why}"),
    "broker_address_not_ours": (
        "传感器网络的地址不属于这台机器：{why}",
        "The address for the sensors is not this machine's: {why}",
    ),
    "broker_certificate_unusable": (
        "证书或密钥无法使用：{why}",
        "The certificate or its key cannot be used: {why}",
    ),
    "broker_accounts_unreadable": (
        "账号文件 accounts.json 无法读取：{why}",
        "The accounts in accounts.json cannot be read: {why}",
    ),
    "broker_folder_not_ours": (
        "mosquitto 没有权限读写该文件夹：{why}",
        "Mosquitto may not read or write the folder: {why}",
    ),
    "broker_config_refused": ("mosquitto 不接受配置：{why}", "Mosquitto refuses its configuration: {why}"),
    "bridge_node_unreachable": (
        "无法连接门店主机 {url}：{reason}",
        "The store's node at {url} cannot be reached: {reason}",
    ),
    "bridge_node_is_another": (
        "{url} 不是生成这个代码的门店主机。请检查地址，不要继续。",
        "{url} is not the node that made this code. Check the address, and do not go on.",
    ),
    "bridge_node_not_https": (
        "地址 {url} 必须以 https:// 开头（本机除外）。",
        "{url} must begin with https:// (except on the node's own machine).",
    ),
    "bridge_key_unusable": ("密钥文件 {path} 无法使用。", "The key in {path} cannot be used."),
    "broker_refuses_node": (
        "消息服务器拒绝本机登录：{why}。设备读数无法到达。",
        "The broker does not let this node in: {why}. No device is heard.",
    ),
    "messages_dropped": (
        "主机启动以来，磁盘无法写入时丢弃了 {count} 条不要求确认（QoS 0）的设备消息。请检查磁盘，并把设备设为 QoS 1。",
        "While the disk took nothing, {count} messages of devices that ask for no acknowledgement (QoS 0) were dropped "
        "since this box started. Check the disk, and set those devices to QoS 1.",
    ),
    "broker_certificate_due": (
        "消息服务器的证书已过半有效期，自动更新没有成功。请运行 liushui edge broker --dir 本机目录，再重启 mosquitto。",
        "The broker's certificate is half over and could not be renewed: run `liushui edge broker`, restart mosquitto.",
    ),
    "broker_certificate_not_shown": (
        "消息服务器的证书已更新，但 mosquitto 还在用旧的。请重启 mosquitto。",
        "The broker's certificate was renewed, but mosquitto still shows the old one: restart mosquitto.",
    ),
    "node_certificate_ends": (
        "本机网页的证书 {day} 到期。请重启门店主机程序，它会换上新的证书。",
        "The certificate of the node's own pages ends on {day}. Restart the node's program: it takes the new one.",
    ),
}
