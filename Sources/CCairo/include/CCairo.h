// A face over cairo's PDF surface (libcairo.so.2), which is loaded when the first document is begun. Lengths are in points, y runs down.
#pragma once
#include <stddef.h>
#include <stdint.h>

typedef struct ccairo_pdf ccairo_pdf;

// Whether cairo with what a document needs (1.16 or later) is there.
int ccairo_is_available(void);

// A document of PDF 1.4 with pages of this size; NULL without cairo or memory. `date` is in the form of ISO 8601. Texts are UTF-8.
ccairo_pdf *ccairo_open(double width, double height, const char *title, const char *creator, const char *date);
void ccairo_show_page(ccairo_pdf *pdf);
// 0 on success: `*bytes` and `*count` are the document, until ccairo_close. No other call but that follows.
int ccairo_finish(ccairo_pdf *pdf, const uint8_t **bytes, size_t *count);
void ccairo_close(ccairo_pdf *pdf);

void ccairo_set_color(ccairo_pdf *pdf, double red, double green, double blue, double alpha);
void ccairo_set_font(ccairo_pdf *pdf, const char *family, int is_bold, double size);
// The distance from the start of a text to the start of what follows it.
double ccairo_text_width(ccairo_pdf *pdf, const char *text);
// A text from the start of its line of writing; `angle` in radians turns it clockwise.
void ccairo_show_text(ccairo_pdf *pdf, double x, double y, double angle, const char *text);

void ccairo_move_to(ccairo_pdf *pdf, double x, double y);
void ccairo_line_to(ccairo_pdf *pdf, double x, double y);
void ccairo_close_path(ccairo_pdf *pdf);
void ccairo_circle(ccairo_pdf *pdf, double x, double y, double radius);
void ccairo_fill(ccairo_pdf *pdf);
// `count` lengths of dashes and gaps; 0 of them for a solid line with round ends.
void ccairo_stroke(ccairo_pdf *pdf, double width, const double *dashes, int count);

// A JPEG file of this many pixels in a box of the page, embedded as it is.
void ccairo_show_jpeg(
    ccairo_pdf *pdf, double x, double y, double width, double height, int columns, int rows, const uint8_t *bytes, size_t count);

// Begins and ends an element of the document's structure, such as H1, P or Table (PDF 1.4, 9.7.4).
void ccairo_begin_tag(ccairo_pdf *pdf, const char *name);
void ccairo_end_tag(ccairo_pdf *pdf, const char *name);
