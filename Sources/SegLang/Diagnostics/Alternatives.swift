extension Sequence<String> {
  /// The texts as alternatives: "Mask", "Mask or Labels", "Mask, Labels or Image". Empty when there are none.
  public var alternatives: String {
    let texts = Array(self)
    guard let last = texts.last, texts.count > 1 else { return texts.first ?? "" }
    return texts.dropLast().joined(separator: ", ") + " or " + last
  }
}
