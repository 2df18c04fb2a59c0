"""Texts about commands, ids and frames."""

TEXTS = {
    "command_unknown": (
        "不认识的操作“{kind}”。请更新应用。",
        "Unknown operation “{kind}”. Update the app.",
    ),
    "command_malformed": (
        "操作 {kind} 的内容不正确：{why}",
        "The content of {kind} is not right: {why}",
    ),
    "id_reuse_mismatch": (
        "编号 {op_id} 已用于另一内容。请作为新的操作重新提交。",
        "The id {op_id} was already used for something else. Submit it again as a new operation.",
    ),
    "bad_frame": ("数据包损坏：{why}", "The frame is damaged: {why}"),
}
