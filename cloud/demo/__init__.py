"""The demo: a chain of three real grocery stores, replayed through real processes on this machine.

It is a guest of the system: it speaks HTTP, MQTT and command lines only, so what it shows is what a stranger's
own phones and scanners would see.
"""
