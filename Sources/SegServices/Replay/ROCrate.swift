import Basics
import ImageOps
internal import Platform
import SegLang
import SegValues

/// The description of a folder of results for archives: `ro-crate-metadata.json` (RO-Crate 1.2, Process Run Crate 0.5).
///
/// It names the program, the script, the parameters, the models and the inputs by digest, and the files of the folder that the run wrote. Inputs are named as
/// the lock or the journal names them, so by stand-ins where names are hidden. Other files of the folder are not listed.
public struct ROCrate {
  public static let name = "ro-crate-metadata.json"

  /// What was run.
  public struct Run {
    /// What the folder is, in a phrase and in a sentence or two.
    public var title: String
    public var description: String
    /// The version of the program that computed the results.
    public var program: String
    /// The path of the script in the folder; nil if it lies elsewhere.
    public var script: String?
    /// SHA-256 of the script.
    public var scriptDigest: String
    public var parameters: [(name: String, value: String)]
    public var inputs: [RecordedFile]
    /// The names and digests of models.
    public var models: [(name: String, sha256: String?)]
    /// The paths of what was written, in the folder.
    public var results: [String]
    /// ISO 8601; nil if it is not known.
    public var started: String?
    public var ended: String?

    public init(
      title: String, description: String, program: String, script: String?, scriptDigest: String,
      parameters: [(name: String, value: String)],
      inputs: [RecordedFile], models: [(name: String, sha256: String?)], results: [String], started: String? = nil, ended: String? = nil
    ) {
      (self.title, self.description, self.program, self.script) = (title, description, program, script)
      (self.scriptDigest, self.parameters, self.inputs, self.models) = (scriptDigest, parameters, inputs, models)
      (self.results, self.started, self.ended) = (results, started, ended)
    }
  }

  public enum Problem: Error, Equatable, CustomStringConvertible {
    /// A description that someone has edited.
    case edited(String)

    public var description: String {
      switch self {
      case .edited(let path): "`\(path)` was not written by segsh, or was edited since; move it elsewhere to have it written again"
      }
    }
  }

  private let run: Run
  private let folder: String

  public init(_ run: Run, in folder: String) { (self.run, self.folder) = (run, folder) }

  /// Writes the file, in place of one that segsh wrote and nobody changed.
  /// - Returns: The number of files that it describes.
  /// - Throws: `Problem`, `FileError`.
  @discardableResult
  public func write() throws -> Int {
    let path = "\(folder)/\(Self.name)"
    if FilePaths.exists(path), !Self.isUnchanged(in: folder) { throw Problem.edited(path) }
    let graph = graph()
    try AtomicFile.write(Self.text(graph), to: path)
    return graph.count { $0["@type"] == "File" || $0["@type"]?.arrayValue?.first == "File" }
  }

  // MARK: The graph

  /// One entity per line.
  private static func text(_ graph: [JSON]) -> String {
    let descriptor: JSON = [
      "@id": .string(name), "@type": "CreativeWork", "conformsTo": reference("https://w3id.org/ro/crate/1.2"), "about": reference("./"),
      "identifier": .string(checksum(graph)),
    ]
    let lines = ([descriptor] + graph).map { "    " + $0.text }.joined(separator: ",\n")
    return "{\n  \"@context\": \"https://w3id.org/ro/crate/1.2/context\",\n  \"@graph\": [\n\(lines)\n  ]\n}\n"
  }

  /// Of all but the descriptor, which holds it: it says whether anyone has edited the file.
  private static func checksum(_ graph: [JSON]) -> String {
    "sha256:" + SHA256.hexDigest(of: Array(JSON.array(graph).text.utf8))
  }

  /// Whether a folder has a description that segsh wrote and nobody changed.
  package static func isUnchanged(in folder: String) -> Bool {
    guard let bytes = try? FileBytes.read("\(folder)/\(name)", limit: 256 << 20), let json = try? JSON(parsing: bytes),
      let graph = json["@graph"]?.arrayValue, let descriptor = graph.first, descriptor["@id"]?.stringValue == name
    else { return false }
    return descriptor["identifier"]?.stringValue == checksum(Array(graph.dropFirst()))
  }

  private static func reference(_ id: String) -> JSON { ["@id": .string(id)] }

