#pragma once
#include <stdint.h>

/// How an image is put into a terminal; the numbers are ours.
typedef enum {
  CCHAFA_BLOCKS = 0,
  CCHAFA_ASCII = 1,
  CCHAFA_SIXEL = 2,
  CCHAFA_KITTY = 3,
  CCHAFA_ITERM = 4,
} cchafa_mode;

/// Whether the library was found; it is looked for at the first call and not before.
int cchafa_is_available(void);

/// Draws `width` x `height` pixels of packed RGB into `columns` x `rows` cells of a terminal, each `cell_width` x `cell_height` pixels large.
/// `colors`: 2 all, 1 the 240 that do not hang on a user's palette, 0 none: then only the shapes of the characters tell bright from dark. Returns text to be written and freed with `free`, its lines parted by
/// line feeds; NULL when the library is missing or there is no memory.
char *cchafa_draw(
    const uint8_t *rgb, int width, int height, int columns, int rows, int cell_width, int cell_height, cchafa_mode mode, int colors);
