#include "CFreeType.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdlib.h>

// The library is loaded when the first font is opened, so nothing is linked, and the headers lie where only pkg-config knows. So what is used is
// declared here as FreeType 2 declares it, up to the last field that is read; the layouts are part of the binary interface of libfreetype.so.6.
typedef struct FT_LibraryRec *FT_Library;
typedef struct {
  void *data;
  void (*finalizer)(void *);
} FT_Generic;
typedef struct {
  long x, y;
} FT_Vector;
typedef struct {
  unsigned rows, width;
  int pitch;
  unsigned char *buffer;
  unsigned short num_grays;
  unsigned char pixel_mode, palette_mode;
  void *palette;
} FT_Bitmap;
typedef struct {
  void *library, *face, *next;
  unsigned glyph_index;
  FT_Generic generic;
  long metrics[8];
  long linear_advances[2];
  FT_Vector advance;
  int format;
  FT_Bitmap bitmap;
  int bitmap_left, bitmap_top;
} *FT_GlyphSlot;
typedef struct {
  void *face;
  FT_Generic generic;
  unsigned short x_ppem, y_ppem;
  long x_scale, y_scale;
  long ascender, descender;
} *FT_Size;
typedef struct {
  long num_faces, face_index, face_flags, style_flags, num_glyphs;
  char *family_name, *style_name;
  int num_fixed_sizes;
  void *available_sizes;
  int num_charmaps;
  void *charmaps;
  FT_Generic generic;
  long bounds[4];
  unsigned short units_per_em;
  short ascender, descender, height, max_advance_width, max_advance_height, underline_position, underline_thickness;
  FT_GlyphSlot glyph;
  FT_Size size;
} *FT_Face;

enum { LOAD_RENDER = 1 << 2, LOAD_TARGET_LIGHT = 1 << 16 };
enum { PIXEL_MODE_GRAY = 2 };

static struct {
  int (*init)(FT_Library *);
  int (*done)(FT_Library);
  int (*new_face)(FT_Library, const char *, long, FT_Face *);
  int (*done_face)(FT_Face);
  int (*set_pixel_sizes)(FT_Face, unsigned, unsigned);
  int (*load_char)(FT_Face, unsigned long, int32_t);
} ft;
static int is_loaded;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void load(void) {
  void *handle = dlopen("libfreetype.so.6", RTLD_NOW | RTLD_LOCAL);
  if (!handle) return;
  ft.init = (__typeof__(ft.init))dlsym(handle, "FT_Init_FreeType");
  ft.done = (__typeof__(ft.done))dlsym(handle, "FT_Done_FreeType");
  ft.new_face = (__typeof__(ft.new_face))dlsym(handle, "FT_New_Face");
  ft.done_face = (__typeof__(ft.done_face))dlsym(handle, "FT_Done_Face");
  ft.set_pixel_sizes = (__typeof__(ft.set_pixel_sizes))dlsym(handle, "FT_Set_Pixel_Sizes");
  ft.load_char = (__typeof__(ft.load_char))dlsym(handle, "FT_Load_Char");
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
  if (ft.set_pixel_sizes(font->face, 0, (unsigned)pixels) != 0) return -1;
  *ascender = (int32_t)((font->face->size->ascender + 63) >> 6);
  *descender = (int32_t)(font->face->size->descender >> 6);
  return 0;
}

int cfreetype_render(cfreetype_font *font, uint32_t character, cfreetype_glyph *glyph) {
  if (ft.load_char(font->face, character, LOAD_RENDER | LOAD_TARGET_LIGHT) != 0) return -1;
  FT_GlyphSlot slot = font->face->glyph;
  if (slot->bitmap.pixel_mode != PIXEL_MODE_GRAY && slot->bitmap.rows > 0) return -1;
  glyph->coverage = slot->bitmap.buffer;
  glyph->width = (int32_t)slot->bitmap.width;
  glyph->rows = (int32_t)slot->bitmap.rows;
  glyph->pitch = slot->bitmap.pitch;
  glyph->left = slot->bitmap_left;
  glyph->top = slot->bitmap_top;
  glyph->advance = (int32_t)slot->advance.x;
  return 0;
}
