"""The embedded server, the roles and checks of a database, and migrations, on real servers."""
