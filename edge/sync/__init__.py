"""How a store and head office stay in step: facts up, master data down, photos after, history back."""
