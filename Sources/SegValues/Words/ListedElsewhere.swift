import SegLang

/// A type whose words the manual does not list: they depend on the machine, or have a list of their own.
package protocol ListedElsewhere: Value {}
