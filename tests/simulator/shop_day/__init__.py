"""A day in a simulated shop over the real processes, faster than a day, with everything pulled and killed."""
