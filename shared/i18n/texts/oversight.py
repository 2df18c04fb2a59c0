"""Texts about what head office notes of things in a store."""

TEXTS = {
    "fact.oversight.excursion_noted": ("总部已跟进超限", "Head office took up an excursion"),
}
