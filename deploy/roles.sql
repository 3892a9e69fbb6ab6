-- Run once by a superuser, in the database that Sunledger is to use. PostgreSQL 15 to 18.
CREATE ROLE sunledger_owner NOLOGIN;
CREATE ROLE sunledger_writer NOLOGIN;
CREATE ROLE sunledger_eraser NOLOGIN;
CREATE ROLE sunledger_reader NOLOGIN;
ALTER ROLE sunledger NOINHERIT;
GRANT sunledger_owner, sunledger_writer, sunledger_eraser, sunledger_reader TO sunledger;
GRANT CREATE ON DATABASE sunledger TO sunledger_owner;
