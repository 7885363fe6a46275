"""The working calendar: workdays, holidays, make-up workdays, office hours, and when a case is due by them."""
