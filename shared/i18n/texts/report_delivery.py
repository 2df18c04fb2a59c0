"""Texts about sending reports."""

TEXTS = {
    "report_open": ("打开报表", "Open the report"),
    "channel_unknown": ("没有这个发送渠道。", "There is no such channel."),
    "channel_address_refused": (
        "机器人地址必须是平台自己的 https 地址：{hosts}。",
        "A robot's address must be an https address of its platform: {hosts}.",
    ),
    "channel_incomplete": ("请填写：{field}。", "Fill in: {field}."),
    "channel_folder_malformed": (
        "文件夹名“{folder}”只能用字母、数字、- 和 _。",
        "A folder's name “{folder}” may hold letters, digits, - and _ only.",
    ),
    "channel_kind_stays": ("渠道的类型不能改，请另建一个。", "A channel's kind stays. Make another one."),
    "channel_password_again": (
        "邮件服务器改了，请重新输入密码。",
        "The mail server has changed. Enter its password again.",
    ),
    "channel_in_use": ("还有 {n} 个订阅在用这个渠道。", "{n} subscriptions still use this channel."),
    "mail_address_malformed": ("邮箱地址“{address}”不正确。", "The mail address “{address}” is not right."),
    "mail_recipient_missing": ("请至少填写一个收件人。", "Name at least one recipient."),
    "subscription_unknown": ("没有这个订阅。", "There is no such subscription."),
}
