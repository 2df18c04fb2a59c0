"""Services rendered: work sold by the visit or the hour, and the parts it used.

Its facts and rules belong here: an appointment is taken, work is rendered, parts leave stock for the job. A
service has no stock of its own; only its parts move.
"""