  private func graph() -> [JSON] {
    let script = run.script.map(\.percentEncodedPath) ?? "#script"
    let results = run.results.filter { $0 != run.script && FilePaths.exists("\(folder)/\($0)") }
    let files = (run.script.map { [$0] } ?? []) + results
    let inputs = run.inputs.enumerated().map { index, input in (id: "#input-\(index + 1)", input) }
    let models = run.models.enumerated().map { index, model in (id: "#model-\(index + 1)", model) }
    let parameters = run.parameters.enumerated().map { index, parameter in (id: "#parameter-\(index + 1)", parameter) }
    let now = Machine.time()
    func references(_ ids: [String]) -> JSON { .array(ids.map(Self.reference)) }
    let root: JSON = [
      "@id": "./", "@type": "Dataset", "name": .string(run.title), "description": .string(run.description), "datePublished": .string(now),
      "license": "not stated", "conformsTo": Self.reference(Self.profile), "hasPart": references(files.map(\.percentEncodedPath)),
      "mentions": Self.reference("#run"),
    ]
    var action: JSON = [
      "@id": "#run", "@type": "CreateAction", "name": .string(run.title),
      "instrument": references(["#segsh", script] + models.map(\.id)),
      "object": references(inputs.map(\.id) + parameters.map(\.id)), "result": references(results.map(\.percentEncodedPath)),
      "actionStatus": Self.reference("http://schema.org/CompletedActionStatus"),
    ]
    action["startTime"] = run.started.map { .string($0) }
    action["endTime"] = .string(run.ended ?? now)
    let source: JSON = [
      "@id": .string(script), "@type": run.script == nil ? "SoftwareSourceCode" : ["File", "SoftwareSourceCode"],
      "name": .string(run.script ?? "script"), "programmingLanguage": Self.reference("#seglang"),
      "sha256": .string(run.scriptDigest),
    ]
    let context: [JSON] = [
      ["@id": .string(Self.profile), "@type": ["CreativeWork", "Profile"], "name": "Process Run Crate", "version": "0.5"],
      [
        "@id": "#segsh", "@type": "SoftwareApplication", "name": "segsh", "version": .string(run.program),
        "description": "Segments chest X-rays and measures opacity. For research; not a diagnosis.",
      ],
      ["@id": "#seglang", "@type": "ComputerLanguage", "name": "SegLang", "version": "1"],
    ]
    return [root, action, source] + results.map(describe) + context
      + inputs.map { id, input in
        var json: JSON = ["@id": .string(id), "@type": "MediaObject", "name": .string(input.name)]
        json["sha256"] = input.sha256.map { .string($0) }
        json["contentSize"] = .string("\(input.byteCount)")
        return json
      }
      + models.map { id, model in
        // A model's path may name folders of the machine.
        var json: JSON = ["@id": .string(id), "@type": "CreativeWork", "name": .string("model \(Path(model.name).name)")]
        json["sha256"] = model.sha256.map { .string($0) }
        return json
      }
      + parameters.map { id, parameter in
        ["@id": .string(id), "@type": "PropertyValue", "name": .string(parameter.name), "value": .string(parameter.value)]
      }
  }

  private static let profile = "https://w3id.org/ro/wfrun/process/0.5"

  private func describe(_ file: String) -> JSON {
    var json: JSON = ["@id": .string(file.percentEncodedPath), "@type": "File", "name": .string(file)]
    if let bytes = try? FileBytes.read("\(folder)/\(file)") {
      json["contentSize"] = .string("\(bytes.count)")
      json["sha256"] = .string(SHA256.hexDigest(of: bytes))
    }
    json["encodingFormat"] = Self.mediaTypes[Path(file).fileExtension.lowercased()].map { .string($0) }
    return json
  }

  private static let mediaTypes = [
    "csv": "text/csv", "json": "application/json", "jsonl": "application/jsonl", "sqlite": "application/vnd.sqlite3",
    "lock": "application/json", "svg": "image/svg+xml", "png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg", "tif": "image/tiff",
    "tiff": "image/tiff", "npy": "application/octet-stream", "nii": "application/octet-stream", "gz": "application/gzip",
    "nrrd": "application/octet-stream", "zip": "application/zip", "geojson": "application/geo+json", "xml": "application/xml",
    "txt": "text/plain", "dcm": "application/dicom", "html": "text/html", "pdf": "application/pdf",
    "seg": "text/plain",
  ]
}

// MARK: What is described

extension ROCrate {
  /// The results of a cohort, in their folder.
  package init(journal: CohortJournal, counts: CohortResults.Summary, in folder: String) {
    let plan = journal.plan
    let cases = "\(NumberFormat.grouped(counts.cases)) chest X-ray\(counts.cases == 1 ? "" : "s")"
    let sessions = journal.sessions
    self.init(
      Run(
        title: "Measurements of \(cases)",
        description:
          "One row per case from a script that segsh ran once for each of \(cases): \(NumberFormat.grouped(counts.measured)) measured, "
          + "\(NumberFormat.grouped(counts.failed)) failed. The column file_sha256 identifies the input of each row; run.json is the run record.",
        program: plan.program, script: FilePaths.exists("\(folder)/script.seg") ? "script.seg" : nil, scriptDigest: plan.script,
        parameters: plan.parameters.map { ($0.key, $0.value.stringValue ?? $0.value.text) }, inputs: [],
        models: journal.models.map { ($0.name, $0.sha256) },
        results: CohortResults.Format.allCases.map(\.fileName) + [
          CohortResults.failuresName, CohortResults.recordName, CohortJournal.name,
        ],
        started: sessions.first?["started"]?.stringValue),
      in: folder)
  }

  /// The path of a file in a folder that it lies in; nil for any other, and for one that is not there.
  public static func file(at path: String, in folder: String) -> String? {
    let (path, root) = (FilePaths.absolute(path), FilePaths.absolute(folder) + "/")
    return path.hasPrefix(root) && FilePaths.exists(path) ? String(path.dropFirst(root.count)) : nil
  }

  /// A script's results that were verified by its lock.
  /// - Parameters:
  ///   - script: The path of the script.
  ///   - results: What the run wrote, by the paths in the folder.
  public init(verified lock: RunLock, script: String, results: [String], in folder: String) {
    let name = Path(script).name
    self.init(
      Run(
        title: "Results of \(name)",
        description: "Tables and figures that a segsh script computed, verified by running it again with `segsh replay \(name) --verify`.",
        program: lock.program, script: Self.file(at: script, in: folder), scriptDigest: lock.script,
        parameters: lock.parameters.map { ($0.name, $0.literal) }, inputs: lock.run.inputs,
        models: lock.run.models.map { ($0.name, $0.sha256) },
        results: (Self.file(at: RunLock.path(beside: script), in: folder).map { [$0] } ?? []) + results),
      in: folder)
  }
}
