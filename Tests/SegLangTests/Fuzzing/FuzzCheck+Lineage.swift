import SegLang

extension FuzzCheck {
  /// What a session can say of where its values come from.
  ///
  /// - Parameter script: The saved session.
  func lineage(of session: Session, saved script: String) -> String? {
    _ = session.historyGraph
    _ = SyntaxTree.refusal(ofRecipe: script, in: toys)
    let bare = SyntaxTree.withoutEffects(script, in: toys)
    if let error = SyntaxTree(parsing: SourceText(bare), isCommand: { toys[$0] != nil }).diagnostics.first {
      return "without its effects the script has an error: \(error.code)\n--- script\n\(bare)"
    }
    for (name, value) in session.variables {
      guard let step = session.step(of: name) else { continue }
      if salt % 3 == 0, let fault = part(of: session, why: name, value) { return fault }
      if salt % 4 == 0, let fault = variation(of: step, name, value) { return fault }
    }
    return nil
  }

  /// The lines that one value needs make that value.
  private func part(of session: Session, why name: String, _ value: any Value) -> String? {
    guard let script = session.script(why: name) else { return "nothing says why \(name)" }
    let again = self.session(.script)
    let outcome = again.execute(script)
    if let error = outcome.diagnostics.first(where: { $0.severity == .error }) {
      return error.problem == .cancelled || error.code == "E214"
        ? nil : "what \(name) needs does not run: \(error.code) \(error.message)\n--- saved\n\(script)"
    }
    guard let found = again.variables.first(where: { $0.name == name })?.value, found.oneLine != value.oneLine else { return nil }
    return "by itself \(name) is \(found.oneLine) and was \(value.oneLine)\n--- saved\n\(script)"
  }

  /// A quantity changed to what it is changes nothing.
  private func variation(of step: Step, _ name: String, _ value: any Value) -> String? {
    for quantity in step.upstreamQuantities.prefix(3) {
      _ = quantity.moved(by: 0.1, in: toys)
      let host = Host(isCancelled: { false })
      guard let same = try? step.value(changing: quantity, to: quantity.literal, registry: toys, host: host) else { continue }
      if same.oneLine != value.oneLine {
        return "with \(quantity.literal) for \(quantity.literal), \(name) is \(same.oneLine) and was \(value.oneLine)"
      }
    }
    return nil
  }
}
