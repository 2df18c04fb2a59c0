"""The forms a dataset takes: a page's JSON, a spreadsheet, paper, and a few lines for a robot."""
