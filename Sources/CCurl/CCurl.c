#include "CCurl.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

// Of libcurl 7.66 and later, whose numbers never change; its headers are not needed to build.
enum {
  CODE_OK = 0,
  CODE_COULDNT_RESOLVE_PROXY = 5,
  CODE_COULDNT_RESOLVE_HOST = 6,
  CODE_COULDNT_CONNECT = 7,
  CODE_WEIRD_SERVER_REPLY = 8,
  CODE_PARTIAL_FILE = 18,
  CODE_WRITE_ERROR = 23,
  CODE_OPERATION_TIMEDOUT = 28,
  CODE_SSL_CONNECT_ERROR = 35,
  CODE_ABORTED_BY_CALLBACK = 42,
  CODE_GOT_NOTHING = 52,
  CODE_SEND_ERROR = 55,
  CODE_RECV_ERROR = 56,
  CODE_SSL_CERTPROBLEM = 58,
  CODE_PEER_FAILED_VERIFICATION = 60,
  CODE_SSL_CACERT_BADFILE = 77,

  LOW_SPEED_LIMIT = 19,
  LOW_SPEED_TIME = 20,
  SSLVERSION = 32,
  NOPROGRESS = 43,
  POST = 47,
  NETRC = 51,
  FOLLOWLOCATION = 52,
  NOSIGNAL = 99,
  TIMEOUT_MS = 155,
  CONNECTTIMEOUT_MS = 156,
  PROTOCOLS = 181,
  HTTP_VERSION = 84,
  WRITEDATA = 10001,
  URL = 10002,
  PROXY = 10004,
  ERRORBUFFER = 10010,
  POSTFIELDS = 10015,
  USERAGENT = 10018,
  HTTPHEADER = 10023,
  XFERINFODATA = 10057,
  CAINFO = 10065,
  NETRC_FILE = 10118,
  WRITEFUNCTION = 20011,
  XFERINFOFUNCTION = 20219,
  POSTFIELDSIZE_LARGE = 30120,

  INFO_RESPONSE_CODE = 0x200002,
  INFO_CONTENT_TYPE = 0x100012,
  INFO_REDIRECT_URL = 0x10001F,
  INFO_RETRY_AFTER = 0x600039,

  GLOBAL_DEFAULT = 3,
  HTTP_AND_HTTPS = 3,
  NETRC_OPTIONAL = 1,
  TLS_1_2 = 6,
  HTTP_1_1 = 2,
};

typedef struct Slist Slist;

static struct {
  int (*global_init)(long);
  void *(*easy_init)(void);
  void (*easy_reset)(void *);
  void (*easy_cleanup)(void *);
  int (*easy_setopt)(void *, int, ...);
  int (*easy_perform)(void *);
  int (*easy_getinfo)(void *, int, ...);
  const char *(*easy_strerror)(int);
  Slist *(*slist_append)(Slist *, const char *);
  void (*slist_free_all)(Slist *);
} curl;

static int is_loaded;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void load(void) {
  void *library = dlopen("libcurl.so.4", RTLD_NOW | RTLD_LOCAL);
  if (!library) library = dlopen("libcurl-gnutls.so.4", RTLD_NOW | RTLD_LOCAL);
  if (!library) return;
  const struct {
    const char *name;
    void **place;
  } functions[] = {
      {"curl_global_init", (void **)&curl.global_init},
      {"curl_easy_init", (void **)&curl.easy_init},
      {"curl_easy_reset", (void **)&curl.easy_reset},
      {"curl_easy_cleanup", (void **)&curl.easy_cleanup},
      {"curl_easy_setopt", (void **)&curl.easy_setopt},
      {"curl_easy_perform", (void **)&curl.easy_perform},
      {"curl_easy_getinfo", (void **)&curl.easy_getinfo},
      {"curl_easy_strerror", (void **)&curl.easy_strerror},
      {"curl_slist_append", (void **)&curl.slist_append},
      {"curl_slist_free_all", (void **)&curl.slist_free_all},
  };
  int found = 1;
  for (size_t i = 0; i < sizeof functions / sizeof functions[0]; i++) {
    *functions[i].place = dlsym(library, functions[i].name);
    if (!*functions[i].place) found = 0;
  }
  is_loaded = found && curl.global_init(GLOBAL_DEFAULT) == CODE_OK;
}

int ccurl_is_available(void) {
  pthread_once(&once, load);
  return is_loaded;
}

ccurl_connection *ccurl_open(void) { return ccurl_is_available() ? (ccurl_connection *)curl.easy_init() : NULL; }

void ccurl_close(ccurl_connection *connection) {
  if (connection) curl.easy_cleanup(connection);
}

static size_t receive(char *bytes, size_t size, size_t count, void *context) {
  const ccurl_request *request = context;
  return request->receive((const uint8_t *)bytes, size * count, request->context) ? size * count : 0;
}

static int progress(void *context, int64_t total_down, int64_t down, int64_t total_up, int64_t up) {
  (void)total_down, (void)down, (void)total_up, (void)up;
  const ccurl_request *request = context;
  return request->is_stopped(request->context);
}

