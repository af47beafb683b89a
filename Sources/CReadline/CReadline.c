#define _GNU_SOURCE
#include "CReadline.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/select.h>
#include <unistd.h>

#include <readline/history.h>
#include <readline/readline.h>

static const int handled_signals[] = {SIGINT, SIGTSTP, SIGWINCH, SIGTERM, SIGHUP};
enum { handled_count = sizeof handled_signals / sizeof *handled_signals };

static int signal_pipe[2] = {-1, -1};
static char *entered_line;
static bool is_done;
// What was typed when the editing was interrupted, and the cursor in it.
static char *kept_text;
static int kept_point;
// Keys that somebody else read.
static unsigned char typed[1024];
static int typed_count;
static int typed_next;
static void (*completion_handler)(void *);
static void *completion_context;

static void on_signal(int number) {
  int saved = errno;
  unsigned char byte = (unsigned char)number;
  ssize_t written = write(signal_pipe[1], &byte, 1);
  (void)written;
  errno = saved;
}

static void on_line(char *line) {
  entered_line = line;
  is_done = true;
  rl_callback_handler_remove();
}

static int complete_line(int count, int key) {
  (void)count;
  (void)key;
  if (completion_handler) completion_handler(completion_context);
  return 0;
}

/// Gives a key another command where it still has its usual one, so that what a user has bound stays.
static void rebind(const char *keys, rl_command_func_t *usual, rl_command_func_t *better) {
  int type = 0;
  if (rl_function_of_keyseq(keys, NULL, &type) == usual && type == ISFUNC) rl_bind_keyseq(keys, better);
}

const char *segsh_editor_version(void) { return rl_library_version; }

bool segsh_editor_start(const char *name) {
  if (signal_pipe[0] < 0 && pipe2(signal_pipe, O_CLOEXEC | O_NONBLOCK) != 0) return false;
  rl_readline_name = name;
  rl_outstream = stderr;
  rl_catch_signals = 0;
  rl_catch_sigwinch = 0;
  using_history();
  if (rl_initialize() != 0) return false;
  rl_add_defun("segsh-complete", complete_line, -1);
  rl_bind_key_in_map('\t', complete_line, emacs_standard_keymap);
  rl_bind_key_in_map('\t', complete_line, vi_insertion_keymap);
  rl_bind_key_in_map('?', complete_line, emacs_meta_keymap);
  // The arrows find earlier lines that start like what is typed; on an empty line, all of them.
  rebind("\033[A", rl_get_previous_history, rl_history_search_backward);
  rebind("\033OA", rl_get_previous_history, rl_history_search_backward);
  rebind("\033[B", rl_get_next_history, rl_history_search_forward);
  rebind("\033OB", rl_get_next_history, rl_history_search_forward);
  return true;
}

void segsh_editor_on_completion(void (*handler)(void *), void *context) {
  completion_handler = handler;
  completion_context = context;
}

/// Leaves the terminal as the shell wants it, runs the signal's usual action, and comes back if that returns.
static void act_on(int number) {
  struct sigaction usual = {.sa_handler = SIG_DFL}, ours;
  sigset_t one, before;
  rl_cleanup_after_signal();
  sigaction(number, &usual, &ours);
  sigemptyset(&one);
  sigaddset(&one, number);
  pthread_sigmask(SIG_UNBLOCK, &one, &before);
  raise(number);
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  sigaction(number, &ours, NULL);
  rl_reset_after_signal();
  rl_forced_update_display();
}

/// Drops the line, whatever mode (search, completion, argument) readline is in.
static void abandon_line(void) {
  rl_point = rl_end;
  rl_redisplay();
  fputs("^C", rl_outstream);
  rl_crlf();
  rl_free_line_state();
  rl_callback_sigcleanup();
  rl_cleanup_after_signal();
  rl_callback_handler_remove();
  is_done = true;
}

/// Takes the line off the screen and keeps what was typed.
static void put_aside(void) {
  free(kept_text);
  kept_text = rl_end > 0 ? strndup(rl_line_buffer, (size_t)rl_end) : NULL;
  kept_point = rl_point;
  rl_clear_visible_line();
  fflush(rl_outstream);
  rl_free_line_state();
  rl_callback_sigcleanup();
  rl_cleanup_after_signal();
  rl_callback_handler_remove();
  is_done = true;
}

