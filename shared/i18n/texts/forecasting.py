"""Texts about forecasts."""

TEXTS = {
    "forecast_file_unreadable": (
        "无法读取销售文件：{why}。请提供 CSV 或 Parquet 文件，格式见 docs/forecast-format.md。",
        "The sales file cannot be read: {why}. Give a CSV or Parquet file as in docs/forecast-format.md.",
    ),
    "forecast_columns_missing": (
        "销售文件缺少列：{columns}。请补上这些列，格式见 docs/forecast-format.md。",
        "The sales file lacks these columns: {columns}. Add them as docs/forecast-format.md says.",
    ),
    "forecast_file_empty": (
        "销售文件中没有一行可用：每行需要序列名和日期。请检查导出。",
        "The sales file has no usable row: each needs a series and a date. Check how it was exported.",
    ),
    "forecast_history_too_short": (
        "历史数据不足以检验 {horizon} 期的预测。请提供更长的历史，或缩短预测期。",
        "There is not enough history to check forecasts of {horizon} periods. Give more of it, or look less far ahead.",
    ),
    "forecast_fewer_origins": (
        "历史数据只够 {held} 个起点（要求 {wanted} 个），按 {held} 个检验。",
        "The history holds {held} origins of the {wanted} asked for, so {held} are tried.",
    ),
    "forecast_out_folder_missing": (
        "没有文件夹 {folder}，结果无处可写。请先建立该文件夹，或换一个 --out。",
        "There is no folder {folder} to write the answer to. Make it first, or give another --out.",
    ),
    "forecast_calendar_unannounced": (
        "{years} 年的调休安排未公布或未收录：只按法定节日估算，周末上班日未知。"
        "公布后请更新预测组件，或用 --days 自行补充。",
        "Which weekends of {years} are worked is not announced or not known here: only statutory holidays are counted. "
        "Update the forecast extra once they are announced, or name the days with --days.",
    ),
    "forecast_calendar_disputed": (
        "两个日历来源对这些日子是否上班说法不一：{days}。已按 holidays 处理；请用 --days 写明。",
        "Two calendars disagree whether these days are worked: {days}. `holidays` was followed; settle it with --days.",
    ),
    "forecast_days_unreadable": (
        "自定日历第 {line} 行看不懂：{text}。每行应为“日期,内容”，例如 2026-03-08,店庆；不能用已有节日名。",
        "Line {line} of the days file cannot be read: {text}. Each line is date,what, such as 2026-03-08,anniversary; "
        "names of known feasts are taken.",
    ),
    "forecast_extra_missing": (
        "没有安装预测库（缺少 {library}）。安装：pip install 'liushui[forecast]'",
        "The forecasting libraries are not installed ({library} is missing). "
        "To install them: pip install 'liushui[forecast]'",
    ),
}
