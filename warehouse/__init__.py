"""The district's data as tables: described once, written by `etl` alone, read by everybody, versioned by snapshot."""
