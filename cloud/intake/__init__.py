"""What comes from the stores and goes back to them: frames, cursors, the feed, photos; and the projector behind it.

Intake verifies and stores and knows no business rule, so nothing a store sends can block it. The projector turns
what is stored into rows, at its own pace, each step whole or not at all.
"""
