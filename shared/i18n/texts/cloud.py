"""Texts head office says besides the rules' own."""

TEXTS = {
    "token_refused": (
        "门店主机的凭证无效（{why}），请检查时钟或重新登记。",
        "The node's token was refused ({why}). Check its clock, or enrol it again.",
    ),
    "node_unknown": (
        "总部没有这个门店主机，请先登记。",
        "Head office does not know this node. Enrol it first.",
    ),
    "node_revoked": ("该门店主机已停用。", "This node was revoked."),
    "frame_of_another_node": (
        "数据包属于另一门店主机。",
        "The frame belongs to another node.",
    ),
    "log_unknown": ("没有这个账本 {log}。", "There is no log {log}."),
    "fact_unknown": ("账本 {log} 没有第 {seq} 条。", "Log {log} has no fact {seq}."),
    "feed_gone": (
        "此位置的更新已不可用，请重新获取快照。",
        "Updates from that position are gone. Take a new snapshot.",
    ),
    "code_refused": (
        "一次性代码无效或已过期，请重新生成。",
        "The one-time code is wrong or has expired. Make a new one.",
    ),
    "already_bootstrapped": (
        "已有负责人账号，请直接登录。",
        "There is an owner already. Sign in instead.",
    ),
    "password_too_short": (
        "密码至少 {least} 位。",
        "A password needs at least {least} characters.",
    ),
    "password_too_long": ("密码太长。", "The password is too long."),
    "password_too_common": (
        "这个密码太常见，请换一个。",
        "This password is too common. Choose another.",
    ),
    "user_unknown": ("没有用户 {user}。", "There is no user {user}."),
    "last_owner": (
        "这是最后一位负责人，不能停用或降级。",
        "This is the last owner and cannot be revoked or given a smaller role.",
    ),
    "role_above_own": (
        "不能授予超出自己权限的角色。",
        "You cannot give a role that may do more than your own.",
    ),
    "decided_in_store": (
        "操作 {kind} 由门店办理，请在门店提交。",
        "{kind} is done in a store. Submit it there.",
    ),
    "fact_not_held": (
        "账本 {log} 第 {seq} 条没有被隔离，或已处理。",
        "Fact {seq} of log {log} is not set aside, or was decided already.",
    ),
    "fact_named_twice": ("同一条记录列了两次。", "The same fact is named twice."),
    "device_unknown": ("没有设备 {device} 的停用记录。", "Device {device} was never revoked."),
    "blob_unknown": ("没有这张照片。", "There is no such photo."),
    "blob_chunk_differs": (
        "照片分块 {index} 校验不符，请重传。",
        "Chunk {index} of the photo is damaged. Send it again.",
    ),
    "blob_incomplete": ("照片还缺分块 {index}。", "The photo still lacks chunk {index}."),
    "blob_too_large": ("照片过大。", "The photo is too large."),
    "log_range_wrong": ("请求的范围不正确。", "The requested range is not right."),
}
