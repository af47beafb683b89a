import ImageOps

extension ImageCheck.Doubt {
  /// What the header of the file says against a frontal X-ray of an adult's chest; nil where it says nothing against it. It comes before what the image itself raises.
  init?(_ examination: Examination) {
    switch (examination.technique, examination.bodyPart, examination.view) {
    case (.ct?, _, _): self = .headerCT
    case (.other?, _, _): self = .headerModality
    case (_, .other?, _): self = .headerBodyPart
    case (_, _, .lateral?): self = .headerLateral
    case (_, _, .oblique?): self = .headerOblique
    case (_, _, .decubitus?): self = .headerDecubitus
    // Some devices state a side for every chest; there, body part and view decide.
    case (_, let part, let view) where examination.isOneSided && !(part == .chest && view == .frontal): self = .headerLaterality
    default:
      guard examination.isOfChild else { return nil }
      self = .child
    }
  }
}
