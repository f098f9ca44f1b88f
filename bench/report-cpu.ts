// Loaded before the program of a bench: writes the CPU time of its process to the file that C2D_BENCH_CPU names, at its end.
import { writeFileSync } from "node:fs";

const file = process.env["C2D_BENCH_CPU"];
if (file !== undefined) process.on("exit", () => writeFileSync(file, JSON.stringify(process.cpuUsage())));
