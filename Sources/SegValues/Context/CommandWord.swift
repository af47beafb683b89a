/// Names of commands that values and services write into lines, or look for in a lineage. The commands themselves are a floor above.
package enum CommandWord {
  package static let threshold = "threshold"
  package static let severity = "severity"
  package static let checkpoint = "checkpoint"
  /// The commands that correct a region by hand.
  package static let corrections: Set<String> = ["include", "exclude", "paint"]
}
