"""Pages of evaluation. Views are flat: read the address, call a named read or an action, render."""
