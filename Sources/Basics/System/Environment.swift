internal import Platform

/// The environment's variables by name.
package enum Environment {
  package static subscript(name: String) -> String? { getenv(name).map { String(cString: $0) } }

  /// The variable's value; nil where it is empty too.
  package static func stated(_ name: String) -> String? { self[name].flatMap { $0.isEmpty ? nil : $0 } }
}
