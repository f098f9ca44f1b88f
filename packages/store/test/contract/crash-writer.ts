// Writes to the state store that the first argument names until it is killed. Prints a line for each call whose promise was
// resolved, and only then goes on.
import { writeSync } from "node:fs";
import process from "node:process";
import { openStateStore } from "../../src/open-state-store.ts";
import { aPoolUser, created, planned, subOf } from "./samples.ts";

const location = process.argv[2] as string;
const start = Number(process.argv[3]);
const store = await openStateStore(location);

for (let n = start; ; n++) {
  const users = Array.from({ length: 60 }, (_, index) => aPoolUser(subOf(n * 60 + index)));
  await store.appendSourceUsers("run-1", 0, users, "users:0", { next: String(n + 1), complete: false, at: n });
  acknowledge("page", n);
  const seqs = Array.from({ length: 20 }, (_, index) => n * 20 + index + 1);
  await store.appendPlanItems(
    "run-1",
    seqs.map((seq) => planned(seq, [`user${seq}`])),
  );
  acknowledge("plan", n);
  const batch = await store.openBatch("run-1", seqs);
  acknowledge("open", batch);
  await store.closeBatch("run-1", batch, seqs.map(created));
  acknowledge("close", batch);
}

function acknowledge(what: string, n: number): void {
  // Written at once and in whole: a line that is there was acknowledged. Whoever reads may be behind, and the pipe full.
  for (;;) {
    try {
      writeSync(1, `${what} ${n}\n`);
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EAGAIN") throw error;
    }
  }
}
