// A face over OpenBLAS (libopenblas.so.0), which is loaded when it is first needed and runs on the calling thread alone. Matrices lie column by column.
#pragma once

/// 1 where the library is installed.
int copenblas_load(void);

/// The functions below need copenblas_load() to have returned 1.

/// The lower triangle of products[size × size] = a[size × count] aᵀ.
void copenblas_square(int size, int count, const double *a, double *products);
/// c[rows × columns] = a[rows × count] b[count × columns].
void copenblas_multiply(int rows, int columns, int count, const double *a, const double *b, double *c);
/// Solves matrix · X = right[size × columns], of which X takes the place, by the Cholesky decomposition of the lower triangle, which takes the matrix's place.
/// Returns 0 where the matrix is not positive definite.
int copenblas_solve(int size, int columns, double *matrix, double *right);
