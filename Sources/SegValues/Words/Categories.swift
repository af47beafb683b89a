import SegLang

extension Category {
  package static let files = Category("Files", rank: 1)
  package static let segmentation = Category("Segmentation", rank: 2)
  package static let masks = Category("Masks", rank: 3)
  package static let correcting = Category("Correction", rank: 4)
  package static let measuring = Category("Measurement", rank: 5)
  package static let cases = Category("Cases and tables", rank: 6)
  package static let text = Category("Text", rank: 7)
  package static let intensity = Category("Intensity", rank: 8)
  package static let filters = Category("Filters", rank: 9)
  package static let geometry = Category("Geometry", rank: 10)
  package static let seeing = Category("Display", rank: 11)
  package static let lessons = Category("Lessons", rank: 12)
  package static let help = Category("Help", rank: 13)
}
