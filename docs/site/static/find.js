// The page of the search: what is asked for by its name stands above what was found in the text.
"use strict";

const MOST = 10;
const FORMULA = /<(span|div) class="tex[^"]*">[^<]*<\/\1>/g;

// Below what was found in the text stands a part of it, in which TeX says nothing. From a folder no page may be read.
function showExcerpts() {
  if (location.protocol === "file:") DOCUMENTATION_OPTIONS.SHOW_SEARCH_SUMMARY = false;
  const text = Search.htmlToText;
  const place = (anchor) => anchor && `#${CSS.escape(anchor.slice(1))}`; // P2.T1 is a name, and not of a class T1
  Search.htmlToText = (page, anchor) => text(page.replaceAll(FORMULA, "…"), place(anchor));
}

// A name as it is compared: equation 18, Eq 18 and (18) of Eq. 18 are one.
function key(text) {
  return text
    .toLowerCase()
    .replaceAll(/\b(eqs?|equations?)\b/g, "eq")
    .replaceAll(/\b(props?|propositions?)\b/g, "proposition")
    .replaceAll(/\b(figs?|figures?) ?(?=\d)/g, "figure ")
    .replaceAll(/[^\p{L}\p{N}§]+/gu, " ")
    .trim();
}

// 3: the name itself, 2: it begins so, 1: all words stand in the name or the title.
function closeness(asked, [names, title]) {
  const known = names.map(key);
  if (known.includes(asked)) return 3;
  if (known.some((one) => one.startsWith(`${asked} `))) return 2;
  const words = new Set(key([...names, title].join(" ")).split(" "));
  return asked.split(" ").every((one) => words.has(one)) ? 1 : 0;
}

function find() {
  const results = document.getElementById("search-results");
  const asked = key(new URLSearchParams(location.search).get("q") ?? "");
  if (results === null || asked === "") return;
  const found = NAMED.map((entry) => [closeness(asked, entry), entry]).filter(([close]) => close > 0);
  found.sort(([one], [other]) => other - one);
  if (found.length === 0) return;
  const list = document.createElement("ol");
  list.id = "named";
  for (const [, [, title, address, verdict]] of found.slice(0, MOST)) {
    const item = document.createElement("li");
    const link = document.createElement("a");
    link.href = address;
    link.textContent = title;
    item.append(link, verdict ? ` (${verdict})` : "");
    list.append(item);
  }
  const title = document.createElement("h2");
  title.textContent = "By name";
  results.before(title, list);
}

showExcerpts();
find();
