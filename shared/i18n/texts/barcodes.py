"""Texts about scanned and typed codes: what is wrong with one and what to do next; warnings at the end."""

TEXTS = {
    "barcode_empty": ("没有读到条码内容，请重新扫描。", "The code is empty. Scan it again."),
    "barcode_too_long": (
        "内容有 {length} 个字符，超过条码的上限 {most}，已拒绝。",
        "{length} characters are more than a code can hold ({most}); refused.",
    ),
    "barcode_wrong_length": (
        "“{text}”有 {length} 位，商品条码应为 8、12、13 或 14 位。请重新扫描，或检查是否漏输。",
        "“{text}” has {length} digits; product codes have 8, 12, 13 or 14. Scan again or check the digits.",
    ),
    "barcode_not_ascii_digits": (
        "“{text}”不全是半角数字 0-9。请关闭输入法的全角模式后重新扫描。",
        "“{text}” is not made of plain digits 0-9. Turn off the full-width input method and scan again.",
    ),
    "barcode_check_digit": (
        "条码 {text} 的校验码是 {found}，应为 {expected}。请重新扫描，或核对数字。",
        "The check digit of {text} is {found}, it should be {expected}. Scan again or compare the digits.",
    ),
    "barcode_upc_e_system": (
        "UPC-E 条码 {text} 必须以 0 或 1 开头，不能是 {found}。请重新扫描。",
        "UPC-E {text} must begin with 0 or 1, not {found}. Scan again.",
    ),
    "barcode_control_character": (
        "条码中有控制字符 {code}。请检查扫描枪的前后缀设置。",
        "The code holds the control character {code}. Check the scanner's prefix and suffix settings.",
    ),
    "barcode_symbology_missing": (
        "无法判断这是 GS1 条码还是普通编码。请在扫描枪上开启 AIM 标识（如 ]C1）。",
        "This could be a GS1 code or a plain one. Turn on AIM identifiers (such as ]C1) in the scanner.",
    ),
    "barcode_symbology_unknown": (
        "不认识的条码类型“{symbology}”。请检查扫描枪的 AIM 标识设置。",
        "Unknown kind of barcode “{symbology}”. Check the scanner's AIM identifier setting.",
    ),
    "barcode_not_gs1": (
        "{symbology} 条码不含 GS1 数据。请扫描包装上的另一个条码。",
        "A {symbology} code holds no GS1 data. Scan the other code on the pack.",
    ),
    "barcode_ai_unknown": (
        "没有以“{text}”开头的 GS1 标识符。条码有误，请改扫商品条码并告知供应商。",
        "No GS1 identifier begins with “{text}”. The code is wrong: scan the product code, tell the supplier.",
    ),
    "barcode_value_empty": (
        "标识符 ({ai}) 后面没有内容。请重新扫描，仍不行请告知供应商。",
        "Identifier ({ai}) has no value. Scan again; if it stays so, tell the supplier.",
    ),
    "barcode_value_too_short": (
        "标识符 ({ai}) 的内容只有 {length} 个字符，太短。请重新扫描。",
        "The value of ({ai}) has only {length} characters. Scan again.",
    ),
    "barcode_value_too_long": (
        "标识符 ({ai}) 的内容有 {length} 个字符，太长，可能丢失了分隔符。请检查扫描枪的分隔符设置。",
        "The value of ({ai}) has {length} characters, too many; a separator may be lost. Check the scanner.",
    ),
    "barcode_characters": (
        "标识符 ({ai}) 的内容“{value}”有不允许的字符。请重新扫描。",
        "The value “{value}” of ({ai}) has characters that are not allowed. Scan again.",
    ),
    "barcode_check_digit_of_ai": (
        "标识符 ({ai}) 的号码 {value} 校验码不对。请重新扫描，仍不行请告知供应商。",
        "The check digit of number {value} in ({ai}) is wrong. Scan again; if it stays so, tell the supplier.",
    ),
    "barcode_check_pair": (
        "标识符 ({ai}) 的编号 {value} 校验字符不对。请重新扫描。",
        "The check characters of {value} in ({ai}) are wrong. Scan again.",
    ),
    "barcode_date": (
        "标识符 ({ai}) 的日期 {value} 不存在。请核对包装上的日期并手工输入。",
        "There is no date {value} as in ({ai}). Read the date on the pack and type it in.",
    ),
    "barcode_time": (
        "标识符 ({ai}) 的时间 {value} 不存在。请核对包装并手工输入。",
        "There is no time {value} as in ({ai}). Read it on the pack and type it in.",
    ),
    "barcode_value": (
        "标识符 ({ai}) 的内容“{value}”不符合规定。请改扫商品条码并告知供应商。",
        "“{value}” is not a valid value of ({ai}). Scan the product code instead and tell the supplier.",
    ),
    "barcode_ai_missing": (
        "标识符 ({ai}) 必须与 {needs} 之一同时出现。请扫描同一标签上的其他条码。",
        "Identifier ({ai}) needs one of {needs} beside it. Scan the other code on the same label.",
    ),
    "barcode_ai_exclusive": (
        "标识符 ({ai}) 与 ({other}) 不能同时出现。标签有误，请告知供应商。",
        "Identifiers ({ai}) and ({other}) must not stand together. The label is wrong: tell the supplier.",
    ),
    "barcode_ai_repeated": (
        "标识符 ({ai}) 重复出现。标签有误，请告知供应商。",
        "Identifier ({ai}) stands there twice. The label is wrong: tell the supplier.",
    ),
    "barcode_too_many_elements": (
        "条码中的数据项超过 {most} 个，已拒绝。",
        "The code has more than {most} elements; refused.",
    ),
    "barcode_brackets": (
        "“{text}”处的括号不对。请按 (01)…(10)… 的形式输入。",
        "The brackets at “{text}” are not right. Enter it as (01)…(10)….",
    ),
    "barcode_link_characters": (
        "网址中有不允许的字符。请重新扫描二维码。",
        "The web address has characters that are not allowed. Scan the code again.",
    ),
    "barcode_link_scheme": (
        "网址必须以 http:// 或 https:// 开头。请重新扫描二维码。",
        "The web address must begin with http:// or https://. Scan the code again.",
    ),
    "barcode_link_host": (
        "网址的域名“{host}”不正确。请重新扫描二维码。",
        "The host “{host}” of the web address is not right. Scan the code again.",
    ),
    "barcode_link_no_key": (
        "这是普通网址二维码，不含商品编码。请扫描包装上的条码。",
        "This is an ordinary web link without a product number. Scan the barcode on the pack.",
    ),
    "barcode_link_compressed": (
        "这是压缩形式的 GS1 网址，本系统不解压。请改扫包装上的条码，并告知供应商使用普通形式。",
        "This GS1 link is compressed and is not unpacked here. Scan the barcode on the pack; tell the supplier.",
    ),
    "barcode_link_path": (
        "网址中标识符的顺序 {path} 不符合 GS1 规定。请改扫条码并告知供应商。",
        "The order {path} in the link is not allowed by GS1. Scan the barcode and tell the supplier.",
    ),
    "barcode_link_attribute": (
        "标识符 ({ai}) 不能放在网址的问号之后。请改扫条码并告知供应商。",
        "Identifier ({ai}) must not stand after the question mark of a link. Scan the barcode instead.",
    ),
    "decode_kind_unknown": (
        "不认识的类型“{kind}”。",
        "Unknown kind “{kind}”.",
    ),
    "decode_input_malformed": (
        "输入的形式与类型不符。",
        "The input does not have the form its kind asks for.",
    ),
    "decode_region_unknown": (
        "不认识的地区“{region}”。",
        "Unknown region “{region}”.",
    ),
    "label_prefix_unknown": (
        "没有为店内码 {text} 的前缀设置模板。请店长在门店设置中添加。",
        "No label template is set for the prefix of {text}. Ask the manager to add one in the store settings.",
    ),
    "label_template_malformed": (
        "店内码模板“{layout}”不正确。示例：FFIIIIIPPPPPC（F 前缀，I 商品，P 金额，W 重量，C 校验）。",
        "The label template “{layout}” is not right. Example: FFIIIIIPPPPPC (F flag, I item, P price, W weight).",
    ),
    "label_template_prefix": (
        "前缀“{prefix}”与模板 {layout} 的 F 位数不符。",
        "The prefix “{prefix}” does not have as many digits as {layout} has F.",
    ),
    "label_value_check_digit": (
        "店内码 {text} 的金额或重量校验码不对。请重新扫描，或重新打印标签。",
        "The check digit of the price or weight in {text} is wrong. Scan again or print a new label.",
    ),
    "label_value_zero": (
        "标签上的金额和重量为零，请称重或输入数量。",
        "Price and weight on the label are zero: weigh the item or enter the quantity.",
    ),
    "possible_missing_separator": (
        "批号或序列号末尾像是另一项数据，扫描枪可能丢失了分隔符。请与包装核对。",
        "A lot or serial number ends like further data; the scanner may have dropped a separator. Check the pack.",
    ),
    "separator_lost": (
        "这把扫描枪不发送分隔符，批号等内容可能连在一起。请与包装核对，并修改扫描枪设置。",
        "This scanner sends no separators, so values may run together. Check the pack and change its settings.",
    ),
    "looks_like_gs1": (
        "内容像 GS1 数据，但按普通编码印刷，已按普通编码处理。",
        "This looks like GS1 data but was printed as a plain code and is treated as one.",
    ),
    "gs1_assumed": (
        "摄像头无法区分 GS1 条码，已按 GS1 数据读取。请核对商品与批号。",
        "The camera cannot tell GS1 codes apart; this was read as one. Check product and lot.",
    ),
    "brackets_in_symbol": (
        "条码里印有括号，不符合 GS1 规定，但内容已读取。可告知供应商。",
        "The code contains brackets, against GS1 rules, but was read. You may tell the supplier.",
    ),
}
