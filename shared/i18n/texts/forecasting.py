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
    "forecast_extra_missing": (
        "没有安装预测库（缺少 {library}）。安装：pip install 'liushui[forecast]'",
        "The forecasting libraries are not installed ({library} is missing). "
        "To install them: pip install 'liushui[forecast]'",
    ),
}
