import { spawn } from "node:child_process";
import process from "node:process";

/** What opens an address on each system. The address is an argument of its own: no shell reads it. */
const OPENERS: Readonly<Partial<Record<NodeJS.Platform, readonly [command: string, ...rest: string[]]>>> = {
  darwin: ["open"],
  win32: ["rundll32", "url.dll,FileProtocolHandler"],
};

/** Opens an address in the browser of whoever sits at the terminal. Where that does not work nothing happens: the address is printed. */
export function openBrowser(url: string): void {
  const [command, ...before] = OPENERS[process.platform] ?? ["xdg-open"];
  const child = spawn(command, [...before, url], { stdio: "ignore", detached: true });
  child.on("error", () => undefined);
  child.unref();
}
