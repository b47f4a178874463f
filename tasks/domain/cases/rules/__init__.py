"""What each order does to a case; `tasks.domain.cases.decisions` has the table of all of them."""
