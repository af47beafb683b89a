#pragma once
#include <stdbool.h>

/// A small face over GNU readline: one line editor for the process, used from one thread.
/// Reading goes through readline's callback interface, so that signals are answered here and not inside a handler.

typedef enum __attribute__((enum_extensibility(closed))) segsh_line_status {
  /// A line was entered; the caller frees it.
  segsh_line_status_entered,
  /// End of input (Ctrl-D on an empty line).
  segsh_line_status_ended,
  /// Ctrl-C: what was typed is dropped.
  segsh_line_status_interrupted,
  /// The watched file became readable: what was typed stays for the next call, and its line is cleared from the screen.
  segsh_line_status_woken,
} segsh_line_status;

/// The version of the library, such as "8.2".
const char *segsh_editor_version(void);

/// Sets up the editor; `name` is what `$if` in an inputrc tests. The prompt and the echo go to standard error.
/// - Returns: false when memory or pipes ran out.
bool segsh_editor_start(const char *name);

/// Calls `handler` when the user asks for completions. It may use the functions below.
void segsh_editor_on_completion(void (*handler)(void *context), void *context);

/// Reads a line. Bytes of the prompt between \001 and \002 take no room on the screen.
/// - Parameter watched: a file whose becoming readable interrupts the editing, unless a search or a key of several bytes is under way; -1 for none.
segsh_line_status segsh_editor_read(const char *prompt, int watched, char **line);

/// Takes keys that another reader of the terminal came by, as typed at the next call of `segsh_editor_read`; what is more than 1024 bytes is dropped.
void segsh_editor_type(const unsigned char *bytes, int count);

/// The text typed so far and the cursor in it, in bytes; valid inside the completion handler.
const char *segsh_editor_text(void);
int segsh_editor_cursor(void);

/// Replaces bytes start..<end of the text, as one undo step, and puts the cursor behind the new text.
void segsh_editor_replace(int start, int end, const char *text);

/// Writes text below the line (each of its lines ends with a line feed), then draws the line again.
void segsh_editor_show_below(const char *text);

void segsh_editor_ring(void);

/// Adds an entry to the lines that the arrow keys reach.
void segsh_editor_remember(const char *entry);
