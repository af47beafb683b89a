#include "CSQLite.h"

#include <sqlite3.h>
#include <stddef.h>

static sqlite3 *connection(csqlite_database *database) { return (sqlite3 *)database; }
static sqlite3_stmt *compiled(csqlite_statement *statement) { return (sqlite3_stmt *)statement; }

int csqlite_open(const char *path, csqlite_database **out) {
  sqlite3 *opened = NULL;
  int code = sqlite3_open_v2(path, &opened, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, "unix-none");
  if (code == SQLITE_OK) code = sqlite3_exec(opened, "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; BEGIN", NULL, NULL, NULL);
  if (code != SQLITE_OK) {
    sqlite3_close(opened);
    opened = NULL;
  }
  *out = (csqlite_database *)opened;
  return code;
}

int csqlite_open_state(const char *path, csqlite_database **out) {
  sqlite3 *opened = NULL;
  int code = sqlite3_open_v2(path, &opened, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, NULL);
  if (code == SQLITE_OK) code = sqlite3_busy_timeout(opened, 5000);
  if (code == SQLITE_OK) code = sqlite3_exec(opened, "PRAGMA journal_mode=DELETE; PRAGMA synchronous=FULL", NULL, NULL, NULL);
  if (code != SQLITE_OK) {
    sqlite3_close(opened);
    opened = NULL;
  }
  *out = (csqlite_database *)opened;
  return code;
}

const char *csqlite_message(csqlite_database *database) { return sqlite3_errmsg(connection(database)); }
const char *csqlite_text(int code) { return sqlite3_errstr(code); }
int csqlite_execute(csqlite_database *database, const char *sql) { return sqlite3_exec(connection(database), sql, NULL, NULL, NULL); }

int csqlite_prepare(csqlite_database *database, const char *sql, csqlite_statement **out) {
  sqlite3_stmt *statement = NULL;
  int code = sqlite3_prepare_v2(connection(database), sql, -1, &statement, NULL);
  *out = (csqlite_statement *)statement;
  return code;
}

int csqlite_bind_number(csqlite_statement *statement, int place, double number) {
  return sqlite3_bind_double(compiled(statement), place, number);
}

int csqlite_bind_integer(csqlite_statement *statement, int place, int64_t number) {
  return sqlite3_bind_int64(compiled(statement), place, number);
}

int csqlite_bind_text(csqlite_statement *statement, int place, const char *text, int bytes) {
  return sqlite3_bind_text(compiled(statement), place, text, bytes, SQLITE_TRANSIENT);
}

int csqlite_bind_null(csqlite_statement *statement, int place) { return sqlite3_bind_null(compiled(statement), place); }

int csqlite_run(csqlite_statement *statement) {
  int code = sqlite3_step(compiled(statement));
  int reset = sqlite3_reset(compiled(statement));
  return code == SQLITE_DONE ? SQLITE_OK : reset;
}

int csqlite_next(csqlite_statement *statement) {
  int code = sqlite3_step(compiled(statement));
  if (code == SQLITE_ROW) return 1;
  int reset = sqlite3_reset(compiled(statement));
  return code == SQLITE_DONE ? 0 : -reset;
}

csqlite_kind csqlite_column_kind(csqlite_statement *statement, int column) {
  switch (sqlite3_column_type(compiled(statement), column)) {
    case SQLITE_INTEGER:
    case SQLITE_FLOAT: return CSQLITE_NUMBER;
    case SQLITE_TEXT: return CSQLITE_TEXT;
    default: return CSQLITE_NULL;
  }
}

double csqlite_column_number(csqlite_statement *statement, int column) { return sqlite3_column_double(compiled(statement), column); }

const char *csqlite_column_text(csqlite_statement *statement, int column) {
  return (const char *)sqlite3_column_text(compiled(statement), column);
}

void csqlite_finish(csqlite_statement *statement) { sqlite3_finalize(compiled(statement)); }

int csqlite_close(csqlite_database *database, int commits) {
  int code = commits ? sqlite3_exec(connection(database), "COMMIT", NULL, NULL, NULL) : SQLITE_OK;
  int closed = sqlite3_close(connection(database));
  return code == SQLITE_OK ? closed : code;
}
