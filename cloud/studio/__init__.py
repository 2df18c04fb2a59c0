"""Head office's drawing table: forms, labels, reports and rules made without programming.

What is made here is data, versioned and published down the master-data feed; edges and phones show it as they
show everything else.
"""
