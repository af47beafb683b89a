/// Names of commands that values and services write into lines, or look for in a lineage. The commands themselves are a floor above.
package enum CommandWord {
  package static let threshold = "threshold"
  package static let severity = "severity"
  package static let checkpoint = "checkpoint"
  package static let calibrate = "calibrate"
  package static let register = "register"
  package static let lesson = "lesson"
  package static let handout = "handout"
  package static let review = "review"
}
