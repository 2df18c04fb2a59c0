"""What the node does by itself: one file a job, found by lying here (`edge.jobs.registry`)."""
