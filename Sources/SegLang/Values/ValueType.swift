/// A type as the checker sees it.
public indirect enum ValueType: Sendable, Hashable {
  /// A named type of the language.
  case value(NamedType)
  /// A list of items of one type.
  case list(ValueType)
  /// A record whose fields are known.
  case record([RecordField])
  /// One of several types.
  case union([ValueType])
  /// Any value; the type is known only at run time.
  case anything
  /// No value: the result of a command that only has a side effect.
  case nothing

  /// The type of values of a Swift type.
  public static func of(_ type: any Value.Type) -> ValueType { .value(NamedType(type)) }

  /// A field of a record type.
  public struct RecordField: Sendable, Hashable {
    /// Name of the field.
    public let name: String
    /// Type of the field.
    public let type: ValueType
    /// Creates a field.
    public init(name: String, type: ValueType) {
      self.name = name
      self.type = type
    }
  }
}

/// A Swift type that is a type of the language, compared by identity.
public struct NamedType: Sendable, Hashable, CustomStringConvertible {
  /// The Swift type.
  public let type: any Value.Type
  /// Wraps a Swift type.
  public init(_ type: any Value.Type) { self.type = type }
  /// True when both wrap the same Swift type.
  public static func == (a: NamedType, b: NamedType) -> Bool { ObjectIdentifier(a.type) == ObjectIdentifier(b.type) }
  /// Hashes the identity of the Swift type.
  public func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(type)) }
  /// The type's name in the language.
  public var description: String { type.typeName }
}

extension ValueType: CustomStringConvertible {
  /// The type in words: "Mask", "List of Mask", "Mask or Labels", "any value".
  public var description: String {
    switch self {
    case .value(let named): named.type.typeName
    case .list(let element): element == .anything ? "List" : "List of \(element)"
    case .record: "Record"
    case .union(let members): members.map(\.description).alternatives
    case .anything: "any value"
    case .nothing: "nothing"
    }
  }

  /// The Swift type of a named type, a list or a record; nil for other types.
  public var named: (any Value.Type)? {
    switch self {
    case .value(let named): named.type
    case .list: List.self
    case .record: Record.self
    case .union, .anything, .nothing: nil
    }
  }

  /// How well a type fits a slot.
  public enum Fit: Int, Sendable, Comparable {
    /// Not at all, perhaps (known only at run time), through a conversion, or exactly.
    case no, perhaps, converted, exact
    /// Orders from `no` to `exact`.
    public static func < (a: Fit, b: Fit) -> Bool { a.rawValue < b.rawValue }
  }

  /// How well a value of this type fits a slot of another type.
  ///
  /// A union fits as its worst member does, or `.perhaps` when only some of its members fit. `.nothing` fits no slot.
  public func fit(_ slot: ValueType) -> Fit {
    if self == .nothing { return .no }
    if slot == .anything || self == slot { return .exact }
    switch (self, slot) {
    case (.anything, _): return .perhaps
    case (.union(let members), _):
      let fits = members.map { $0.fit(slot) }
      if let least = fits.min(), least > .no { return least }
      return fits.contains { $0 > .no } ? .perhaps : .no
    case (_, .union(let members)): return members.map { fit($0) }.max() ?? .no
    case (.list(let element), .list(let wanted)): return element == .anything || wanted == .anything ? .perhaps : element.fit(wanted)
    case (.list, _): return slot == .of(List.self) ? .exact : .no
    case (_, .list(let wanted)): return self == .of(List.self) ? (wanted == .anything ? .exact : .perhaps) : .no
    case (.record, _): return slot == .of(Record.self) ? .exact : .no
    case (_, .record): return self == .of(Record.self) ? .perhaps : .no
    case (.value(let named), .value(let wanted)) where named.type == String.self && wanted.type is any Choice.Type: return .converted
    case (.value(let named), _): return TypeTables.of(named.type).conversions.contains { $0.target == slot } ? .converted : .no
    default: return .no
    }
  }
}

extension ValueType {
  /// The type of something that is of one or the other type.
  static func join(_ a: ValueType, _ b: ValueType) -> ValueType {
    if a == b { return a }
    if a == .anything || b == .anything || a == .nothing || b == .nothing { return .anything }
    if case .list(let x) = a, case .list(let y) = b { return .list(join(x, y)) }
    var members: [ValueType] = []
    for type in [a, b] {
      let parts = if case .union(let inner) = type { inner } else { [type] }
      for part in parts where !members.contains(part) { members.append(part) }
    }
    return members.count > 6 ? .anything : .union(members)
  }

  /// Type of the items that `for` and `each` iterate over; nil when a value of this type has no items.
  public var elementType: ValueType? {
    switch self {
    case .list(let element): return element
    case .anything: return .anything
    case .union(let members):
      let elements = members.compactMap(\.elementType)
      return elements.isEmpty
        ? nil : elements.count < members.count ? .anything : elements.dropFirst().reduce(elements[0]) { .join($0, $1) }
    case .value(let named): return (named.type as? any Sequential.Type)?.elementType
    case .record, .nothing: return nil
    }
  }

  /// The Swift metatypes that a value of this type may have; empty when that is not known.
  var metatypes: [any Value.Type] {
    switch self {
    case .value(let named): [named.type]
    case .list: [List.self]
    case .record: [Record.self]
    case .union(let members): members.flatMap(\.metatypes)
    case .anything, .nothing: []
    }
  }
}
