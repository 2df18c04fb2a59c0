"""Texts about requests, sessions and permissions."""

TEXTS = {
    "body_too_large": (
        "请求内容太大（上限 {limit} 字节）。",
        "The request is too large (at most {limit} bytes).",
    ),
    "body_not_utf8": ("请求内容不是有效的 UTF-8 文本。", "The request is not valid UTF-8 text."),
    "body_too_deep": ("请求内容嵌套超过 {limit} 层。", "The request is nested deeper than {limit} levels."),
    "body_not_json": ("请求内容不是有效的 JSON：{why}", "The request is not valid JSON: {why}"),
    "body_duplicate_key": ("请求内容中有重复的字段。", "A field stands twice in the request."),
    "body_number_out_of_range": ("请求中的数字超出范围。", "A number in the request is out of range."),
    "body_control_character": ("文字中含有控制字符。", "A text holds control characters."),
    "body_not_json_type": (
        "请求类型必须是 application/json。",
        "The content type must be application/json.",
    ),
    "body_malformed": ("请求内容不正确：{why}", "The request is not right: {why}"),
    "query_malformed": ("查询参数不正确：{why}", "The query is not right: {why}"),
    "not_found": ("没有这个页面或记录。", "There is no such page or record."),
    "method_not_allowed": ("此地址不支持这种请求。", "This address does not take such a request."),
    "sign_in_needed": ("请先登录。", "Sign in first."),
    "sign_in_failed": ("用户名或密码不正确。", "The user name or the password is not right."),
    "sign_in_throttled": (
        "尝试次数过多，请在 {seconds} 秒后再试。",
        "Too many tries. Try again in {seconds} seconds.",
    ),
    "not_permitted": (
        "您没有权限：{permission}。请找店长。",
        "You lack the right {permission}. Ask a manager.",
    ),
    "device_revoked": (
        "这台手机（{device}）已被总部停用，门店主机不再接收它的记录。手机上的记录都还在，请不要清除；"
        "找店长让总部重新信任这台手机，再登录一次，它们就会自动上传。",
        "Head office has revoked this phone ({device}), and the store takes nothing more from it. What was recorded is "
        "still on the phone, so do not clear it. Once head office trusts the phone again, sign in and it is sent.",
    ),
    "store_out_of_scope": ("您无权操作门店 {store}。", "Store {store} is outside your scope."),
    "cross_site_request": ("请求来源不正确，已拒绝。", "The request came from elsewhere and was refused."),
    "internal_error": (
        "系统内部错误（{reference}）。数据没有改变，请稍后重试。",
        "Something went wrong inside ({reference}). Nothing was changed; try again later.",
    ),
    "service_unavailable": (
        "系统暂时不可用，请稍后重试。",
        "The service is not available for now. Try again.",
    ),
}
