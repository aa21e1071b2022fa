"""Other ways to serve the list of orders, added to a generated project for as long as the benchmark runs."""
