"""What the bridge tells the person who sets it up."""

TEXTS = {
    "bridge_config_unreadable": (
        "无法读取配置文件 {path}：{reason}",
        "The configuration {path} cannot be read: {reason}",
    ),
    "bridge_config_invalid": (
        "配置文件 {path} 有误：{reason}",
        "The configuration {path} is wrong: {reason}",
    ),
    "bridge_device_twice": (
        "设备编号 {device} 出现了两次；每台设备需要自己的编号。",
        "The device name {device} stands twice; each device needs a name of its own.",
    ),
    "bridge_port_twice": (
        "端口 {port} 配置给了两台设备（其中一台是 {device}）；一个端口只能由一台设备读取。",
        "Two devices are set to the port {port}, one of them {device}; a port has one reader.",
    ),
    "bridge_driver_unknown": (
        "设备 {device} 的协议 {protocol} 没有驱动；可用的协议：{known}",
        "Device {device}: there is no driver for the protocol {protocol}; known are {known}",
    ),
    "bridge_device_invalid": (
        "设备 {device} 的设置有误：{reason}",
        "Device {device} is set up wrongly: {reason}",
    ),
    "bridge_restart_needed": (
        "{changed} 改变了，需要重启设备桥才能生效；其余设置保持不变。",
        "{changed} changed: that takes a restart of the bridge; nothing else was changed either.",
    ),
    "bridge_sensors_unknown": (
        "没有名为 {family} 的传感器系列；可用的系列：{known}",
        "There is no sensor family {family}; known are {known}",
    ),
    "bridge_sensors_invalid": (
        "传感器系列 {family} 的设置有误：{reason}",
        "The sensor family {family} is set up wrongly: {reason}",
    ),
    "bridge_ble_missing": (
        "要直接接收蓝牙传感器，需要安装附加组件：pip install 'liushui[ble]'",
        "To hear Bluetooth sensors directly, install the extra: pip install 'liushui[ble]'",
    ),
    "bridge_already_running": (
        "已有一个设备桥正在使用 {path}。",
        "Another bridge is already running in {path}.",
    ),
    "bridge_state_unusable": (
        "无法使用数据目录 {path}：{reason}",
        "The folder {path} cannot be used: {reason}",
    ),
    "bridge_script_invalid": (
        "脚本第 {line} 行有误：{reason}",
        "Line {line} of the script is wrong: {reason}",
    ),
    "bridge_simulate_invalid": (
        "无法识别 {told}；请写成 类型:名称，类型可以是 {known}",
        "{told} is not understood; write KIND:NAME, where KIND is one of {known}",
    ),
}
