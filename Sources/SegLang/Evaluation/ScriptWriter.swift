/// Writes steps as a script: one statement for each result, with names; steps that only led to one result stand inside its pipeline.
struct ScriptWriter {
  let registry: Registry
  /// A literal for a step's first argument; what stood in its place is left out then.
  var firstArgument: (Step) -> String? = { _ in nil }
  /// Steps that are left out; where they are asked for something, what they gave stands as a literal.
  var omits: (Step) -> Bool = { _ in false }
  /// Results that are printed once they have a name.
  var prints: (Step) -> Bool = { _ in false }
  /// Longest chain of steps that one statement holds.
  private static let chainLimit = 8

  /// - Parameters:
  ///   - roots: Results and effects, in the order in which they came about.
  ///   - variables: Names that results have.
  func script(_ roots: [Step], variables: [(name: String, step: Step)]) -> String {
    let rootIDs = Set(roots.map(\.id))
    var steps: [Int: Step] = [:]
    var uses: [Int: Int] = [:]
    var open = roots
    while let step = open.popLast() {
      guard steps.updateValue(step, forKey: step.id) == nil else { continue }
      let parents = (firstArgument(step) == nil ? step.parents : step.parentsBesidesFirstArgument).filter { !omits($0) }
      for parent in parents { uses[parent.id, default: 0] += 1 }
      // What a block uses gets a name, since the block runs more than once.
      for index in step.call?.captured ?? [] where step.parents.indices.contains(index) {
        uses[step.parents[index].id, default: 0] += 1
      }
      open += parents
    }
    let ordered = steps.values.sorted { $0.id < $1.id }
    var names: [Int: String] = [:]
    for (name, step) in variables where steps[step.id] != nil && names[step.id] == nil { names[step.id] = name }
    var taken = Set(variables.map(\.name))
    var inlined: [Int: (text: String, chain: Int)] = [:]
    var lines = ["seglang 1"]
    var functions = FunctionNames(taken: taken)
    for step in ordered { lines += functions.add(step.definitions) }
    let heads = lines.count - 1
    func folded(_ operand: Step.Operand) -> String? { omits(operand.step) ? operand.value.map { Canonical.inExpression($0) } : nil }
    for step in ordered {
      func called(_ parent: Step, _ place: Step.Place) -> String {
        if let name = names[parent.id] { return place == .argument ? "(\(name))" : name }
        let inner = inlined[parent.id]?.text ?? ""
        return place == .piped ? inner : "(\(inner))"
      }
      func function(_ name: String) -> String { functions.name(of: name, in: step.definitions) }
      let printer = StepPrinter(
        step: step, name: called, function: function, fold: folded, change: firstArgument(step).map { (0, $0) })
      let text = printer.print()
      let chain = 1 + (step.parents.compactMap { names[$0.id] == nil ? inlined[$0.id]?.chain : nil }.max() ?? 0)
      guard let type = step.resultType else {
        lines.append(text)
        continue
      }
      let isStatement = names[step.id] != nil || rootIDs.contains(step.id) || uses[step.id, default: 0] > 1 || chain >= Self.chainLimit
      guard isStatement else {
        inlined[step.id] = (text, chain)
        continue
      }
      let name = names[step.id] ?? freshName(for: type, lines.count - heads, &taken)
      names[step.id] = name
      lines.append("\(name) = \(text)")
      if rootIDs.contains(step.id), prints(step) { lines.append("print \(name)") }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private func freshName(for type: any Value.Type, _ number: Int, _ taken: inout Set<String>) -> String {
    var name = Words.joined(type.typeName, by: "_") + "_\(number)"
    while taken.contains(name) || registry[name] != nil { name += "_" }
    taken.insert(name)
    return name
  }

  /// A step as one line; steps without a name stand inside it.
  static func text(of step: Step, names: [Int: String], depth: Int = 0) -> String {
    step.written { parent, place in
      if let name = names[parent.id] { return place == .argument ? "(\(name))" : name }
      guard depth < 32 else { return "…" }
      let inner = text(of: parent, names: names, depth: depth + 1)
      return place == .piped ? inner : "(\(inner))"
    }
  }
}

/// What functions are called in a script: by their own name, or by another where two differ that had the same.
private struct FunctionNames {
  let taken: Set<String>
  private var names: [RecordedBlock.Definition: String] = [:]

  init(taken: Set<String>) { self.taken = taken }

  /// The declarations that the script does not have yet.
  mutating func add(_ definitions: [String: RecordedBlock.Definition]) -> [String] {
    var added: [RecordedBlock.Definition] = []
    for definition in definitions.values.sorted(by: { $0.name < $1.name }) where names[definition] == nil {
      var name = definition.name
      var number = 2
      while taken.contains(name) || names.values.contains(name) {
        name = "\(definition.name)-v\(number)"
        number += 1
      }
      names[definition] = name
      added.append(definition)
    }
    return added.map { $0.text { name(of: $0, in: definitions) }.trimmingLineBreaks }
  }

  func name(of function: String, in definitions: [String: RecordedBlock.Definition]) -> String {
    definitions[function].flatMap { names[$0] } ?? function
  }
}

extension Step {
  /// The step and its ancestors as a script in canonical form.
  ///
  /// - Parameters:
  ///   - registry: Commands whose names variables must not take.
  ///   - file: Name of an input file; steps that only computed the name, such as a list of files, are left out.
  ///   - listing: Name of the files that a step lists; nil keeps the argument as recorded.
  ///   - omits: Steps to leave out; where their values are used, literals take their place.
  public func script(
    in registry: Registry, naming file: @escaping (StepFile) -> String, listing: @escaping (Step) -> String? = { _ in nil },
    omitting omits: @escaping (Step) -> Bool
  ) -> String {
    let firstArgument: (Step) -> String? = { step in
      (step.inputFile.map(file) ?? listing(step)).map { Path($0).literal ?? Quoting.quoted($0) }
    }
    return ScriptWriter(registry: registry, firstArgument: firstArgument, omits: omits).script([self], variables: [])
  }
}
