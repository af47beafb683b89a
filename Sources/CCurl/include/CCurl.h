// A face over libcurl, which is loaded at the first call: one HTTP request, without redirects, with limits, to memory that the caller keeps.
#pragma once
#include <stddef.h>
#include <stdint.h>

/// A connection that is kept between requests to the same server; used by one thread at a time.
typedef struct ccurl_connection ccurl_connection;

/// Why there is no answer.
typedef enum {
  CCURL_ANSWERED = 0,
  CCURL_CANNOT_RESOLVE = 1,
  CCURL_CANNOT_CONNECT = 2,
  CCURL_TIMED_OUT = 3,
  /// The certificate was refused, or no encrypted connection came about.
  CCURL_NOT_TRUSTED = 4,
  /// The CA file cannot be read.
  CCURL_BAD_CA_FILE = 5,
  /// The connection ended before the answer was complete.
  CCURL_INTERRUPTED = 6,
  /// `receive` or `is_stopped` ended it.
  CCURL_STOPPED = 7,
  CCURL_FAILED = 8,
} ccurl_result;

typedef struct {
  const char *url;
  /// Whole lines, such as "Accept: text/plain".
  const char *const *headers;
  size_t header_count;
  /// What is posted; NULL: the request is a GET.
  const uint8_t *body;
  size_t body_size;
  /// Names and passwords by host; NULL: none is sent.
  const char *netrc_file;
  /// Certificates that are trusted instead of the system's; NULL: the system's.
  const char *ca_file;
  /// No proxy, whatever the environment says.
  int is_direct;
  long connect_milliseconds;
  /// Longest time in which nothing is sent or received.
  long idle_seconds;
  long total_seconds;
  /// Takes bytes of the body of an answer; returns 0 to stop.
  int (*receive)(const uint8_t *bytes, size_t count, void *context);
  /// Asked often; returns anything but 0 to stop.
  int (*is_stopped)(void *context);
  void *context;
} ccurl_request;

typedef struct {
  long status;
  char content_type[256];
  /// Where the answer sends the client; empty where it does not, or where that is too long.
  char redirect[2048];
  /// Seconds to wait before the next request; 0 where the answer does not say.
  long retry_after;
  /// libcurl's words for a failure.
  char message[256];
} ccurl_answer;

/// Whether the library was found; it is looked for at the first call and not before.
int ccurl_is_available(void);
/// NULL when the library is missing or there is no memory.
ccurl_connection *ccurl_open(void);
ccurl_result ccurl_perform(ccurl_connection *connection, const ccurl_request *request, ccurl_answer *answer);
void ccurl_close(ccurl_connection *connection);
