"""Who may do and see what: permissions, roles, scopes and the labels on fields."""
