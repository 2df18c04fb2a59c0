"""Texts about sensors and the cold chain."""

TEXTS = {
    "sensor_without_limit": (
        "传感器 {sensor} 至少需要一个上限或下限。",
        "Sensor {sensor} needs an upper or a lower limit.",
    ),
    "excursion_known": ("超限 {excursion} 已登记。", "Excursion {excursion} is already known."),
    "excursion_unknown": ("没有超限记录 {excursion}。", "There is no excursion {excursion}."),
    "excursion_answered": (
        "超限 {excursion} 已有人确认或已上报。",
        "Excursion {excursion} is acknowledged or has gone up already.",
    ),
    "sensor_unknown": ("没有传感器 {sensor}。", "There is no sensor {sensor}."),
    "record_period": ("记录期间请选 1 到 31 天。", "Choose a period of 1 to 31 days for the record."),
    "excursion_not_open": ("超限 {excursion} 没有打开或已结束。", "Excursion {excursion} is not open."),
    "defrost_incomplete": (
        "传感器 {sensor}：除霜需要同时填写开始时间和时长。",
        "Sensor {sensor}: defrosting needs both a time of day and a length.",
    ),
    "defrost_cycle": (
        "除霜周期 {hours} 小时不能整除一天，请填 1、2、3、4、6、8 或 12。",
        "A defrost cycle of {hours} h does not divide a day: use 1, 2, 3, 4, 6, 8 or 12.",
    ),
    "mask_without_limit": (
        "传感器 {sensor}：除霜或开门期间也要有一个高于上限的极限值。",
        "Sensor {sensor}: defrosting or an open door needs a limit of its own, above the upper limit.",
    ),
}
