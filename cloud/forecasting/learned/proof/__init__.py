"""What forecasts promise, measured on sales that were published: `liushui bench forecast --sales FOLDER`.

Stores, items and parts are parted by their names once and for all (`held_out`): what was tried, was tried on the one
part, and what is told is told of the other.
"""
