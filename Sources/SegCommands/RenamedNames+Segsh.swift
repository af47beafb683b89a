import SegLang

extension RenamedNames {
  /// The names before the first release, by the names that replace them.
  static let segsh = RenamedNames(
    commands: [
      "compare-pictures": "compare-images", "components": "connected-components", "cover": "redact", "diffuse": "anisotropic-diffusion",
      "distance": "distance-transform", "equalise": "equalize", "fragility": "sensitivity", "grow": "region-growing",
      "local-normalise": "local-normalize", "normalise": "normalize", "peaks": "h-maxima", "rescale": "rescale-intensity",
      "ruler": "measure-distance", "skeletonise": "skeletonize", "smooth": "gaussian-filter", "stretch": "stretch-contrast",
      "threshold-multi": "threshold-multiotsu",
    ],
    options: [
      "active-contour": ["steps": "iterations", "push": "balloon", "evenness": "threshold"],
      "affine": ["taller": "scale_y", "wider": "scale_x", "across": "right", "method": "interpolation"],
      "anisotropic-diffusion": ["steps": "iterations", "contrast": "kappa", "rate": "time_step", "rule": "conductance"],
      "bilateral-filter": ["contrast": "sigma_intensity"],
      "black-hat": ["pattern": "footprint"],
      "checkpoint": ["truth": "reference", "within": "tolerance"],
      "clahe": ["limit": "clip_limit"],
      "convex-hull": ["each": "per_region"],
      "difference-of-gaussians": ["low": "low_sigma", "high": "high_sigma"],
      "explain": ["fragility": "sensitivity"],
      "fill-holes": ["largest": "max_area"],
      "guided-filter": ["contrast": "sigma_intensity"],
      "median-filter": ["rank": "percentile"],
      "morph-close": ["pattern": "footprint"],
      "morph-dilate": ["pattern": "footprint"],
      "morph-erode": ["pattern": "footprint"],
      "morph-gradient": ["pattern": "footprint"],
      "morph-open": ["pattern": "footprint"],
      "non-local-means": ["noise": "sigma", "patch": "patch_radius", "search": "search_radius"],
      "overlay": ["opacity": "alpha"],
      "pad": ["rule": "mode"],
      "plot": ["truth": "reference"],
      "register": ["model": "transform", "method": "interpolation"],
      "rescale-intensity": ["low": "in_low", "high": "in_high", "to_low": "out_low", "to_high": "out_high"],
      "resize": ["method": "interpolation"],
      "rotate": ["method": "interpolation"],
      "save": ["form": "format", "regions": "encoding"],
      "segment": ["lung_level": "lung_threshold", "opacity_level": "opacity_threshold"],
      "skeletonize": ["steps": "iterations"],
      "top-hat": ["pattern": "footprint"],
      "translate": ["across": "right", "method": "interpolation"],
      "vesselness": [
        "count": "scales", "factor": "scale_factor", "percentile": "gamma_percentile", "sensitivity": "beta",
      ],
    ],
    choices: [
      "pad": ["mode": ["black": "constant"]], "plot": ["kind": ["points": "scatter"]], "save": ["recipe": ["nameless": "anonymous"]],
    ])
}
