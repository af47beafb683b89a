/// The one rule for a line that names no input: the command takes `it`, the last image or measurement. Where `it` is a measurement (a severity, a table)
/// that the command does not take, it takes the nearest image or mask that `it` was made from. Nothing older is ever taken.
struct ImplicitInput: Sendable {
  /// Type of `it`.
  let type: ValueType
  /// The type of the nearest image that `it` was made from and that fits a slot; nil where none does.
  private let origin: @Sendable (Callee.Slot) -> ValueType?

  /// For a value that exists.
  init(_ item: Item) {
    type = Swift.type(of: item.value).valueType
    origin = { slot in item.origin(for: slot).map { Swift.type(of: $0.value).valueType } }
  }

  /// For a value that an earlier statement of the same text will make: what it is made from is known when it is there.
  init(_ type: ValueType) {
    self.type = type
    origin = { _ in type.named.map { $0.isImageLike } ?? true ? nil : .anything }
  }

  /// The type that the slot takes; nil where neither `it` nor what it was made from fits.
  func type(for slot: Callee.Slot) -> ValueType? {
    if type.fit(slot.type) != .no, type.named.map({ slot.takesImplicitly($0) }) ?? true { return type }
    return origin(slot)
  }
}

extension Item {
  /// What a slot takes of this value where the line says nothing: the value, or what it was made from; see ``ImplicitInput``.
  func implicitly(for slot: Callee.Slot) -> Item? {
    let type = Swift.type(of: value)
    return type.valueType.fit(slot.type) != .no && slot.takesImplicitly(type) ? self : origin(for: slot)
  }

  fileprivate func origin(for slot: Callee.Slot) -> Item? {
    guard !Swift.type(of: value).isImageLike, let step else { return nil }
    return Step.nearest(slot.type, from: step.parents, where: { $0.isImageLike && slot.takesImplicitly($0) })
      .map { Item(value: $0.value, step: $0.step) }
  }
}
