// The C library under one name. Other modules import this one internally, so that nothing of it reaches those who use a library of this package.
#if canImport(Glibc)
  @_exported import Glibc
#elseif canImport(Musl)
  @_exported import Musl
#else
  @_exported import Darwin
#endif