static void take_up(void) {
  if (!kept_text) return;
  rl_insert_text(kept_text);
  rl_point = kept_point <= rl_end ? kept_point : rl_end;
  free(kept_text);
  kept_text = NULL;
  rl_redisplay();
}

/// Whether the editor waits for the rest of something that would be lost.
static bool is_midway(void) {
  return RL_ISSTATE(RL_STATE_ISEARCH | RL_STATE_NSEARCH | RL_STATE_CHARSEARCH | RL_STATE_MULTIKEY | RL_STATE_NUMERICARG |
                    RL_STATE_METANEXT | RL_STATE_VIMOTION | RL_STATE_COMPLETING | RL_STATE_MACROINPUT);
}

segsh_line_status segsh_editor_read(const char *prompt, int watched, char **line) {
  struct sigaction action = {.sa_handler = on_signal}, before[handled_count];
  sigemptyset(&action.sa_mask);
  for (int i = 0; i < handled_count; i++) sigaction(handled_signals[i], &action, &before[i]);

  segsh_line_status status = segsh_line_status_entered;
  entered_line = NULL;
  is_done = false;
  rl_callback_handler_install(prompt, on_line);
  take_up();
  while (!is_done && typed_next < typed_count) {
    rl_stuff_char(typed[typed_next++]);
    rl_callback_read_char();
  }
  int input = fileno(rl_instream);
  while (!is_done) {
    fd_set ready;
    FD_ZERO(&ready);
    FD_SET(input, &ready);
    FD_SET(signal_pipe[0], &ready);
    int highest = input > signal_pipe[0] ? input : signal_pipe[0];
    bool watches = watched >= 0 && watched < FD_SETSIZE && !is_midway();
    if (watches) {
      FD_SET(watched, &ready);
      if (watched > highest) highest = watched;
    }
    if (select(highest + 1, &ready, NULL, NULL, NULL) < 0) {
      if (errno == EINTR) continue;
      rl_callback_handler_remove();
      is_done = true;
      break;
    }
    unsigned char number;
    while (!is_done && read(signal_pipe[0], &number, 1) == 1) {
      if (number == SIGINT) {
        abandon_line();
        status = segsh_line_status_interrupted;
      } else if (number == SIGWINCH) {
        rl_resize_terminal();
      } else {
        act_on(number);
      }
    }
    if (!is_done && FD_ISSET(input, &ready)) {
      // A search by arrow that finds nothing leaves this set, and an empty line would follow every line from then on.
      rl_eof_found = 0;
      rl_callback_read_char();
    } else if (!is_done && watches && FD_ISSET(watched, &ready)) {
      put_aside();
      status = segsh_line_status_woken;
    }
  }
  for (int i = 0; i < handled_count; i++) sigaction(handled_signals[i], &before[i], NULL);
  if (status == segsh_line_status_entered && !entered_line) status = segsh_line_status_ended;
  *line = entered_line;
  entered_line = NULL;
  return status;
}

void segsh_editor_type(const unsigned char *bytes, int count) {
  if (typed_next == typed_count) typed_next = typed_count = 0;
  int room = (int)sizeof typed - typed_count;
  if (count > room) count = room;
  if (count <= 0) return;
  memcpy(typed + typed_count, bytes, (size_t)count);
  typed_count += count;
}

const char *segsh_editor_text(void) { return rl_line_buffer; }
int segsh_editor_cursor(void) { return rl_point; }

void segsh_editor_replace(int start, int end, const char *text) {
  rl_begin_undo_group();
  rl_delete_text(start, end);
  rl_point = start;
  rl_insert_text(text);
  rl_end_undo_group();
}

void segsh_editor_show_below(const char *text) {
  int point = rl_point;
  rl_point = rl_end;
  rl_redisplay();
  rl_crlf();
  for (const char *byte = text; *byte; byte++) {
    if (*byte == '\n') rl_crlf(); else putc(*byte, rl_outstream);
  }
  fflush(rl_outstream);
  rl_point = point;
  rl_on_new_line();
  rl_redisplay();
}

void segsh_editor_ring(void) { rl_ding(); }
void segsh_editor_remember(const char *entry) { add_history(entry); }
