/** A real browser for tests: the Chromium of the machine, with everything it asks for ending on loopback. */

import { X509Certificate, createHash } from "node:crypto";

import { chromium } from "playwright-core";
import type { Browser, BrowserContext, Page } from "playwright-core";

import { chromiumPath } from "./chromium-path.ts";

export { chromiumPath } from "./chromium-path.ts";
export type { BrowserContext, Page } from "playwright-core";

/** A browser that runs. One for each test file is enough: every {@link Chromium.open} is as if the browser were new. */
export interface Chromium extends AsyncDisposable {
  /** A window of its own, with no cookies yet. It ends with `using`, or with the browser. */
  open(): Promise<BrowserWindow>;
}

/** One window: what a person at a browser has. */
export interface BrowserWindow extends AsyncDisposable {
  readonly page: Page;
  readonly context: BrowserContext;
}

/** What the browser believes of the world. */
export interface ChromiumOptions {
  /**
   * Hosts that end at one port of loopback, whatever port the address has: `{ "auth.example.com": 41234 }` lets
   * `https://auth.example.com/` reach a server at 127.0.0.1:41234. Every other name ends at loopback too, at the port that the
   * address has.
   */
  readonly hosts?: Readonly<Record<string, number>>;
  /** Certificates in PEM that are believed though nobody of weight signed them, for whatever name. No others are. */
  readonly certificates?: readonly string[];
}

/**
 * Starts the browser, without a screen.
 *
 * @throws Error when the machine has none: ask {@link chromiumPath} before.
 */
export async function startChromium(options: ChromiumOptions = {}): Promise<Chromium> {
  const executablePath = chromiumPath();
  if (executablePath === undefined) throw new Error("this machine has no Chromium");
  const browser = await chromium.launch({
    executablePath,
    // The kernel refuses Chromium's own sandbox to root.
    chromiumSandbox: process.getuid?.() !== 0,
    args: [
      `--host-resolver-rules=${resolverRules(options.hosts ?? {})}`,
      "--no-proxy-server",
      ...trust(options.certificates ?? []),
    ],
  });
  return { open: () => openWindow(browser), [Symbol.asyncDispose]: () => browser.close() };
}

/** The first rule that fits a host counts. */
function resolverRules(hosts: Readonly<Record<string, number>>): string {
  const own = Object.entries(hosts).map(([host, port]) => `MAP ${host} 127.0.0.1:${port}`);
  return [...own, "MAP * 127.0.0.1"].join(", ");
}

/** By their keys, so that every other bad certificate stays one. */
function trust(certificates: readonly string[]): readonly string[] {
  if (certificates.length === 0) return [];
  const keys = certificates.map((pem) => {
    const key = new X509Certificate(pem).publicKey.export({ type: "spki", format: "der" });
    return createHash("sha256").update(key).digest("base64");
  });
  return [`--ignore-certificate-errors-spki-list=${keys.join(",")}`];
}

async function openWindow(browser: Browser): Promise<BrowserWindow> {
  const context = await browser.newContext();
  context.setDefaultTimeout(30_000);
  const page = await context.newPage();
  return { page, context, [Symbol.asyncDispose]: () => context.close() };
}
