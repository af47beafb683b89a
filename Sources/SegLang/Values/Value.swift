import Basics

/// A type of the language. A Swift type joins the language by adopting this protocol, which declares its name, its literals, its
/// completions, its one-line description, its properties, its conversions and its operators.
///
/// Everything but `typeName` and `oneLine` has a default.
public protocol Value: Bindable {
  /// Name shown to users and written in `param x: Image`: a capitalized noun.
  static var typeName: String { get }
  /// What values of this type are, in one sentence; for help and the manual.
  static var typeHelp: String { get }
  /// Example of a literal, for messages: "a length such as 3px or 2mm"; nil for a type without literals.
  static var literalHint: String? { get }
  /// The words of the type when they can be listed; used for completion.
  static var choices: [ChoiceName] { get }
  /// Reads a literal.
  /// - Throws: `LiteralProblem`; `.notALiteral` when the text may be something else, such as a variable.
  static func read(_ literal: Literal) throws(LiteralProblem) -> Self
  /// The properties read as `value.name`.
  static var properties: [Property] { get }
  /// Type of the parts that only a value can name, read as `value.name` as properties are; nil for a type without such parts.
  static var partType: ValueType? { get }
  /// The conversions to other types.
  static var conversions: [Conversion] { get }
  /// The operators with a value of this type on either side.
  static var operations: [Operation] { get }
  /// Support for `value[…]`; nil when the type cannot be indexed.
  static var indexing: Indexing? { get }
  /// Whether values of this type are displayed as images.
  static var isImageLike: Bool { get }
  /// Whether a result of this type becomes `it` at the prompt, as images and measurements do. Default: `isImageLike`.
  static var becomesIt: Bool { get }

  /// The value in one line, without its type's name: "867,630 px, 3 regions".
  var oneLine: String { get }
  /// Lines shown below `oneLine` where there is room, such as the rows of a table. Default: none.
  var details: [String] { get }
  /// The canonical literal that `read(_:)` turns back into this value; nil when there is none.
  var literal: String? { get }
  /// The value as a number in the unit of a parameter's range (px, deg, 1); nil when it is not a number or depends on an image.
  var magnitude: Double? { get }
  /// The value as JSON.
  var json: JSON { get }
  /// A digest of the contents, for lineage and replay; nil when the type has none.
  var contentHash: String? { get }
  /// The names of the parts that this value has besides its properties.
  var partNames: [String] { get }
  /// The part with a name; nil if the value has no such part. Its type is `partType`.
  func part(named name: String) -> (any Value)?
}

extension Value {
  /// Default: empty.
  public static var typeHelp: String { "" }
  /// Default: nil, for a type without literals.
  public static var literalHint: String? { nil }
  /// Default: empty.
  public static var choices: [ChoiceName] { [] }
  /// Default: reads nothing.
  /// - Throws: Always `LiteralProblem.notALiteral`.
  public static func read(_ literal: Literal) throws(LiteralProblem) -> Self { throw .notALiteral }
  /// Default: no properties.
  public static var properties: [Property] { [] }
  /// Default: nil, for a type without parts.
  public static var partType: ValueType? { nil }
  /// Default: no parts.
  public var partNames: [String] { [] }
  /// Default: nil.
  public func part(named name: String) -> (any Value)? { nil }
  /// Default: no conversions.
  public static var conversions: [Conversion] { [] }
  /// Default: no operators.
  public static var operations: [Operation] { [] }
  /// Default: nil, for a type that cannot be indexed.
  public static var indexing: Indexing? { nil }
  /// Default: false.
  public static var isImageLike: Bool { false }
  /// Default: `isImageLike`.
  public static var becomesIt: Bool { isImageLike }
  /// Default: no lines.
  public var details: [String] { [] }
  /// Default: nil.
  public var literal: String? { nil }
  /// Default: nil.
  public var magnitude: Double? { nil }
  /// Default: a JSON string of the one-line text.
  public var json: JSON { .string(oneLine) }
  /// Default: nil.
  public var contentHash: String? { nil }

  /// The type itself.
  public static var valueType: ValueType { .of(Self.self) }

  /// Accepts a value of this type, or one that converts to it.
  /// - Throws: `BindingProblem.wrongType` when there is no conversion; what the conversion throws.
  public static func bind(_ value: any Value) throws -> Self {
    if let same = value as? Self { return same }
    if let converted = try value.converted(to: Self.self) { return converted }
    throw BindingProblem.wrongType(expected: valueType, found: type(of: value).valueType)
  }
}

extension Value {
  /// This value as another type; nil when the conversion table has no entry for that type.
  /// - Throws: What the conversion throws.
  public func converted<T: Value>(to target: T.Type) throws -> T? {
    for conversion in TypeTables.of(Self.self).conversions where conversion.target == T.valueType {
      if let result = try conversion.apply(self) as? T { return result }
    }
    return nil
  }
}

