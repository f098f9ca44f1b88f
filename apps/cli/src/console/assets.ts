import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { extname, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { MigrationError } from "@cognito-to-descope/core";
import { type Context, Hono } from "hono";

/** Where the page is, below the root of whoever serves it. */
export const PAGE_BASE = "/console";

/** One file of the page. */
interface Asset {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly gzipped: Uint8Array<ArrayBuffer> | undefined;
  readonly type: string;
  readonly etag: string;
}

/** The files of the page by their path, such as `assets/index-1a2b.js`. What is not in there is not served, whatever its path. */
export type Assets = ReadonlyMap<string, Asset>;

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".json": "application/json",
  ".woff2": "font/woff2",
};

/**
 * Reads the files of the built page, which stay in memory.
 *
 * @throws MigrationError `ERR_USAGE` when the page is not there.
 */
export async function readAssets(directory: URL): Promise<Assets> {
  const root = fileURLToPath(directory);
  const assets = new Map<string, Asset>();
  for (const entry of await readdir(root, { recursive: true, withFileTypes: true }).catch(() => [])) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const bytes = new Uint8Array(await readFile(path));
    const gzipped = new Uint8Array(gzipSync(bytes));
    assets.set(relative(root, path).split(sep).join("/"), {
      bytes,
      gzipped: gzipped.length < bytes.length ? gzipped : undefined,
      type: TYPES[extname(entry.name)] ?? "application/octet-stream",
      etag: `"${createHash("sha256").update(bytes).digest("base64url").slice(0, 22)}"`,
    });
  }
  if (!assets.has("index.html")) {
    throw new MigrationError("ERR_USAGE", "the page of the console is not there", {
      suggestion: "in a checkout `npm run build` makes it; an installed package has it: install it again",
    });
  }
  return assets;
}

/** Serves the page. Every path below it that names no file is the page itself, which knows what to show there. */
export function assetRoutes(assets: Assets): Hono {
  const routes = new Hono();
  const index = assets.get("index.html");
  const serve = (c: Context): Response | Promise<Response> => {
    const path = c.req.path.slice(PAGE_BASE.length + 1);
    const asset = assets.get(path);
    if (asset !== undefined && path !== "index.html") return answer(c, asset, "public, max-age=31536000, immutable");
    // A file that is asked for and not there is no page.
    if (path.startsWith("assets/") || index === undefined) return c.notFound();
    return answer(c, index, "no-cache");
  };
  routes.get(PAGE_BASE, (c) => c.redirect(`${PAGE_BASE}/`));
  routes.get(`${PAGE_BASE}/*`, serve);
  return routes;
}

function answer(c: Context, { bytes, gzipped, type, etag }: Asset, cacheControl: string): Response {
  const headers = { "content-type": type, "cache-control": cacheControl, etag, vary: "accept-encoding" };
  if (c.req.header("if-none-match") === etag) return c.body(null, 304, headers);
  const zips = gzipped !== undefined && /\bgzip\b/.test(c.req.header("accept-encoding") ?? "");
  return zips ? c.body(gzipped, 200, { ...headers, "content-encoding": "gzip" }) : c.body(bytes, 200, headers);
}
