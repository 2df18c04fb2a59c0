"""Texts about a store's node and head office."""

TEXTS = {
    "head_office_unreachable": (
        "连不上总部（{why}）。请检查网址和网络后再试。",
        "Head office cannot be reached ({why}). Check the address and the line, then try again.",
    ),
    "node_belongs_elsewhere": (
        "此主机已有另一主机的账，不能登记到门店 {store}。请使用新的目录。",
        "This folder holds the day-book of another node and cannot become that of {store}. Use a new folder.",
    ),
}