/// A word that is a literal of its type, with its meaning.
public struct ChoiceName: Sendable, Hashable {
  /// The word.
  public let name: String
  /// Meaning of the word; empty when the word is clear.
  public let help: String
  /// Creates a choice name.
  public init(_ name: String, _ help: String = "") {
    self.name = name
    self.help = help
  }
}

/// A type that a parameter can hold and a command can return: a value, an optional, a list, a union, or any value.
public protocol Bindable: Sendable {
  /// The type as the language sees it.
  static var valueType: ValueType { get }
  /// Value of a parameter that is not given; nil when the parameter is required.
  static var whenMissing: Self? { get }
  /// Makes this type from a value of the language, with a conversion if necessary.
  /// - Throws: `BindingProblem`, or what a conversion throws.
  static func bind(_ value: any Value) throws -> Self
  /// Reads a literal. See ``Value/read(_:)``.
  static func read(_ literal: Literal) throws(LiteralProblem) -> Self
  /// This as a value of the language; nil for an empty optional.
  var asValue: (any Value)? { get }
}

extension Bindable {
  /// Default: nil, for a required parameter.
  public static var whenMissing: Self? { nil }
  /// Default: reads nothing.
  /// - Throws: Always `LiteralProblem.notALiteral`.
  public static func read(_ literal: Literal) throws(LiteralProblem) -> Self { throw .notALiteral }
}

extension Value {
  /// The value itself.
  public var asValue: (any Value)? { self }
}

/// Error thrown when a value does not fit a parameter.
public enum BindingProblem: Error, Sendable, Equatable {
  /// The value is of another type, and no conversion leads to the expected type.
  case wrongType(expected: ValueType, found: ValueType)
  /// A whole number is required.
  case notWhole(Double)
}

extension Optional: Bindable where Wrapped: Bindable {
  /// The type of the wrapped value.
  public static var valueType: ValueType { Wrapped.valueType }
  /// `.none`: an optional parameter need not be given.
  public static var whenMissing: Self? { .some(.none) }
  /// Binds the wrapped type.
  /// - Throws: What binding the wrapped type throws.
  public static func bind(_ value: any Value) throws -> Self { try Wrapped.bind(value) }
  /// Reads a literal of the wrapped type.
  /// - Throws: What reading the wrapped type throws.
  public static func read(_ literal: Literal) throws(LiteralProblem) -> Self { try Wrapped.read(literal) }
  /// The wrapped value; nil for `.none`.
  public var asValue: (any Value)? { self?.asValue }
}

/// A value of any type: the parameter of `show` and `save`, or the result of a command whose type is known only at run time.
public struct AnyValue: Bindable {
  /// The value.
  public let value: any Value
  /// Wraps a value.
  public init(_ value: any Value) { self.value = value }
  /// Any value.
  public static var valueType: ValueType { .anything }
  /// Wraps the value; never throws.
  public static func bind(_ value: any Value) throws -> AnyValue { AnyValue(value) }
  /// The wrapped value.
  public var asValue: (any Value)? { value }
}

/// A union of several types, as an enum with one case per type:
/// ```swift
/// enum Region: Union {
///   case mask(Mask), labels(LabelImage)
///   static let unionCases = [UnionCase(Self.mask), UnionCase(Self.labels)]
/// }
/// ```
/// Each case has one value and nothing else.
public protocol Union: Bindable {
  /// The cases in order of preference: any other value is converted to the first case whose type its own converts to.
  static var unionCases: [UnionCase<Self>] { get }
}

/// A case of a union: the type that it holds, and how a value of this type is wrapped.
public struct UnionCase<Whole: Union>: Sendable {
  let type: any Value.Type
  let wrapped: @Sendable (any Value) -> Whole?

  /// - Parameter wrap: The case itself, such as `Self.mask`.
  public init<Member: Value>(_ wrap: @escaping @Sendable (Member) -> Whole) {
    type = Member.self
    wrapped = { ($0 as? Member).map(wrap) }
  }
}

extension Union {
  /// The member types in order of preference.
  public static var members: [any Value.Type] { unionCases.map(\.type) }
  /// Wraps a value of a member type; nil for any other value.
  public init?(_ value: any Value) {
    for known in Self.unionCases {
      guard let wrapped = known.wrapped(value) else { continue }
      self = wrapped
      return
    }
    return nil
  }
  /// The wrapped value.
  public var member: any Value {
    guard let member = Mirror(reflecting: self).children.first?.value as? any Value else {
      preconditionFailure("each case of a union holds one value")
    }
    return member
  }
  /// The union of the member types.
  public static var valueType: ValueType { .union(members.map { $0.valueType }) }
  /// Accepts a value of a member type, or one that converts to it. A text is read as a choice.
  /// - Throws: `BindingProblem.wrongType` when no member type fits; what a conversion throws.
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
  /// Reads the literal as the first member type that accepts it.
  /// - Throws: The first problem that is more specific than `.notALiteral`, else `.notALiteral`.
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
  /// The wrapped value.
  public var asValue: (any Value)? { member }
}
