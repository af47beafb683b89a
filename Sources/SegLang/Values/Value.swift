/// A type of the language. A Swift type enters the language by adopting this protocol: its name there, how a literal is read and written, how it
/// completes, how it describes itself in one line, which properties, conversions and operators it has.
///
/// Everything but `typeName` and `oneLine` has a default.
public protocol Value: Bindable {
  /// Name shown to users and written in `param x: Image`: a capitalised noun.
  static var typeName: String { get }
  /// What values of this type are, in one sentence; for help and the manual.
  static var typeHelp: String { get }
  /// How a literal of the type looks, for messages: "a length such as 3px or 2mm". Nil: the type has no literals.
  static var literalHint: String? { get }
  /// The words that are literals of the type, when they can be listed; they complete.
  static var choices: [ChoiceName] { get }
  /// Reads a literal.
  /// - Throws: `LiteralProblem`; `.notALiteral` where the text may still be something else, such as a variable.
  static func read(_ literal: Literal) throws(LiteralProblem) -> Self
  /// The properties that `value.name` reaches.
  static var properties: [Property] { get }
  /// The types that a value of this type is accepted as.
  static var conversions: [Conversion] { get }
  /// Operators with a value of this type on either side.
  static var operations: [Operation] { get }
  /// What `value[…]` picks; nil when there is nothing to pick.
  static var indexing: Indexing? { get }
  /// Whether values of this type are looked at as images.
  static var isImageLike: Bool { get }
  /// Whether a result of this type becomes `it` at the prompt: what is looked at, and what measures it. Unless said otherwise, what is image-like.
  static var becomesIt: Bool { get }

  /// The value in one line, without its type's name: "867,630 px, 3 regions".
  var oneLine: String { get }
  /// What stands below the one line where there is room: the rows of a table. Empty for most.
  var details: [String] { get }
  /// The canonical literal that `read` turns into this value again; nil when there is none.
  var literal: String? { get }
  /// The value as a number in the unit of its slot's range (px, deg, 1), when it is known before the run.
  var magnitude: Double? { get }
  var json: JSONValue { get }
  /// A digest of the contents, for lineage and replay; nil when the type has none.
  var contentHash: String? { get }
}

extension Value {
  public static var typeHelp: String { "" }
  public static var literalHint: String? { nil }
  public static var choices: [ChoiceName] { [] }
  public static func read(_ literal: Literal) throws(LiteralProblem) -> Self { throw .notALiteral }
  public static var properties: [Property] { [] }
  public static var conversions: [Conversion] { [] }
  public static var operations: [Operation] { [] }
  public static var indexing: Indexing? { nil }
  public static var isImageLike: Bool { false }
  public static var becomesIt: Bool { isImageLike }
  public var details: [String] { [] }
  public var literal: String? { nil }
  public var magnitude: Double? { nil }
  public var json: JSONValue { .string(oneLine) }
  public var contentHash: String? { nil }

  public static var valueType: ValueType { .of(Self.self) }

  public static func bind(_ value: any Value) throws -> Self {
    if let same = value as? Self { return same }
    if let converted = try value.converted(to: Self.self) { return converted }
    throw BindingProblem.wrongType(expected: valueType, found: type(of: value).valueType)
  }
}

extension Value {
  /// This value as another type through its conversion table; nil when the table has no way.
  public func converted<T: Value>(to target: T.Type) throws -> T? {
    for conversion in TypeTables.of(Self.self).conversions where conversion.target == T.valueType {
      if let result = try conversion.apply(self) as? T { return result }
    }
    return nil
  }
}

/// A word that is a literal of its type, with what it means.
public struct ChoiceName: Sendable, Hashable {
  public let name: String
  public let help: String
  public init(_ name: String, _ help: String = "") {
    self.name = name
    self.help = help
  }
}

/// What a parameter may hold and a command may return: a value, an optional one, a list of them, a union, or anything.
public protocol Bindable: Sendable {
  /// The type as the language sees it.
  static var valueType: ValueType { get }
  /// What an unfilled parameter holds; nil when it has to be filled.
  static var whenMissing: Self? { get }
  /// - Throws: `BindingProblem`, or what a conversion throws.
  static func bind(_ value: any Value) throws -> Self
  /// Reads a literal. See `Value.read`.
  static func read(_ literal: Literal) throws(LiteralProblem) -> Self
  /// The language's value for what a command returned; nil for an empty optional.
  var asValue: (any Value)? { get }
}

extension Bindable {
  public static var whenMissing: Self? { nil }
  public static func read(_ literal: Literal) throws(LiteralProblem) -> Self { throw .notALiteral }
}

extension Value {
  public var asValue: (any Value)? { self }
}

/// Why a value does not fit a parameter.
public enum BindingProblem: Error, Sendable, Equatable {
  case wrongType(expected: ValueType, found: ValueType)
  /// A whole number was wanted.
  case notWhole(Double)
}

extension Optional: Bindable where Wrapped: Bindable {
  public static var valueType: ValueType { Wrapped.valueType }
  public static var whenMissing: Self? { .some(.none) }
  public static func bind(_ value: any Value) throws -> Self { try Wrapped.bind(value) }
  public static func read(_ literal: Literal) throws(LiteralProblem) -> Self { try Wrapped.read(literal) }
  public var asValue: (any Value)? { self?.asValue }
}

/// Any value at all: what `show` and `save` take, and what a command returns whose result type is known only when it runs.
public struct AnyValue: Bindable {
  public let value: any Value
  public init(_ value: any Value) { self.value = value }
  public static var valueType: ValueType { .anything }
  public static func bind(_ value: any Value) throws -> AnyValue { AnyValue(value) }
  public var asValue: (any Value)? { value }
}

/// One of several types, as an enum with a case for each:
/// ```swift
/// enum Region: Union {
///   case mask(Mask), labels(LabelImage)
///   static let members: [any Value.Type] = [Mask.self, LabelImage.self]
///   init?(_ value: any Value) { … }
///   var member: any Value { … }
/// }
/// ```
public protocol Union: Bindable {
  /// The types taken, the preferred one first: a value that is none of them is converted to the first that its type converts to.
  static var members: [any Value.Type] { get }
  /// Nil when the value is of none of the member types.
  init?(_ value: any Value)
  var member: any Value { get }
}

extension Union {
  public static var valueType: ValueType { .union(members.map { $0.valueType }) }
  public static func bind(_ value: any Value) throws -> Self {
    if let result = Self(value) { return result }
    for target in members.map({ $0.valueType }) {
      for conversion in TypeTables.of(type(of: value)).conversions where conversion.target == target {
        if let result = Self(try conversion.apply(value)) { return result }
      }
    }
    // A text is the choice that it names.
    for member in members where value is String && member is any Choice.Type {
      if let result = Self(try member.bind(value)) { return result }
    }
    throw BindingProblem.wrongType(expected: valueType, found: type(of: value).valueType)
  }
  /// The first member type that reads the literal; else the first member's problem that says more than that it is none.
  public static func read(_ literal: Literal) throws(LiteralProblem) -> Self {
    var problem = LiteralProblem.notALiteral
    for member in members {
      do throws(LiteralProblem) {
        if let result = Self(try member.read(literal)) { return result }
      } catch {
        if problem == .notALiteral { problem = error }
      }
    }
    throw problem
  }
  public var asValue: (any Value)? { member }
}
