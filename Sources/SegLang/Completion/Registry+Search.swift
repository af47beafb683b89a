extension Registry {
  /// Commands whose name, keywords, category, summary, parameters, discussion or examples contain a word, the best matches first: "opening"
  /// finds `morph-open`. Empty for an empty word.
  public func search(_ word: String) -> [Signature] {
    let wanted = word.lowercased()
    guard !wanted.isEmpty else { return [] }
    func rank(_ signature: Signature) -> Int? {
      if signature.name.contains(wanted) { return 0 }
      if signature.name.split(separator: "-").contains(where: { $0.count > 3 && wanted.hasPrefix($0) }) { return 0 }
      if signature.command.keywords.contains(where: { $0.hasPrefix(wanted) || wanted.count > 3 && wanted.hasPrefix($0) && $0.count > 3 }) {
        return 1
      }
      if signature.summary.lowercased().contains(wanted) || signature.category.name.lowercased().contains(wanted) { return 2 }
      if signature.parameters.contains(where: { $0.name.contains(wanted) || $0.help.lowercased().contains(wanted) }) { return 3 }
      let texts = [signature.command.discussion] + signature.command.examples.map(\.explanation)
      if texts.contains(where: { $0.lowercased().contains(wanted) }) { return 4 }
      return nil
    }
    return signatures.compactMap { signature in rank(signature).map { (rank: $0, signature: signature) } }
      .sorted { ($0.rank, $0.signature.name) < ($1.rank, $1.signature.name) }.map(\.signature)
  }
}
