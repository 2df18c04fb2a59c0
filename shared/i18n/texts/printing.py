"""Texts about printers, labels and receipts: what stands on paper, and what to do when a printer fails."""

TEXTS = {
    "print_lot": ("批号 {lot}", "Lot {lot}"),
    "print_use_by": ("保质期至", "Use by"),
    "print_price_each": ("{price}/{unit}", "{price}/{unit}"),
    "print_test": ("打印测试", "Test page"),
    "print_test_text": (
        "看得清中文、数字和条码，就说明打印机设置好了。",
        "If text, digits and code are clear, this printer is set up.",
    ),
    "receipt_copy": ("第 {number} 次打印", "Copy {number}"),
    "receipt_number": ("小票号：{number}", "Receipt no. {number}"),
    "receipt_time": ("时间：{time}", "Time: {time}"),
    "receipt_clerk": ("收银：{name}", "Served by: {name}"),
    "receipt_discount": ("优惠", "Discount"),
    "receipt_total": ("合计（{count} 项）", "Total ({count})"),
    "receipt_in_words": ("大写：{words}", "In words: {words}"),
    "receipt_tax": ("其中税额（{rate}%）", "Tax included ({rate}%)"),
    "receipt_paid_cash": ("现金", "Cash"),
    "receipt_paid_card": ("银行卡", "Card"),
    "receipt_paid_wechat": ("微信支付", "WeChat Pay"),
    "receipt_paid_alipay": ("支付宝", "Alipay"),
    "receipt_paid_bank": ("银行转账", "Bank transfer"),
    "receipt_paid_platform": ("平台", "Platform"),
    "receipt_paid_credit": ("赊账", "On account"),
    "receipt_paid_other": ("其他", "Other"),
    "receipt_returned": ("已退款", "Refunded"),
    "receipt_tax_number": ("税号：{number}", "Tax no. {number}"),
    "paper_size": (
        "标签纸 {width}×{height} 毫米排不下。宽 25–110，高 20–150 毫米之间才行。",
        "A label of {width}×{height} mm cannot be laid out. Use 25–110 mm by 20–150 mm.",
    ),
    "label_item_code": (
        "秤签模板需要 {digits} 位数字的商品码，“{code}”不是。请总部给此商品加一个 {digits} 位的条码。",
        "The label template needs an item code of {digits} digits, not “{code}”. Ask head office to assign one.",
    ),
    "label_value_room": (
        "金额或重量的位数超出秤签模板 {layout}。请分开称，或换用更长的模板。",
        "Price or weight has more digits than {layout} holds. Weigh in parts, or use a longer template.",
    ),
    "label_no_template": (
        "本店没有秤签模板，无法打印称重标签。请总部先设置。",
        "This store has no label template, so weight labels cannot be printed. Ask head office to set one.",
    ),
    "label_code_room": (
        "条码“{content}”在这张标签上印不下。请换大一点的标签纸，或改用二维码。",
        "The code “{content}” does not fit on this label. Use larger paper or a two-dimensional code.",
    ),
    "label_code_content": (
        "“{content}”不能印成这种条码。请改用二维码，或修改批号。",
        "“{content}” cannot be printed as this kind of code. Choose QR, or change the lot.",
    ),
    "label_not_by_weight": (
        "商品 {sku} 不按千克卖，不能打印称重标签。",
        "{sku} is not sold by the kilogram, so it has no weight label.",
    ),
    "label_lot_unknown": (
        "本店没有商品 {sku} 的批号 {lot}。请刷新后再试。",
        "This store knows no lot {lot} of {sku}. Refresh and try again.",
    ),
    "receipt_sale_unknown": (
        "门店主机还没有这笔销售。请等它送达（离线箱为空）后再打印。",
        "The store's node does not have this sale yet. Wait until it is delivered, then print again.",
    ),
    "printer_unknown": (
        "没有名为“{printer}”的打印机。请在打印机设置里重新选择。",
        "There is no printer “{printer}”. Choose one in the printer settings.",
    ),
    "printer_none": (
        "还没有设置打印机。可以先下载 PDF，或请店长在打印机设置里添加。",
        "No printer is set up yet. Download the PDF, or ask the manager to add a printer.",
    ),
    "printer_address": (
        "打印机地址“{address}”不对。网络打印机填 IP 地址（可加 :端口），USB 或串口填 /dev/ 开头的设备。",
        "“{address}” is no address. Network: IP address, :port if it has another; USB or serial: a /dev/ file.",
    ),
    "printer_unreachable": (
        "连不上打印机“{printer}”（{address}）。请检查电源、网线和地址，然后点“重试”；也可以下载 PDF。",
        "“{printer}” ({address}) does not answer. Check power, cable and address, then retry; or use the PDF.",
    ),
    "printer_stopped": (
        "打印机“{printer}”中途停止接收。请看是否缺纸、卡纸或盖子未合，先看纸上有没有印出，再点“重试”。",
        "“{printer}” stopped taking data. Look for paper, jams, an open cover; check what came out, then retry.",
    ),
    "printer_unsure": (
        "上次打印时主机重启了，不知道是否印出。请看打印机，没有印出再点“再印一份”。",
        "The node restarted while printing, so nobody knows whether it came out. Look first, then print another copy.",
    ),
    "tax_rate_range": ("税率应在 0 到 30 之间。", "The tax rate must be between 0 and 30."),
    "print_key_reused": (
        "这个打印请求已用于别的内容。请回到页面重新打印。",
        "This print request was already used for something else. Go back to the page and print again.",
    ),
    "print_disk_full": (
        "门店主机磁盘已满，没有打印。请联系支持。",
        "The store's box has no disk space left, so nothing was printed. Call support.",
    ),
    "print_font_missing": (
        "主机缺少中文字体，无法打印。请安装 fonts-wqy-microhei。",
        "The node has no Chinese font, so it cannot print. Install fonts-wqy-microhei.",
    ),
}
