// The theme gives its search no name, and leaves what scrolls out of the keyboard's reach.
document.addEventListener("DOMContentLoaded", () => {
  document.querySelectorAll(".md-search").forEach((search) => search.setAttribute("aria-label", "Search"));
  document.querySelectorAll(".md-search__scrollwrap, .md-typeset__scrollwrap, .md-typeset pre").forEach((region) => {
    region.tabIndex = 0;
  });
});