static ccurl_result result(int code) {
  switch (code) {
    case CODE_OK: return CCURL_ANSWERED;
    case CODE_COULDNT_RESOLVE_PROXY:
    case CODE_COULDNT_RESOLVE_HOST: return CCURL_CANNOT_RESOLVE;
    case CODE_COULDNT_CONNECT: return CCURL_CANNOT_CONNECT;
    case CODE_OPERATION_TIMEDOUT: return CCURL_TIMED_OUT;
    case CODE_SSL_CONNECT_ERROR:
    case CODE_SSL_CERTPROBLEM:
    case CODE_PEER_FAILED_VERIFICATION: return CCURL_NOT_TRUSTED;
    case CODE_SSL_CACERT_BADFILE: return CCURL_BAD_CA_FILE;
    case CODE_PARTIAL_FILE:
    case CODE_GOT_NOTHING:
    case CODE_SEND_ERROR:
    case CODE_RECV_ERROR: return CCURL_INTERRUPTED;
    case CODE_WRITE_ERROR:
    case CODE_ABORTED_BY_CALLBACK: return CCURL_STOPPED;
    default: return CCURL_FAILED;
  }
}

ccurl_result ccurl_perform(ccurl_connection *connection, const ccurl_request *request, ccurl_answer *answer) {
  memset(answer, 0, sizeof *answer);
  Slist *headers = NULL;
  for (size_t i = 0; i < request->header_count; i++) {
    Slist *longer = curl.slist_append(headers, request->headers[i]);
    if (!longer) {
      curl.slist_free_all(headers);
      return CCURL_FAILED;
    }
    headers = longer;
  }
  char message[256] = {0};
  void *easy = connection;
  curl.easy_reset(easy);
  // What protects the machine must be set, or nothing is sent.
  int code = curl.easy_setopt(easy, PROTOCOLS, (long)HTTP_AND_HTTPS);
  if (!code) code = curl.easy_setopt(easy, SSLVERSION, (long)TLS_1_2);
  if (!code) code = curl.easy_setopt(easy, NOSIGNAL, 1L);
  if (!code) code = curl.easy_setopt(easy, FOLLOWLOCATION, 0L);
  if (!code) code = curl.easy_setopt(easy, HTTP_VERSION, (long)HTTP_1_1);
  if (!code) code = curl.easy_setopt(easy, URL, request->url);
  if (!code) code = curl.easy_setopt(easy, USERAGENT, "segsh");
  if (!code) code = curl.easy_setopt(easy, ERRORBUFFER, message);
  if (!code) code = curl.easy_setopt(easy, HTTPHEADER, headers);
  if (!code) code = curl.easy_setopt(easy, CONNECTTIMEOUT_MS, request->connect_milliseconds);
  if (!code) code = curl.easy_setopt(easy, TIMEOUT_MS, request->total_seconds * 1000);
  if (!code) code = curl.easy_setopt(easy, LOW_SPEED_LIMIT, 1L);
  if (!code) code = curl.easy_setopt(easy, LOW_SPEED_TIME, request->idle_seconds);
  if (!code) code = curl.easy_setopt(easy, WRITEFUNCTION, receive);
  if (!code) code = curl.easy_setopt(easy, WRITEDATA, request);
  if (!code) code = curl.easy_setopt(easy, NOPROGRESS, 0L);
  if (!code) code = curl.easy_setopt(easy, XFERINFOFUNCTION, progress);
  if (!code) code = curl.easy_setopt(easy, XFERINFODATA, request);
  if (!code && request->is_direct) code = curl.easy_setopt(easy, PROXY, "");
  if (!code && request->ca_file) code = curl.easy_setopt(easy, CAINFO, request->ca_file);
  if (!code && request->netrc_file) {
    code = curl.easy_setopt(easy, NETRC, (long)NETRC_OPTIONAL);
    if (!code) code = curl.easy_setopt(easy, NETRC_FILE, request->netrc_file);
  }
  if (!code && request->body) {
    code = curl.easy_setopt(easy, POST, 1L);
    if (!code) code = curl.easy_setopt(easy, POSTFIELDSIZE_LARGE, (int64_t)request->body_size);
    // Not copied.
    if (!code) code = curl.easy_setopt(easy, POSTFIELDS, request->body);
  }
  if (!code) code = curl.easy_perform(easy);
  if (!code) {
    char *text = NULL;
    int64_t seconds = 0;
    code = curl.easy_getinfo(easy, INFO_RESPONSE_CODE, &answer->status);
    if (!code && !curl.easy_getinfo(easy, INFO_CONTENT_TYPE, &text) && text) {
      snprintf(answer->content_type, sizeof answer->content_type, "%s", text);
    }
    text = NULL;
    if (!code && !curl.easy_getinfo(easy, INFO_REDIRECT_URL, &text) && text && strlen(text) < sizeof answer->redirect) {
      snprintf(answer->redirect, sizeof answer->redirect, "%s", text);
    }
    if (!code && !curl.easy_getinfo(easy, INFO_RETRY_AFTER, &seconds) && seconds > 0) {
      answer->retry_after = seconds < 86400 ? (long)seconds : 86400;
    }
  }
  if (code) snprintf(answer->message, sizeof answer->message, "%s", message[0] ? message : curl.easy_strerror(code));
  curl.slist_free_all(headers);
  return result(code);
}
