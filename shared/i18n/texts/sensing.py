"""Texts about sensors and the cold chain."""

TEXTS = {
    "sensor_without_limit": (
        "传感器 {sensor} 至少需要一个上限或下限。",
        "Sensor {sensor} needs an upper or a lower limit.",
    ),
    "excursion_known": ("超限 {excursion} 已登记。", "Excursion {excursion} is already known."),
    "excursion_unknown": ("没有超限记录 {excursion}。", "There is no excursion {excursion}."),
    "excursion_not_open": ("超限 {excursion} 没有打开或已结束。", "Excursion {excursion} is not open."),
}
