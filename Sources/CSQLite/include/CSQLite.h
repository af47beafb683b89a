// A face over SQLite: writes a database, statement by statement. Functions that can fail return 0 on success and an SQLite result code otherwise.
#pragma once
#include <stdint.h>

typedef struct csqlite_database csqlite_database;
typedef struct csqlite_statement csqlite_statement;

// Opens a file for writing, without locks, temporary files or waiting for the disk: for a file that takes its name only once it is whole.
int csqlite_open(const char *path, csqlite_database **out);
// What went wrong last; owned by the database.
const char *csqlite_message(csqlite_database *database);
// The text of a result code.
const char *csqlite_text(int code);
int csqlite_execute(csqlite_database *database, const char *sql);
int csqlite_prepare(csqlite_database *database, const char *sql, csqlite_statement **out);
// Places are counted from 1. The text is copied.
int csqlite_bind_number(csqlite_statement *statement, int place, double number);
int csqlite_bind_integer(csqlite_statement *statement, int place, int64_t number);
int csqlite_bind_text(csqlite_statement *statement, int place, const char *text, int bytes);
int csqlite_bind_null(csqlite_statement *statement, int place);
// Runs a statement that returns no rows, and makes it ready for other values.
int csqlite_run(csqlite_statement *statement);
void csqlite_finish(csqlite_statement *statement);
int csqlite_close(csqlite_database *database);
