import SegLang
import SegModel

/// Hears of each image that a command segments although it failed the image check; nobody by default.
package enum DoubtService: ServiceKey {
  package static var fallback: @Sendable (ImageCheck.Doubt) -> Void { { _ in } }
}
