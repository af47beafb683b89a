#include "CCairo.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

// Nothing is linked, and the headers are not needed to build: what is used is declared here as cairo 1.16 declares it. Enumerations are ints.
typedef struct {
  double x_bearing, y_bearing, width, height, x_advance, y_advance;
} text_extents;

static struct {
  void *(*create_for_stream)(int (*)(void *, const unsigned char *, unsigned), void *, double, double);
  void (*restrict_to_version)(void *, int);
  void (*set_metadata)(void *, int, const char *);
  void *(*create)(void *);
  void (*destroy)(void *);
  void (*show_page)(void *);
  int (*status)(void *);
  void (*set_source_rgba)(void *, double, double, double, double);
  void (*select_font_face)(void *, const char *, int, int);
  void (*set_font_size)(void *, double);
  void (*text_extents)(void *, const char *, text_extents *);
  void (*show_text)(void *, const char *);
  void (*move_to)(void *, double, double);
  void (*line_to)(void *, double, double);
  void (*close_path)(void *);
  void (*new_sub_path)(void *);
  void (*arc)(void *, double, double, double, double, double);
  void (*fill)(void *);
  void (*stroke)(void *);
  void (*paint)(void *);
  void (*set_line_width)(void *, double);
  void (*set_line_join)(void *, int);
  void (*set_line_cap)(void *, int);
  void (*set_dash)(void *, const double *, int, double);
  void (*save)(void *);
  void (*restore)(void *);
  void (*translate)(void *, double, double);
  void (*scale)(void *, double, double);
  void (*rotate)(void *, double);
  void *(*image_surface_create)(int, int, int);
  void (*set_source_surface)(void *, void *, double, double);
  int (*surface_set_mime_data)(void *, const char *, const unsigned char *, unsigned long, void (*)(void *), void *);
  void (*surface_finish)(void *);
  int (*surface_status)(void *);
  void (*surface_destroy)(void *);
  void (*tag_begin)(void *, const char *, const char *);
  void (*tag_end)(void *, const char *);
} cairo;
static int is_loaded;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static const struct {
  void *function;
  const char *name;
} symbols[] = {
    {&cairo.create_for_stream, "cairo_pdf_surface_create_for_stream"},
    {&cairo.restrict_to_version, "cairo_pdf_surface_restrict_to_version"},
    {&cairo.set_metadata, "cairo_pdf_surface_set_metadata"},
    {&cairo.create, "cairo_create"},
    {&cairo.destroy, "cairo_destroy"},
    {&cairo.show_page, "cairo_show_page"},
    {&cairo.status, "cairo_status"},
    {&cairo.set_source_rgba, "cairo_set_source_rgba"},
    {&cairo.select_font_face, "cairo_select_font_face"},
    {&cairo.set_font_size, "cairo_set_font_size"},
    {&cairo.text_extents, "cairo_text_extents"},
    {&cairo.show_text, "cairo_show_text"},
    {&cairo.move_to, "cairo_move_to"},
    {&cairo.line_to, "cairo_line_to"},
    {&cairo.close_path, "cairo_close_path"},
    {&cairo.new_sub_path, "cairo_new_sub_path"},
    {&cairo.arc, "cairo_arc"},
    {&cairo.fill, "cairo_fill"},
    {&cairo.stroke, "cairo_stroke"},
    {&cairo.paint, "cairo_paint"},
    {&cairo.set_line_width, "cairo_set_line_width"},
    {&cairo.set_line_join, "cairo_set_line_join"},
    {&cairo.set_line_cap, "cairo_set_line_cap"},
    {&cairo.set_dash, "cairo_set_dash"},
    {&cairo.save, "cairo_save"},
    {&cairo.restore, "cairo_restore"},
    {&cairo.translate, "cairo_translate"},
    {&cairo.scale, "cairo_scale"},
    {&cairo.rotate, "cairo_rotate"},
    {&cairo.image_surface_create, "cairo_image_surface_create"},
    {&cairo.set_source_surface, "cairo_set_source_surface"},
    {&cairo.surface_set_mime_data, "cairo_surface_set_mime_data"},
    {&cairo.surface_finish, "cairo_surface_finish"},
    {&cairo.surface_status, "cairo_surface_status"},
    {&cairo.surface_destroy, "cairo_surface_destroy"},
    {&cairo.tag_begin, "cairo_tag_begin"},
    {&cairo.tag_end, "cairo_tag_end"},
};

static void load(void) {
  // Names a library that is not there, so that tests see what happens without cairo.
  const char *named = getenv("SEGSH_CAIRO");
  void *handle = dlopen(named ? named : "libcairo.so.2", RTLD_NOW | RTLD_LOCAL);
  if (!handle) handle = named ? NULL : dlopen("libcairo.2.dylib", RTLD_NOW | RTLD_LOCAL);
  if (!handle) return;
  for (size_t i = 0; i < sizeof symbols / sizeof *symbols; i++) {
    void *found = dlsym(handle, symbols[i].name);
    if (!found) return;
    memcpy(symbols[i].function, &found, sizeof found);
  }
  is_loaded = 1;
}

int ccairo_is_available(void) {
  pthread_once(&once, load);
  return is_loaded;
}

struct ccairo_pdf {
  void *surface, *context;
  uint8_t *bytes;
  size_t count, capacity;
};

