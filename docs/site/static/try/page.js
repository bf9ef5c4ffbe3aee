// The page on which a file is edited and checked. The checker runs in a worker, which Stop ends.
"use strict";

const LIMIT_S = 120;
const FIRST = "gallery/deltanet";
const at = (id) => document.getElementById(id);
const base = new URL(".", document.currentScript.src).href;
const SHARED = "The file is in the address of this page now, which you can send.";
let worker, began, clock;
let judged; // the text of the last verdict
let stopped = ""; // what is said of the last check, while the checker is loaded again
let chosen = "", own; // the file of the list that is shown; the text of the reader's own that it has replaced

function say(text) {
  at("status").textContent = text;
}

function start() {
  worker = new Worker(`${base}worker.js`, {type: "module"});
  worker.onerror = (event) => end(`The checker could not be started: ${event.message}`);
  worker.onmessage = ({data}) => {
    if (data.progress && began === undefined) say(`${stopped}${data.progress} …`);
    if (data.ready && began === undefined) say(`${stopped}Ready.`);
    if (data.failed) end(data.failed);
    if (data.result) show(data.result);
  };
}

function end(text) {
  clearInterval(clock);
  began = undefined;
  at("check").disabled = false;
  at("stop").disabled = true;
  say(text);
}

function stop(why) {
  worker.terminate();
  end(why);
  stopped = `${why} There is no verdict. `;
  start();
}

function check() {
  began = performance.now();
  stopped = "";
  at("check").disabled = true;
  at("stop").disabled = false;
  at("verdict").replaceChildren();
  judged = at("file").value;
  compare();
  worker.postMessage(judged);
  clock = setInterval(() => {
    const seconds = Math.round((performance.now() - began) / 1000);
    say(`checking, ${seconds} s …`);
    if (seconds >= LIMIT_S) stop(`Stopped after ${LIMIT_S} s: that is the limit here; on the command line, gdssm check has none.`);
  }, 200);
}

function after() {
  return `after ${((performance.now() - began) / 1000).toFixed(1)} s`;
}

function show({error, verdict, expected, told, proof}) {
  const remark = !expected ? "" : expected === verdict ? ", as the file expects" : `; the file expects: ${expected}`;
  end(error ? "The file cannot be checked." : `${verdict[0].toUpperCase()}${verdict.slice(1)}, ${after()}${remark}.`);
  if (error) {
    at("verdict").textContent = error;
    compare();
    return;
  }
  at("verdict").innerHTML = told; // written by gdssm, which escapes all that stands in the file
  if (proof) {
    const details = document.createElement("details");
    details.innerHTML = `<summary>The proof, line by line</summary>${proof}`;
    details.addEventListener("toggle", () => details.open && setWithin(details));
    at("verdict").append(details);
  }
  setWithin(at("verdict"));
  compare();
}

// A verdict on a text that has been changed since says so.
function compare() {
  const changed = judged !== undefined && judged !== at("file").value;
  at("verdict").classList.toggle("stale", changed);
  at("changed").hidden = !changed || at("verdict").childNodes.length === 0;
}

// The text is no longer that of a file in the list, nor the one in the address.
function edited() {
  at("example").value = chosen = "";
  at("kept").hidden = true;
  keep();
  compare();
}

// The text is not the one in the address; Back finds it again.
function keep() {
  history.replaceState({text: at("file").value, example: at("example").value, own}, "", location.pathname);
  unshared();
}

function unshared() {
  if (at("status").textContent === SHARED) say("");
}

async function packed(text) {
  const stream = new Blob([text]).stream().pipeThrough(new CompressionStream("deflate-raw"));
  const bytes = new Uint8Array(await new Response(stream).arrayBuffer());
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

async function unpacked(text) {
  const bytes = Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (one) => one.charCodeAt(0));
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"))).text();
}

async function share() {
  history.replaceState(null, "", `#file=${await packed(at("file").value)}`);
  say(SHARED);
}

async function begin() {
  if (location.protocol === "file:") {
    say("This page needs a web server, such as: python -m http.server --directory site. The other pages do not.");
    return;
  }
  const examples = await (await fetch(`${base}examples.json`)).json();
  at("example").append(new Option("a text of your own", ""));
  for (const [group, files] of Object.entries(examples)) {
    const options = document.createElement("optgroup");
    options.label = group;
    for (const name of Object.keys(files)) options.append(new Option(name, `${group}/${name}`));
    at("example").append(options);
  }
  const take = (path) => {
    const [group, name] = path.split("/");
    at("file").value = examples[group][name];
    at("example").value = chosen = path;
    compare();
  };
  at("example").onchange = ({target}) => {
    if (chosen === "") own = at("file").value;
    if (target.value !== "") take(target.value);
    else {
      at("file").value = own ?? at("file").value;
      chosen = "";
      compare();
    }
    at("kept").hidden = chosen === "" || own === undefined;
    keep();
  };
  at("file").oninput = edited;
  const read = async () => {
    const [key, value] = location.hash.slice(1).split("=");
    let wrong = "";
    if (key === "file") {
      try {
        at("file").value = await unpacked(value);
        at("example").value = chosen = "";
      } catch {
        wrong = "The file in the address is damaged, so that this is DeltaNet. ";
      }
    } else if (key === "example") {
      if (examples.gallery[value]) take(`gallery/${value}`);
      else wrong = `The gallery has no file ${value}, so that this is DeltaNet. `;
    }
    if (wrong !== "" || (key === "" && history.state === null) || at("file").value === "") take(FIRST);
    if (history.state !== null) {
      at("file").value = history.state.text;
      at("example").value = chosen = history.state.example;
      own = history.state.own;
    }
    at("address").textContent = wrong;
    at("address").hidden = wrong === "";
    unshared();
    compare();
  };
  await read();
  addEventListener("hashchange", read);
  at("check").onclick = check;
  at("stop").onclick = () => stop(`Stopped ${after()}.`);
  at("share").onclick = share;
  for (const id of ["check", "share", "example"]) at(id).disabled = false;
  start();
}

begin();
