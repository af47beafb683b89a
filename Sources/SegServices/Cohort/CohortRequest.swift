import Basics
import ImageOps
import SegLang
import SegValues

/// What a user asks for: a script, cases, and where results go. Checked as a whole before anything runs.
package struct CohortRequest: Sendable {
  /// The script's text and what messages call it.
  package var script: (text: String, name: String)
  /// Values of its params, as literals.
  package var arguments: [String: String] = [:]
  /// Folder, pattern or list.
  package var cases: String
  package var out: String
  package var spacing: String?
  package var values: [String] = []
  /// The param that gets the case's path; nil: the only required one of type Path, if there is one.
  package var caseParameter: String?
  /// Whether images with a doubt are refused, as the services say.
  package var isStrict = false
  package var shard: CohortPlan.Shard?
  package var sample: CohortPlan.Sample?
  package var options = CohortRun.Options()

  package init(script: (text: String, name: String), cases: String, out: String) {
    (self.script, self.cases, self.out) = (script, cases, out)
  }

  /// The script has errors, or warnings alone.
  package struct CheckFailure: Error { package let diagnostics: [Diagnostic] }

  /// Checks script, parameters and cases.
  /// - Parameters:
  ///   - services: What the program lends to commands; the setting of privacy is among them.
  ///   - loading: The command that loads one image.
  /// - Throws: `CheckFailure`, `CohortProblem`, `CommandProblem`, `CSVError`, `FileError`.
  package func prepared(_ registry: Registry, services: Services, loading: Signature) throws -> (run: CohortRun, warnings: [Diagnostic]) {
    func chosen(_ pathParameter: String?) -> CohortScript { scriptForCases(pathParameter, registry, services) }
    let parameters = chosen(nil).check().report.parameters
    let context = Context(host: Host(services: services), registry: registry)
    let length = try spacing.map { text in
      guard let length = try? Length.read(Literal(text)), (try? length.pixelSpacing(atDetector: false)) != nil else {
        throw CohortProblem.badParameter("spacing", text, hint: "a length in mm or cm, such as 0.14mm")
      }
      return length
    }
    let cases = try CohortCases(at: cases, spacing: length, parameters: parameters.map(\.name), loading: loading, context)
    let given = Set(arguments.keys).union(cases.argumentNames)
    for name in arguments.keys.sorted() where !parameters.contains(where: { $0.name == name }) {
      throw CohortProblem.unknownParameter(name, near: nearNames(to: name, in: parameters.map(\.name)))
    }
    let path = try pathParameter(parameters, given)
    let cohortScript = chosen(path)
    let (report, digest) = cohortScript.check()
    guard !report.hasErrors else { throw CheckFailure(diagnostics: report.diagnostics) }
    let missing = parameters.filter { $0.standard == nil && $0.name != path && !given.contains($0.name) }
    guard missing.isEmpty else { throw CohortProblem.missingParameters(missing.map { Self.option($0.name) }) }
    for parameter in parameters { try check(parameter) }
    try check(report)
    let plan = CohortPlan(
      script: digest,
      parameters: arguments.sorted { $0.key < $1.key }.map { JSON.Member($0.key, .string(recorded($0.value, cohortScript.hidesNames))) },
      caseCount: cases.count, cases: cases.digest, spacing: length?.oneLine, values: values, isStrict: isStrict,
      hidesNames: cohortScript.hidesNames, shard: shard, sample: sample)
    return (
      CohortRun(plan: plan, script: cohortScript, cases: cases, folder: out, options: options),
      report.diagnostics.filter { !$0.concernsUnusedLastValue }
    )
  }

  private func scriptForCases(_ pathParameter: String?, _ registry: Registry, _ services: Services) -> CohortScript {
    CohortScript(
      text: script.text, name: script.name, pathParameter: pathParameter, arguments: arguments, values: values, registry: registry,
      services: services)
  }

  /// Checks the script alone, for any cases.
  /// - Returns: Errors and warnings.
  /// - Throws: `CohortProblem` if several params could receive the case, or the values cannot be rows.
  package func checkedScript(_ registry: Registry, services: Services) throws -> [Diagnostic] {
    let parameters = scriptForCases(nil, registry, services).check().report.parameters
    let report = try scriptForCases(pathParameter(parameters, []), registry, services).check().report
    if !report.hasErrors { try check(report) }
    return report.diagnostics.filter { !$0.concernsUnusedLastValue }
  }

  private func pathParameter(_ parameters: [ScriptParameter], _ given: Set<String>) throws -> String? {
    let paths = parameters.filter { $0.type == .of(Path.self) }
    if let caseParameter {
      guard paths.contains(where: { $0.name == caseParameter }) else { throw CohortProblem.notAPath(Self.option(caseParameter)) }
      return caseParameter
    }
    let open = paths.filter { $0.standard == nil && !given.contains($0.name) }
    guard open.count < 2 else { throw CohortProblem.severalPaths(open.map { Self.option($0.name) }) }
    return open.first?.name
  }

  /// Reads a value as the param's type, so that a typing error does not fail each case.
  private func check(_ parameter: ScriptParameter) throws {
    guard let text = arguments[parameter.name], let type = parameter.type.named else { return }
    do { _ = try type.read(Literal(text)) } catch {
      throw CohortProblem.badParameter(Self.option(parameter.name), text, hint: type.literalHint ?? type.typeName)
    }
  }

  /// Whether the values can be rows, as far as their types tell.
  private func check(_ report: CheckReport) throws {
    for name in values where report.variables[name] == nil {
      throw CohortProblem.noSuchValue(name, known: report.variables.keys.filter { $0 != Keyword.it.rawValue }.sorted())
    }
    for type in values.isEmpty ? [report.resultType].compactMap({ $0 }) : values.compactMap({ report.variables[$0] }) {
      if let named = type.named, named.isImageLike { throw CohortProblem.noRow(named.typeName) }
    }
  }

  /// A value as the journal keeps it: one that may name a file becomes a digest, where names are hidden.
  private func recorded(_ text: String, _ hidesNames: Bool) -> String {
    guard hidesNames, text.contains("/") || ImageFormat(fileExtension: Path(text).fileExtension) != nil else { return text }
    return "SHA-256 \(SHA256.hexDigest(of: Array(text.utf8)))"
  }

  private static func option(_ name: String) -> String { name.map { $0 == "_" ? "-" : String($0) }.joined() }
}
