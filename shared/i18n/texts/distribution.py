"""Texts of spreading head office's tables over several database servers."""

TEXTS = {
    "distribute_needs_postgresql": (
        "内置数据库不能分布，请用 --database 指定 PostgreSQL。",
        "The embedded database cannot be distributed. Name a PostgreSQL with --database.",
    ),
    "distribute_needs_citus": (
        "此 PostgreSQL 没有 citus 扩展，请先执行 CREATE EXTENSION citus。",
        "This PostgreSQL lacks the citus extension. Run CREATE EXTENSION citus first.",
    ),
    "distribute_key_lacks": (
        "表 {table} 不能按 {column} 分布：键（{key}）不含该列。",
        "Table {table} cannot be distributed by {column}: its key ({key}) lacks that column.",
    ),
    "distribute_apart": (
        "表 {table} 引用 {other}，两表不在同一处，不能分布。",
        "Table {table} refers to {other}, and the two would not lie together.",
    ),
    "distribute_otherwise": (
        "表 {table} 已按其他方式分布（{column}），请先人工处理。",
        "Table {table} is distributed in another way already ({column}). Undo that first.",
    ),
}
