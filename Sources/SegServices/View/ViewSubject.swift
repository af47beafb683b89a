import ImageOps
import SegLang
import SegModel

/// What the page shows of a session: the steps that there are, taken down while no line runs, and the one that is looked at.
public struct ViewSubject: Sendable {
  /// Every numbered result and what it was made from, oldest first; nothing that was taken back.
  package let steps: [Step]
  /// Variables first, then numbers, by the step's number.
  package private(set) var names: [Int: [String]]
  /// The step of `it`, or of the last image where `it` shows none.
  package let latest: Step
  /// The step that is looked at.
  package let shown: Step
  package let hidesPatients: Bool
  /// Whether there are commands that mend a mask.
  package let canCorrect: Bool
  /// An earlier image that is held against what is looked at.
  package let prior: Step?
  /// Segmentations of readers, whose outlines are shown.
  public var readings: [(reader: String, step: Step)] = []

  /// - Parameter look: the number of the step to look at; nil, or none that there is: that of `it`.
  /// - Returns: nil while there is no image.
  public init?(_ session: Session, lookingAt look: Int?, hidesPatients: Bool, prior: Step? = nil) {
    var names: [Int: [String]] = [:]
    for (name, _) in session.variables {
      if let step = session.step(of: name) { names[step.id, default: []].append(name) }
    }
    var found: [Int: Step] = [:]
    var number = 1
    var pictures = session.step(of: "it").map { [$0] } ?? []
    while let value = session.result(number) {
      let name = "_\(number)"
      if let step = session.step(of: name) {
        if type(of: value).isImageLike { pictures.insert(step, at: min(1, pictures.count)) }
        names[step.id, default: []].append(name)
        for ancestor in step.ancestry { found[ancestor.id] = ancestor }
      }
      number += 1
    }
    // `it` may be a table of many cases: the page then keeps the last image.
    let isSeen = { (step: Step) in step.originsInOrder.contains { $0.value.flatMap { ViewSceneBuilder.size(of: $0) } != nil } }
    guard let latest = pictures.first(where: isSeen) ?? pictures.first else { return nil }
    self.steps = found.values.sorted { $0.id < $1.id }
    self.names = names
    self.latest = latest
    self.hidesPatients = hidesPatients
    self.prior = prior
    canCorrect = !session.registry.names(of: .corrects).isEmpty
    shown = look.flatMap { found[$0] } ?? latest
  }

  /// The number of the step of `it`.
  public var latestID: Int { latest.id }

  /// The step of a number, where its value can be looked at.
  public func step(_ id: Int) -> Step? { steps.first { $0.id == id } }

  /// A text that stands for a step's value in a line: its number, or else the line that makes it again.
  public func text(of step: Step) -> String {
    if let name = names[step.id]?.last { return name }
    return step.written { parent, place in
      if let name = names[parent.id]?.last { return place == .argument ? "(\(name))" : name }
      return place == .piped ? text(of: parent) : "(\(text(of: parent)))"
    }
  }

  /// The corrections of the mask that is looked at, as the ends of a line that makes another mask of the same source: they are applied to that one too.
  ///
  /// - Parameter source: what the other mask is made of; a mask that was not made of it keeps nothing.
  public func corrections(after source: Step) -> String {
    guard shown.value is Mask, shown.ancestry.contains(where: { $0.id == source.id }) else { return "" }
    return shown.maskCorrections.filter { $0.id > source.id }.map { step in
      " | "
        + step.written { parent, place in
          if place == .piped { return "" }
          let name = text(of: parent)
          return place == .argument || names[parent.id] == nil ? "(\(name))" : name
        }.trimmingPrefix(" | ")
    }.joined()
  }

  /// The same with a variable for every step, so that a line can be written of any of them.
  package var namingAllSteps: ViewSubject {
    var subject = self
    subject.names = Dictionary(uniqueKeysWithValues: steps.map { ($0.id, ["step_\($0.id)"]) })
    return subject
  }

  /// The step as the page shows it: parents by their names, or `…`.
  package func line(of step: Step) -> String {
    if let file = step.inputFile {
      return hidesPatients ? "\(step.command ?? "load") …" : step.line(callingInput: file.name)
    }
    let line = step.written { parent, place in
      let name = names[parent.id]?.last ?? "…"
      return place == .argument ? "(\(name))" : name
    }
    return hidesPatients ? WrittenWords.withoutPaths(line) : line
  }

  /// What the case is called: its file, or the kind and the start of the digest while names are hidden.
  package var title: String {
    CaseTitle.text(of: shown, namingPhantoms: true) { _ in hidesPatients } ?? "Image"
  }
}
