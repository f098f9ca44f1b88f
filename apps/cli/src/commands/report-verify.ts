import { createHash } from "node:crypto";
import { existsSync, readFileSync, statSync } from "node:fs";
import { basename, resolve } from "node:path";
import type { MigrationError } from "@cognito-to-descope/core";
import { usageError } from "../errors.ts";
import { EXIT_CODES } from "../exit-codes.ts";
import type { Command, Invocation } from "../invocation.ts";
import { printable } from "../output/printable.ts";
import { prepareConfig } from "../prepare.ts";
import { isSignatureOf, readPublicKey, SIGNATURE_SUFFIX } from "../record/signature.ts";
import { extractReport } from "../report/embedded-report.ts";
import { laterSchemaVersion, type SealedDocument } from "../report/sealed-document.ts";
import { verifyAgainstStore } from "../report/verify-against-store.ts";
import { type Check, verifyReport } from "../report/verify-report.ts";
import { packageVersion } from "../version.ts";

interface ReportVerifyOptions {
  readonly publicKey?: string;
  readonly signature?: string;
  readonly head?: string;
}

/** No report is larger; a file that is, is something else. */
const MOST_BYTES = 256 * 1024 * 1024;

/** Checks a report by itself, by its signature, and against the state store where there is one. */
export const reportVerify: Command<ReportVerifyOptions> = async (invocation) => {
  const { host, output, options, operands } = invocation;
  const [named = ""] = operands;
  const path = resolve(host.cwd, named);
  const bytes = readReport(path);
  const key = options.publicKey === undefined ? undefined : readPublicKey(options.publicKey, host.cwd);
  const verified = verifyReport(bytes.toString("utf8"), packageVersion());
  if (verified === undefined) throw noReport(basename(path), bytes.toString("utf8"));
  const { report } = verified;
  const signature =
    options.signature === undefined ? `${path}${SIGNATURE_SUFFIX}` : resolve(host.cwd, options.signature);
  const checks: Check[] = [
    ...verified.checks,
    checkSignature(bytes, signature, key),
    ...(options.head === undefined ? [] : [checkHead(report, options.head)]),
    ...(await checkStore(invocation, report, bytes)),
  ];
  const problems = checks.flatMap((check) => check.problems);
  output.line(
    output.style("bold", `${report.kind} report of ${report.createdAt}, made by ${printable(report.toolVersion)}`),
  );
  for (const check of checks) printCheck(check, output);
  output.document({
    kind: report.kind,
    hash: report.integrity.hash,
    verdict: problems.length === 0 ? "unchanged" : "changed",
    checks: checks.map(({ what, problems: found, skipped }) => ({ what, problems: found, skipped: skipped ?? null })),
  });
  return problems.length === 0 ? EXIT_CODES.done : EXIT_CODES.incomplete;
};

function readReport(path: string): Buffer {
  const name = printable(basename(path));
  const suggestion = "name the JSON or HTML file of a report";
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) throw usageError(`there is no file ${name}`, suggestion);
  if (found.isDirectory()) throw usageError(`${name} is a directory`, suggestion);
  if (found.size > MOST_BYTES) throw usageError(`${name} is larger than any report`, suggestion);
  try {
    return readFileSync(path);
  } catch {
    throw usageError(`${name} cannot be read`, "make it readable for this user");
  }
}

function noReport(name: string, text: string): MigrationError {
  const version = laterSchemaVersion(extractReport(text) ?? text);
  if (version !== undefined) {
    return usageError(
      `${printable(name)} was made by a later version, with schema version ${version} of reports`,
      "verify it with that version",
    );
  }
  return usageError(
    `${printable(name)} is no sealed report, or not the whole of one`,
    "name the JSON or HTML file of a report of this product",
  );
}

function checkSignature(bytes: Buffer, path: string, key: ReturnType<typeof readPublicKey> | undefined): Check {
  const what = "the signature is that of this file";
  const isThere = existsSync(path);
  if (key === undefined) {
    const skipped = isThere ? "there is a signature: --public-key checks it" : "the report is not signed";
    return { what, problems: [], skipped };
  }
  if (!isThere) return { what, problems: [`there is no signature ${printable(basename(path))}`] };
  const isTrue = isSignatureOf(bytes, readFileSync(path), key);
  return { what, problems: isTrue ? [] : ["the signature is not that of this file, or of another key"] };
}

/** Whether a hash that was kept elsewhere is that of an event on record. */
function checkHead({ records }: SealedDocument, head: string): Check {
  const isThere = records.some(
    ({ events, head: end }) => end?.hash === head || events.some(({ hash }) => hash === head),
  );
  return {
    what: "the record leads over the hash that was kept elsewhere",
    problems: isThere
      ? []
      : ["no event on record has the hash that was kept elsewhere: the record was made anew, or is another one"],
  };
}

async function checkStore(
  invocation: Invocation<ReportVerifyOptions>,
  report: SealedDocument,
  bytes: Buffer,
): Promise<readonly Check[]> {
  const { state } = await prepareConfig(invocation, { source: false, target: false });
  const what = "the state store agrees";
  if (report.records.length === 0) {
    return [{ what, problems: [], skipped: "the report is about no run, so there is nothing to compare with" }];
  }
  if (!(await state.exists())) {
    if (invocation.options.state !== undefined) throw usageError("there is no such state store", "check --state");
    return [{ what, problems: [], skipped: "there is no state store here: --state names one" }];
  }
  await using store = await state.open();
  const page =
    extractReport(bytes.toString("utf8")) === undefined ? undefined : createHash("sha256").update(bytes).digest("hex");
  return await verifyAgainstStore(report, { store, page, signal: invocation.host.signal });
}

function printCheck({ what, problems, skipped }: Check, output: Invocation["output"]): void {
  if (skipped !== undefined) output.line(`  ${output.style("dim", "–")}      ${printable(skipped)}`);
  else if (problems.length === 0) output.line(`  ${output.style("green", "ok")}     ${printable(what)}`);
  for (const problem of problems) output.line(`  ${output.style("red", "wrong")}  ${printable(problem)}`);
}
