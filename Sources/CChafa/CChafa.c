#define _POSIX_C_SOURCE 200809L
#include "CChafa.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

// The library is loaded when the first image is drawn: linking it (and GLib behind it) would cost every start of the program. So its few
// functions are declared here as its header, version 1.6 and later, declares them; the numbers are part of the binary interface of libchafa.so.0.
typedef struct ChafaSymbolMap ChafaSymbolMap;
typedef struct ChafaCanvasConfig ChafaCanvasConfig;
typedef struct ChafaCanvas ChafaCanvas;
typedef struct {
  char *text;
  size_t length;
  size_t capacity;
} GString;

enum { PIXEL_RGB8 = 8 };
enum { MODE_TRUECOLOR = 0, MODE_INDEXED_240 = 2, MODE_FGBG = 5 };
enum { PIXELS_SYMBOLS = 0, PIXELS_SIXELS = 1, PIXELS_KITTY = 2, PIXELS_ITERM2 = 3 };
enum { TAG_SPACE = 1 << 0, TAG_SOLID = 1 << 1, TAG_BLOCK = 1 << 3, TAG_QUAD = 1 << 7, TAG_HALF = 3 << 8, TAG_ASCII = 1 << 14 };

static struct {
  ChafaSymbolMap *(*symbol_map_new)(void);
  void (*symbol_map_unref)(ChafaSymbolMap *);
  void (*symbol_map_add_by_tags)(ChafaSymbolMap *, int);
  ChafaCanvasConfig *(*config_new)(void);
  void (*config_unref)(ChafaCanvasConfig *);
  void (*config_set_geometry)(ChafaCanvasConfig *, int, int);
  void (*config_set_cell_geometry)(ChafaCanvasConfig *, int, int);
  void (*config_set_canvas_mode)(ChafaCanvasConfig *, int);
  void (*config_set_pixel_mode)(ChafaCanvasConfig *, int);
  void (*config_set_symbol_map)(ChafaCanvasConfig *, const ChafaSymbolMap *);
  void (*config_set_preprocessing_enabled)(ChafaCanvasConfig *, int);
  ChafaCanvas *(*canvas_new)(const ChafaCanvasConfig *);
  void (*canvas_unref)(ChafaCanvas *);
  void (*canvas_draw_all_pixels)(ChafaCanvas *, int, const uint8_t *, int, int, int);
  GString *(*canvas_print)(ChafaCanvas *, void *);
  char *(*string_free)(GString *, int);
} chafa;

static int is_loaded;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void load(void) {
  void *library = dlopen("libchafa.so.0", RTLD_NOW | RTLD_LOCAL);
  if (!library) return;
  const struct {
    const char *name;
    void **place;
  } functions[] = {
      {"chafa_symbol_map_new", (void **)&chafa.symbol_map_new},
      {"chafa_symbol_map_unref", (void **)&chafa.symbol_map_unref},
      {"chafa_symbol_map_add_by_tags", (void **)&chafa.symbol_map_add_by_tags},
      {"chafa_canvas_config_new", (void **)&chafa.config_new},
      {"chafa_canvas_config_unref", (void **)&chafa.config_unref},
      {"chafa_canvas_config_set_geometry", (void **)&chafa.config_set_geometry},
      {"chafa_canvas_config_set_cell_geometry", (void **)&chafa.config_set_cell_geometry},
      {"chafa_canvas_config_set_canvas_mode", (void **)&chafa.config_set_canvas_mode},
      {"chafa_canvas_config_set_pixel_mode", (void **)&chafa.config_set_pixel_mode},
      {"chafa_canvas_config_set_symbol_map", (void **)&chafa.config_set_symbol_map},
      {"chafa_canvas_config_set_preprocessing_enabled", (void **)&chafa.config_set_preprocessing_enabled},
      {"chafa_canvas_new", (void **)&chafa.canvas_new},
      {"chafa_canvas_unref", (void **)&chafa.canvas_unref},
      {"chafa_canvas_draw_all_pixels", (void **)&chafa.canvas_draw_all_pixels},
      {"chafa_canvas_print", (void **)&chafa.canvas_print},
      {"g_string_free", (void **)&chafa.string_free},
  };
  int found = 1;
  for (size_t i = 0; i < sizeof functions / sizeof functions[0]; i++) {
    *functions[i].place = dlsym(library, functions[i].name);
    if (!*functions[i].place) found = 0;
  }
  is_loaded = found;
}

int cchafa_is_available(void) {
  pthread_once(&once, load);
  return is_loaded;
}

static int pixel_mode(cchafa_mode mode) {
  switch (mode) {
    case CCHAFA_SIXEL: return PIXELS_SIXELS;
    case CCHAFA_KITTY: return PIXELS_KITTY;
    case CCHAFA_ITERM: return PIXELS_ITERM2;
    default: return PIXELS_SYMBOLS;
  }
}

char *cchafa_draw(
    const uint8_t *rgb, int width, int height, int columns, int rows, int cell_width, int cell_height, cchafa_mode mode, int colors) {
  if (!cchafa_is_available()) return NULL;
  ChafaSymbolMap *symbols = chafa.symbol_map_new();
  int tags = mode == CCHAFA_ASCII ? TAG_ASCII | TAG_SPACE : TAG_SPACE | TAG_SOLID | TAG_BLOCK | TAG_QUAD | TAG_HALF;
  chafa.symbol_map_add_by_tags(symbols, tags);
  ChafaCanvasConfig *config = chafa.config_new();
  chafa.config_set_geometry(config, columns, rows);
  chafa.config_set_cell_geometry(config, cell_width, cell_height);
  chafa.config_set_canvas_mode(config, colors == 2 ? MODE_TRUECOLOR : colors == 1 ? MODE_INDEXED_240 : MODE_FGBG);
  chafa.config_set_pixel_mode(config, pixel_mode(mode));
  chafa.config_set_preprocessing_enabled(config, 0);
  chafa.config_set_symbol_map(config, symbols);
  ChafaCanvas *canvas = chafa.canvas_new(config);
  chafa.canvas_draw_all_pixels(canvas, PIXEL_RGB8, rgb, width, height, 3 * width);
  GString *printed = chafa.canvas_print(canvas, NULL);
  char *text = printed ? strdup(printed->text) : NULL;
  if (printed) chafa.string_free(printed, 1);
  chafa.canvas_unref(canvas);
  chafa.config_unref(config);
  chafa.symbol_map_unref(symbols);
  return text;
}
