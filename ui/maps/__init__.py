"""What the map shows: outlines, classes of colour, pictures of density, layers of points."""
