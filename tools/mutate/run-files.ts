import { runFile } from "../group.js";
import { watchLeaks } from "../leaks.js";

// Runs the test files that it is given, one after the other in this process, with the leak check that the gate has.

const [maxMs, ...files] = process.argv.slice(2);
watchLeaks();
for (const file of files) await runFile(file, Number(maxMs));
