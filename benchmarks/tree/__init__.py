"""What the tree costs, from the layout to the drawn picture, on catalogs that hang together as real ones do."""
