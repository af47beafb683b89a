import Synchronization

/// The tables of a type, made once: types declare them as computed properties, and the checker looks things up thousands of times.
struct TypeTables: Sendable {
  let properties: [Property]
  let conversions: [Conversion]
  let operations: [Operation]

  private static let known = Mutex<[ObjectIdentifier: TypeTables]>([:])

  static func of(_ type: any Value.Type) -> TypeTables {
    let key = ObjectIdentifier(type)
    if let tables = known.withLock({ $0[key] }) { return tables }
    let tables = TypeTables(properties: type.properties, conversions: type.conversions, operations: type.operations)
    known.withLock { $0[key] = tables }
    return tables
  }

  func property(_ name: String) -> Property? { properties.first { $0.name == name } }
}
