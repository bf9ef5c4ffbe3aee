// What a reader does with a page beside reading it: open and fold, rest the mouse on a place, use the keyboard.
"use strict";

const SCROLLING = ".display, .graph, .table-wrapper, .cards td, pre";

// A button that opens or folds all; what is open when a page is printed is printed.
function offerToOpen() {
  const folded = [...document.querySelectorAll("article details")];
  const title = document.querySelector("article h1");
  if (folded.length < 2 || title === null) return;
  const button = document.createElement("button");
  const tell = () => { button.textContent = folded.every((one) => one.open) ? "Fold all" : "Open all, as to print it"; };
  button.className = "open-all";
  button.type = "button";
  button.onclick = () => {
    const open = !folded.every((one) => one.open);
    for (const one of folded) one.open = open;
    tell();
  };
  for (const one of folded) one.addEventListener("toggle", tell);
  tell();
  title.after(button);
}

// What a folded place holds, for as long as a mouse rests on its title.
function showInPassing() {
  const shown = document.createElement("div");
  let waiting;
  const hide = () => { clearTimeout(waiting); shown.remove(); };
  shown.id = "in-passing";
  shown.setAttribute("role", "tooltip");
  for (const details of document.querySelectorAll("#the-paper-place-by-place details")) {
    const title = details.querySelector("summary");
    title.addEventListener("pointerenter", ({pointerType}) => {
      if (pointerType !== "mouse" || details.open) return;
      waiting = setTimeout(() => {
        shown.replaceChildren(...[...details.children].slice(1).map((part) => part.cloneNode(true)));
        details.after(shown);
        shown.style.top = `${details.offsetTop + details.offsetHeight}px`;
        setWithin(shown);
      }, 200);
    });
    for (const event of ["pointerleave", "click"]) title.addEventListener(event, hide);
  }
  addEventListener("keydown", ({key}) => { if (key === "Escape") hide(); });
}

// The menus of the theme are labels of hidden checkboxes; here the keyboard reaches them.
function letKeyboardIn() {
  const names = {__navigation: "Menu", __toc: "On this page"};
  for (const label of document.querySelectorAll("label[for]:not(.overlay)")) {
    const box = document.getElementById(label.htmlFor);
    if (box?.type !== "checkbox") continue;
    const tell = () => label.setAttribute("aria-expanded", box.checked);
    label.tabIndex = 0;
    label.setAttribute("role", "button");
    label.setAttribute("aria-label", names[box.id] ?? "Pages below this one");
    box.addEventListener("change", tell);
    tell();
    label.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      label.click();
      if (box.checked && box.id in names) drawer(box).querySelector("input, a")?.focus();
    });
  }
  addEventListener("keydown", ({key}) => {
    if (key !== "Escape") return;
    for (const id in names) {
      const box = document.getElementById(id);
      if (box?.checked && drawer(box).contains(document.activeElement)) {
        box.click();
        [...document.querySelectorAll(`label[for=${id}]`)].find((one) => one.offsetParent !== null)?.focus();
      }
    }
  });
}

// The key of the search opens the menu that its field is in, before the theme goes to the field.
function openForSearch() {
  const box = document.getElementById("__navigation");
  const field = document.querySelector(".sidebar-drawer input[name=q]");
  addEventListener("keydown", ({key, target, altKey, ctrlKey, metaKey}) => {
    if (key !== "/" || altKey || ctrlKey || metaKey || target.closest("input, textarea, select, button")) return;
    if (field !== null && getComputedStyle(field).visibility === "hidden") box.click();
  }, true);
}

function drawer(box) {
  return document.querySelector(box.id === "__toc" ? ".toc-drawer" : ".sidebar-drawer");
}

// What is wider than the screen can be scrolled with the keyboard.
function letKeyboardScroll() {
  for (const element of document.querySelectorAll(SCROLLING)) {
    if (element.scrollWidth > element.clientWidth + 1) element.tabIndex = 0;
  }
}

// On a narrow screen, and in print, a row is a block in which each cell has its name.
function nameCells() {
  for (const table of document.querySelectorAll(".cards table")) {
    const names = [...table.querySelectorAll("th")].map((one) => one.textContent);
    for (const row of table.tBodies[0].rows) {
      for (const [k, cell] of [...row.cells].entries()) {
        cell.dataset.name = names[k];
        cell.classList.toggle("nothing", cell.textContent.trim() === "");
      }
    }
  }
}

nameCells();
offerToOpen();
showInPassing();
letKeyboardIn();
openForSearch();
letKeyboardScroll();
addEventListener("resize", letKeyboardScroll);
for (const details of document.querySelectorAll("details")) details.addEventListener("toggle", letKeyboardScroll);
