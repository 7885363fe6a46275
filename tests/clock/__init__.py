"""The clock's part in warnings, on a real warehouse and a real store."""
