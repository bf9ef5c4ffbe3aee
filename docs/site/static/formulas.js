// Sets the formulas with KaTeX: those that are on the page at once, those that are folded when they are opened.
"use strict";

const LETTERS = {"\\R": "\\mathbb{R}"};
const EXPANSIONS = 100_000; // of macros: the longest formula needs more than KaTeX's own 1000

function set(element) {
  const tex = element.textContent;
  katex.render(tex, element, {displayMode: element.classList.contains("display"), macros: {...LETTERS}, maxExpand: EXPANSIONS, throwOnError: true});
  element.classList.replace("tex", "set");
}

function setWithin(root) {
  for (const element of root.querySelectorAll(".tex")) {
    const folded = element.closest("details:not([open])");
    const inSummary = folded !== null && element.closest("summary")?.parentElement === folded && !folded.parentElement.closest("details:not([open])");
    if (folded === null || inSummary) set(element);
  }
}

function open(target) {
  for (let details = target?.closest("details"); details; details = details.parentElement.closest("details")) details.open = true;
}

function go() {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (target === null) return;
  open(target);
  target.scrollIntoView();
}

for (const details of document.querySelectorAll("details")) {
  details.addEventListener("toggle", () => details.open && setWithin(details));
}
setWithin(document);
go();
addEventListener("hashchange", go);
// What is opened in order to be printed has its letters.
for (const font of document.fonts) if (font.family.includes("KaTeX")) font.load();