// 0 and 11 are CAIRO_STATUS_SUCCESS and CAIRO_STATUS_WRITE_ERROR.
static int append(void *closure, const unsigned char *bytes, unsigned count) {
  ccairo_pdf *pdf = closure;
  if (pdf->capacity - pdf->count < count) {
    size_t capacity = 2 * (pdf->count + count) + 65536;
    uint8_t *grown = realloc(pdf->bytes, capacity);
    if (!grown) return 11;
    pdf->bytes = grown;
    pdf->capacity = capacity;
  }
  memcpy(pdf->bytes + pdf->count, bytes, count);
  pdf->count += count;
  return 0;
}

ccairo_pdf *ccairo_open(double width, double height, const char *title, const char *creator, const char *date) {
  if (!ccairo_is_available()) return NULL;
  ccairo_pdf *pdf = calloc(1, sizeof *pdf);
  if (!pdf) return NULL;
  pdf->surface = cairo.create_for_stream(append, pdf, width, height);
  // CAIRO_PDF_VERSION_1_4: its cross-reference table is text, which an attachment is added to.
  cairo.restrict_to_version(pdf->surface, 0);
  // CAIRO_PDF_METADATA_TITLE, _CREATOR, _CREATE_DATE.
  cairo.set_metadata(pdf->surface, 0, title);
  cairo.set_metadata(pdf->surface, 4, creator);
  cairo.set_metadata(pdf->surface, 5, date);
  pdf->context = cairo.create(pdf->surface);
  return pdf;
}

void ccairo_show_page(ccairo_pdf *pdf) { cairo.show_page(pdf->context); }

int ccairo_finish(ccairo_pdf *pdf, const uint8_t **bytes, size_t *count) {
  const int status = cairo.status(pdf->context);
  cairo.surface_finish(pdf->surface);
  *bytes = pdf->bytes;
  *count = pdf->count;
  return status ? status : cairo.surface_status(pdf->surface);
}

void ccairo_close(ccairo_pdf *pdf) {
  if (!pdf) return;
  cairo.destroy(pdf->context);
  cairo.surface_destroy(pdf->surface);
  free(pdf->bytes);
  free(pdf);
}

void ccairo_set_color(ccairo_pdf *pdf, double red, double green, double blue, double alpha) {
  cairo.set_source_rgba(pdf->context, red, green, blue, alpha);
}

void ccairo_set_font(ccairo_pdf *pdf, const char *family, int is_bold, double size) {
  cairo.select_font_face(pdf->context, family, 0, is_bold ? 1 : 0);
  cairo.set_font_size(pdf->context, size);
}

double ccairo_text_width(ccairo_pdf *pdf, const char *text) {
  text_extents extents;
  memset(&extents, 0, sizeof extents);
  cairo.text_extents(pdf->context, text, &extents);
  return extents.x_advance;
}

void ccairo_show_text(ccairo_pdf *pdf, double x, double y, double angle, const char *text) {
  cairo.save(pdf->context);
  cairo.translate(pdf->context, x, y);
  if (angle != 0) cairo.rotate(pdf->context, angle);
  cairo.move_to(pdf->context, 0, 0);
  cairo.show_text(pdf->context, text);
  cairo.restore(pdf->context);
}

void ccairo_move_to(ccairo_pdf *pdf, double x, double y) { cairo.move_to(pdf->context, x, y); }
void ccairo_line_to(ccairo_pdf *pdf, double x, double y) { cairo.line_to(pdf->context, x, y); }
void ccairo_close_path(ccairo_pdf *pdf) { cairo.close_path(pdf->context); }

void ccairo_circle(ccairo_pdf *pdf, double x, double y, double radius) {
  cairo.new_sub_path(pdf->context);
  cairo.arc(pdf->context, x, y, radius, 0, 6.283185307179586);
}

void ccairo_fill(ccairo_pdf *pdf) { cairo.fill(pdf->context); }

void ccairo_stroke(ccairo_pdf *pdf, double width, const double *dashes, int count) {
  cairo.set_line_width(pdf->context, width);
  // Round joins, and round ends of a solid line.
  cairo.set_line_join(pdf->context, 1);
  cairo.set_line_cap(pdf->context, count ? 0 : 1);
  cairo.set_dash(pdf->context, dashes, count, 0);
  cairo.stroke(pdf->context);
}

void ccairo_show_jpeg(
    ccairo_pdf *pdf, double x, double y, double width, double height, int columns, int rows, const uint8_t *bytes, size_t count) {
  // CAIRO_FORMAT_RGB24. The pixels of this surface are not looked at, since the file that it carries is embedded instead of them.
  void *image = cairo.image_surface_create(1, columns, rows);
  uint8_t *copy = malloc(count ? count : 1);
  if (copy && cairo.surface_status(image) == 0) {
    memcpy(copy, bytes, count);
    if (cairo.surface_set_mime_data(image, "image/jpeg", copy, count, free, copy) == 0) {
      copy = NULL;
      cairo.save(pdf->context);
      cairo.translate(pdf->context, x, y);
      cairo.scale(pdf->context, width / columns, height / rows);
      cairo.set_source_surface(pdf->context, image, 0, 0);
      cairo.paint(pdf->context);
      cairo.restore(pdf->context);
    }
  }
  free(copy);
  cairo.surface_destroy(image);
}

void ccairo_begin_tag(ccairo_pdf *pdf, const char *name) { cairo.tag_begin(pdf->context, name, NULL); }
void ccairo_end_tag(ccairo_pdf *pdf, const char *name) { cairo.tag_end(pdf->context, name); }
