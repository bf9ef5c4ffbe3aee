// Runs the checker: Python in WebAssembly, with SymPy, FLINT and gdssm, all from this site.
import {loadPyodide} from "./pyodide/pyodide.mjs";

const here = new URL(".", import.meta.url).href;
let checked;

function tell(what) {
  postMessage({progress: what});
}

async function load() {
  tell("loading Python (1 of 3)");
  const pyodide = await loadPyodide({indexURL: `${here}pyodide/`});
  tell("loading SymPy, FLINT and gdssm (2 of 3)");
  const {packages, wheels} = await (await fetch(`${here}python.json`)).json();
  const archive = await (await fetch(here + packages)).arrayBuffer();
  pyodide.unpackArchive(archive, "zip", {extractDir: pyodide.runPython("import site; site.getsitepackages()[0]")});
  await pyodide.loadPackage(wheels.map((wheel) => here + wheel));
  tell("starting the checker (3 of 3)");
  checked = pyodide.runPython("from derivations.report.in_browser import checked\nchecked");
  postMessage({ready: true});
}

const loaded = load().catch((error) => postMessage({failed: String(error)}));

onmessage = async ({data: text}) => {
  await loaded;
  if (checked === undefined) return;
  try {
    postMessage({result: JSON.parse(checked(text))});
  } catch (error) {
    postMessage({failed: String(error).trim().split("\n").at(-1)});
  }
};
