"""The node's face to phones and desks: thin routes over the writer and the readers, and the app's own pages."""
