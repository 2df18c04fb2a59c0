"""What a store's box says of its disk, of its day-book's file and of its clock."""

TEXTS = {
    "disk_warn": (
        "门店主机磁盘已用 80% 以上，请尽快清理。",
        "The box's disk is more than 80 % full. Make room soon.",
    ),
    "disk_shed": (
        "门店主机磁盘已用 90% 以上：暂停接收照片，传感器读数减量保存。",
        "The box's disk is more than 90 % full: photos are not taken in, fewer sensor readings are kept.",
    ),
    "disk_ledger_only": (
        "门店主机磁盘已用 95% 以上：只记账，其他都不再保存。请立即清理。",
        "The box's disk is more than 95 % full: only the day-book is written. Make room now.",
    ),
    "ballast_gone": (
        "备用空间已用于最后的单据，磁盘再满将无法记账。",
        "The room kept back is in use for the last orders. When it is gone, nothing can be booked.",
    ),
    "box_clock_ahead": (
        "门店主机时钟比总部快 {minutes} 分钟。期间的操作会标为时间存疑，请校准主机时钟。",
        "The box's clock is {minutes} minutes ahead of head office. What is booked meanwhile is marked as uncertain in "
        "time. Set the clock.",
    ),
    "box_clock_behind": (
        "门店主机时钟比总部慢 {minutes} 分钟。期间的操作会标为时间存疑，请校准主机时钟。",
        "The box's clock is {minutes} minutes behind head office. What is booked meanwhile is marked as uncertain in "
        "time. Set the clock.",
    ),
    "sync_too_quick": (
        "警告：写盘确认快得不真实（{ms} 毫秒），断电可能丢账。请更换磁盘或关闭写缓存。",
        "Warning: this disk says “written” quicker than a disk can ({ms} ms). A power cut may lose what was promised. "
        "Use another disk or switch its write cache off.",
    ),
    "sync_too_slow": (
        "警告：写盘很慢（{ms} 毫秒），高峰时手机会等待。建议使用固态硬盘。",
        "Warning: this disk takes {ms} ms to write. Phones will wait at busy times. An SSD is better.",
    ),
    "file_system_in_memory": (
        "警告：{kind} 不是真正的磁盘，断电即丢账。",
        "Warning: {kind} is no disk. A power cut loses the day-book.",
    ),
    "file_system_remote": (
        "警告：{kind} 是网络文件系统，账本会损坏。请使用本机磁盘。",
        "Warning: {kind} is a network file system; it damages the day-book. Use a disk of this box.",
    ),
    "no_barriers": (
        "警告：文件系统以不等待写盘的方式挂载，断电可能丢账。请去掉 nobarrier。",
        "Warning: the file system is mounted so that it does not wait for the disk. Remove nobarrier.",
    ),
    "disk_fit": (
        "磁盘合格：{kind}，写盘 {ms} 毫秒。",
        "The disk is fit: {kind}, {ms} ms to write.",
    ),
    "day_book_read_only": (
        "门店主机磁盘连续出错（{why}），已停止记账，只能查看。请更换磁盘或主机。",
        "The box's disk failed again ({why}). Nothing is booked any more, only shown. Replace the disk or the box.",
    ),
    "day_book_damaged": (
        "账本文件损坏（{why}），已停止记账，正在自动修复。",
        "The day-book's file is damaged ({why}). Booking has stopped; it is being mended.",
    ),
    "day_book_mended": (
        "账本文件曾损坏（{why}），已自动修复，找回 {salvaged} 条记录。请检查磁盘。",
        "The day-book's file was damaged ({why}) and has been mended; {salvaged} facts were saved from it. "
        "Have the disk checked.",
    ),
}
