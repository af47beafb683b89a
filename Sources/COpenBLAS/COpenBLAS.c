#include "COpenBLAS.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stddef.h>

// Declared as cblas.h and LAPACK declare them, with integers of 32 bits; part of the binary interface of libopenblas.so.0. A name of Fortran takes the
// lengths of its texts after its other arguments.
enum { COLUMN_MAJOR = 102, NO_TRANSPOSE = 111, LOWER = 122 };

static struct {
  void (*set_num_threads)(int);
  void (*dsyrk)(int order, int triangle, int transpose, int n, int k, double alpha, const double *a, int lda, double beta, double *c, int ldc);
  void (*dgemm)(int order, int transposeA, int transposeB, int m, int n, int k, double alpha, const double *a, int lda, const double *b, int ldb,
                double beta, double *c, int ldc);
  void (*dposv)(const char *triangle, const int *n, const int *columns, double *a, const int *lda, double *b, const int *ldb, int *info,
                size_t triangleLength);
} blas;

static int is_loaded;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void load(void) {
  void *library = dlopen("libopenblas.so.0", RTLD_NOW | RTLD_LOCAL);
  if (!library) return;
  const struct {
    const char *name;
    void **place;
  } functions[] = {
      {"openblas_set_num_threads", (void **)&blas.set_num_threads},
      {"cblas_dsyrk", (void **)&blas.dsyrk},
      {"cblas_dgemm", (void **)&blas.dgemm},
      {"dposv_", (void **)&blas.dposv},
  };
  for (size_t i = 0; i < sizeof functions / sizeof *functions; i++) {
    *functions[i].place = dlsym(library, functions[i].name);
    if (!*functions[i].place) return;
  }
  // The order of sums must not depend on the number of cores.
  blas.set_num_threads(1);
  is_loaded = 1;
}

int copenblas_load(void) {
  pthread_once(&once, load);
  return is_loaded;
}

void copenblas_square(int size, int count, const double *a, double *products) {
  blas.dsyrk(COLUMN_MAJOR, LOWER, NO_TRANSPOSE, size, count, 1, a, size, 0, products, size);
}

void copenblas_multiply(int rows, int columns, int count, const double *a, const double *b, double *c) {
  blas.dgemm(COLUMN_MAJOR, NO_TRANSPOSE, NO_TRANSPOSE, rows, columns, count, 1, a, rows, b, count, 0, c, rows);
}

int copenblas_solve(int size, int columns, double *matrix, double *right) {
  int info = 0;
  blas.dposv("L", &size, &columns, matrix, &size, right, &size, &info, 1);
  return info == 0;
}
