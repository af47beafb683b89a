import SegLang

extension Manual {
  /// The commands to begin with, by task; all others are in ``list(of:columns:)``.
  package static let tasks: [(name: String, commands: [String])] = [
    ("See", ["load", "show", "zoom", "overlay", "plot", "view", "info"]),
    ("Segment", ["segment", "threshold", "region-growing", "watershed"]),
    ("Correct", ["include", "exclude", "paint", "morph-open", "fill-holes"]),
    ("Measure", ["severity", "regions", "explain", "sensitivity", "measure-distance"]),
    ("Compare", ["compare", "compare-images", "diff", "register", "lung-symmetry"]),
    ("Many cases", ["load-cases", "each", "where", "sort", "sweep"]),
    ("Share", ["save", "report", "redact", "find-text"]),
  ]

  /// First steps and the main commands by task: at most 20 lines of 79 characters where `columns` allows it.
  /// - Parameter columns: where lines are broken, between words; nil: nowhere.
  public static func overview(of registry: Registry, columns: Int? = nil) -> String {
    let columns = columns ?? .max
    let starts = [
      ("load chest.png | segment | severity", "Measures the opacity in a chest X-ray."),
      ("phantom | segment | show", "Shows a segmentation, without an X-ray of your own."),
    ]
    let pointers = [
      ("help COMMAND", "Explains a command: help threshold"), ("help all", "Lists all \(registry.names.count) commands."),
      ("? WORD", "Searches the help at the prompt: ? blur"), ("lesson", "Starts a lesson, with exercises."),
    ]
    func rows(_ rows: [(String, String)]) -> [String] {
      let width = rows.map(\.0.count).max() ?? 0
      return rows.flatMap { row($0.0, width, $0.1, columns: columns) }
    }
    let commands = tasks.map { ($0.name, $0.commands.joined(separator: ", ")) }
    return joined(["First steps"] + rows(starts) + ["", "Commands by task"] + rows(commands) + ["", "More help"] + rows(pointers))
  }
}
