"""The app in the real Chromium against real store nodes: what people see, and what the day-book then holds."""
