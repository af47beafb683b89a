#include "CFreeType.h"

#include <dlfcn.h>
#include <ft2build.h>
#include <pthread.h>
#include <stdlib.h>

#include FT_FREETYPE_H

typedef FT_Error (*init_function)(FT_Library *);
typedef FT_Error (*done_function)(FT_Library);
typedef FT_Error (*new_face_function)(FT_Library, const char *, FT_Long, FT_Face *);
typedef FT_Error (*done_face_function)(FT_Face);
typedef FT_Error (*set_pixel_sizes_function)(FT_Face, FT_UInt, FT_UInt);
typedef FT_Error (*load_char_function)(FT_Face, FT_ULong, FT_Int32);

static struct {
  init_function init;
  done_function done;
  new_face_function new_face;
  done_face_function done_face;
  set_pixel_sizes_function set_pixel_sizes;
  load_char_function load_char;
} ft;
static int is_loaded;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void load(void) {
  void *handle = dlopen("libfreetype.so.6", RTLD_NOW | RTLD_LOCAL);
  if (!handle) return;
  ft.init = (init_function)dlsym(handle, "FT_Init_FreeType");
  ft.done = (done_function)dlsym(handle, "FT_Done_FreeType");
  ft.new_face = (new_face_function)dlsym(handle, "FT_New_Face");
  ft.done_face = (done_face_function)dlsym(handle, "FT_Done_Face");
  ft.set_pixel_sizes = (set_pixel_sizes_function)dlsym(handle, "FT_Set_Pixel_Sizes");
  ft.load_char = (load_char_function)dlsym(handle, "FT_Load_Char");
  is_loaded = ft.init && ft.done && ft.new_face && ft.done_face && ft.set_pixel_sizes && ft.load_char;
}

struct cfreetype_font {
  FT_Library library;
  FT_Face face;
};

cfreetype_font *cfreetype_open(const char *path) {
  pthread_once(&once, load);
  if (!is_loaded) return NULL;
  cfreetype_font *font = calloc(1, sizeof *font);
  if (!font) return NULL;
  if (ft.init(&font->library) != 0) {
    free(font);
    return NULL;
  }
  if (ft.new_face(font->library, path, 0, &font->face) != 0) {
    ft.done(font->library);
    free(font);
    return NULL;
  }
  return font;
}

void cfreetype_close(cfreetype_font *font) {
  if (!font) return;
  ft.done_face(font->face);
  ft.done(font->library);
  free(font);
}

int cfreetype_set_size(cfreetype_font *font, int32_t pixels, int32_t *ascender, int32_t *descender) {
  if (ft.set_pixel_sizes(font->face, 0, (FT_UInt)pixels) != 0) return -1;
  *ascender = (int32_t)((font->face->size->metrics.ascender + 63) >> 6);
  *descender = (int32_t)(font->face->size->metrics.descender >> 6);
  return 0;
}

int cfreetype_render(cfreetype_font *font, uint32_t character, cfreetype_glyph *glyph) {
  if (ft.load_char(font->face, character, FT_LOAD_RENDER | FT_LOAD_TARGET_LIGHT) != 0) return -1;
  FT_GlyphSlot slot = font->face->glyph;
  if (slot->bitmap.pixel_mode != FT_PIXEL_MODE_GRAY && slot->bitmap.rows > 0) return -1;
  glyph->coverage = slot->bitmap.buffer;
  glyph->width = (int32_t)slot->bitmap.width;
  glyph->rows = (int32_t)slot->bitmap.rows;
  glyph->pitch = slot->bitmap.pitch;
  glyph->left = slot->bitmap_left;
  glyph->top = slot->bitmap_top;
  glyph->advance = (int32_t)slot->advance.x;
  return 0;
}
