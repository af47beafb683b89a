// A thin face over FreeType, which is loaded when the first font is opened, so that programs that draw no text neither need it nor wait for it.
#pragma once
#include <stdint.h>

typedef struct cfreetype_font cfreetype_font;

// One rendered character. `coverage` holds rows × width bytes (0-255), `pitch` bytes from row to row, and is valid until the next call on the font.
typedef struct {
  const uint8_t *coverage;
  int32_t width, rows, pitch;
  int32_t left, top;      // from the pen to the bitmap's left edge, from the baseline up to its top edge
  int32_t advance;        // pen movement in 1/64 px
} cfreetype_glyph;

// NULL when the library or the file is missing or is no font.
cfreetype_font *cfreetype_open(const char *path);
void cfreetype_close(cfreetype_font *font);

// Characters of this many pixels per em from now on; ascender and descender (negative) in whole pixels. 0 on success.
int cfreetype_set_size(cfreetype_font *font, int32_t pixels, int32_t *ascender, int32_t *descender);

// Renders one Unicode character. 0 on success.
int cfreetype_render(cfreetype_font *font, uint32_t character, cfreetype_glyph *glyph);
