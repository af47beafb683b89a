// A face over SQLite: writes a database, statement by statement. Functions that can fail return 0 on success and an SQLite result code otherwise.
#pragma once
#include <stdint.h>

typedef struct csqlite_database csqlite_database;
typedef struct csqlite_statement csqlite_statement;

// Opens a file for writing, without locks, temporary files or waiting for the disk: for a file that takes its name only once it is whole.
int csqlite_open(const char *path, csqlite_database **out);
// Opens a file for a state that is changed in place: with locks, a journal, and waiting for the disk and, up to 5 s, for other processes.
int csqlite_open_state(const char *path, csqlite_database **out);
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
// Runs a statement up to its next row. Returns 1 for a row, 0 at the end, where it is ready for other values, and otherwise a result code, negated.
int csqlite_next(csqlite_statement *statement);
typedef enum { CSQLITE_NULL = 0, CSQLITE_NUMBER = 1, CSQLITE_TEXT = 2 } csqlite_kind;
// Of the row at hand; columns are counted from 0. A text is owned by the statement until its next row, and NULL where there is no memory.
csqlite_kind csqlite_column_kind(csqlite_statement *statement, int column);
double csqlite_column_number(csqlite_statement *statement, int column);
const char *csqlite_column_text(csqlite_statement *statement, int column);
void csqlite_finish(csqlite_statement *statement);
// Ends the transaction that `csqlite_open` began, if it is to be kept.
int csqlite_close(csqlite_database *database, int commits);
