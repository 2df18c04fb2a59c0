"""Texts about copies, restores and boxes that were replaced."""

TEXTS = {
    "head_office_runs": (
        "总部正在运行，请先停止它再恢复备份。",
        "Head office is running on this database. Stop it, then restore.",
    ),
    "database_not_empty": (
        "该数据库不是空的。请新建一个空数据库再恢复。",
        "The database is not empty. Create an empty one and restore into that.",
    ),
    "copy_of_another_node": (
        "这是另一门店主机（{store}）的备份，不能恢复到此目录。",
        "This is the copy of another node (store {store}) and cannot be restored into this folder.",
    ),
    "mend_refused": (
        "账本 {log} 从第 {seq} 条起补回的内容与链不符，未采用。",
        "What came back for log {log} from fact {seq} on does not fit the chain; nothing of it was taken.",
    ),
    "node_replaced": (
        "此主机已被新主机替换；它还有的账会被收下并标记，但不再得到任何数据。",
        "This box was replaced. What it still holds is accepted and marked, and it is told nothing any more.",
    ),
    "copy_broken": ("此备份不可用：{why}", "This copy cannot be used: {why}"),
}
