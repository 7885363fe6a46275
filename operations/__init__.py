"""What people keep and decide, in a relational store of its own; never in the warehouse, and the warehouse never in it."""
