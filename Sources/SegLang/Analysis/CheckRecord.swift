/// What a check found out about places in a text, for what shows it in an editor.
final class CheckRecord {
  /// Types of variables where they are assigned and used, and of properties.
  var types: [Span: ValueType] = [:]
  /// What a property belongs to.
  var owners: [Span: ValueType] = [:]
}
