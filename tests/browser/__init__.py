"""The app in the system's real Chromium against real store nodes: what a person sees and what the day-book then holds."""
