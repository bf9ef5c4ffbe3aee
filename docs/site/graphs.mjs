// Draws graphs: from standard input a list of texts for Graphviz in JSON, to standard output as many SVGs.
import {readFileSync} from "node:fs";
import {pathToFileURL} from "node:url";

const {instance} = await import(pathToFileURL(process.argv[2]));
const viz = await instance();
const graphs = JSON.parse(readFileSync(0, "utf8"));
process.stdout.write(JSON.stringify(graphs.map((graph) => viz.renderString(graph, {format: "svg"}))));
