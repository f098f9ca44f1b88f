import { join, resolve } from "node:path";
import {
  eventsUrlProblem,
  FEED_TRIGGERS,
  type FeedTrigger,
  isTriggerFunction,
  triggerFunctionCode,
  triggerTemplate,
} from "@cognito-to-descope/core";
import { regionOfUserPoolId } from "@cognito-to-descope/cognito";
import { stringify } from "yaml";
import type { Config, SourceConfig } from "../config/config.ts";
import { usageError } from "../errors.ts";
import { EXIT_CODES } from "../exit-codes.ts";
import type { Command, Invocation } from "../invocation.ts";
import { openSources } from "../open-sources.ts";
import { printable } from "../output/printable.ts";
import { writeFileWhole } from "../output/write-file.ts";
import { prepareConfig } from "../prepare.ts";

interface EmitTriggersOptions {
  readonly url: string;
  readonly userPoolId?: string;
  readonly existing?: readonly string[];
  readonly offline?: boolean;
  readonly output?: string;
}

type ExistingFunctions = Readonly<Partial<Record<FeedTrigger, string>>>;

/** Writes the function that tells the gateway of users, and a template that creates it. */
export const emitTriggers: Command<EmitTriggersOptions> = async (invocation) => {
  const { host, output, options } = invocation;
  const problem = eventsUrlProblem(options.url);
  if (problem !== undefined) {
    throw usageError(`the URL of the gateway ${problem}`, "for example https://gateway.example.com/v1/sync/events");
  }
  const said = parseExisting(options.existing ?? []);
  const offline = options.offline === true;
  const config = await prepareConfig(invocation, { source: !offline, target: false });
  const pool = choosePool(config, options.userPoolId, offline);
  const region = pool.region ?? regionOfUserPoolId(pool.userPoolId);
  if (region === undefined) throw usageError("the pool has no region", "name a pool ID that begins with its region");
  const found = offline ? {} : await readTriggers(invocation, config, pool);
  const existing = refuseOwn({ ...found, ...said }, pool.userPoolId);

  const template = triggerTemplate({ userPoolId: pool.userPoolId, region, eventsUrl: options.url, existing });
  const directory = resolve(host.cwd, options.output ?? "c2d-triggers");
  const files = {
    "template.yaml": stringify(template, { lineWidth: 0, aliasDuplicateObjects: false }),
    "template.json": `${JSON.stringify(template, undefined, 2)}\n`,
    "index.js": triggerFunctionCode(),
  };
  for (const [name, text] of Object.entries(files)) await writeFileWhole(join(directory, name), [text], 0o644);

  output.line(`${Object.keys(files).join(", ")} written to ${directory}`);
  for (const trigger of FEED_TRIGGERS) {
    const arn = existing[trigger];
    output.line(
      `  ${trigger}: ${arn === undefined ? "the pool has none" : `calls ${printable(arn)}, which the pool has now`}`,
    );
  }
  output.line(`  next: deploy template.yaml in ${region}, then name the function in the pool for both triggers`);
  output.document({
    userPoolId: pool.userPoolId,
    region,
    existing,
    files: Object.keys(files).map((name) => join(directory, name)),
  });
  return EXIT_CODES.done;
};

function choosePool(
  { sources }: Config,
  userPoolId: string | undefined,
  offline: boolean,
): Pick<SourceConfig, "userPoolId" | "region"> {
  const found = userPoolId === undefined ? sources : sources.filter((source) => source.userPoolId === userPoolId);
  const [pool, another] = found;
  if (pool === undefined && userPoolId !== undefined && offline) return { userPoolId, region: undefined };
  if (pool !== undefined && another === undefined) return pool;
  throw usageError(
    pool === undefined ? "the pool is not one of the config" : "the config has several pools",
    `name one with --user-pool-id: ${sources.map((source) => source.userPoolId).join(", ") || "the config has none"}`,
  );
}

/** The functions that the pool calls now. */
async function readTriggers(
  { host }: Invocation<EmitTriggersOptions>,
  config: Config,
  pool: Pick<SourceConfig, "userPoolId">,
): Promise<ExistingFunctions> {
  const opened = openSources({ ...config, sources: config.sources.filter((source) => source === pool) });
  try {
    const [first] = opened.sources;
    const { triggers = {} } = (await first?.source.readSnapshot({ signal: host.signal })) ?? {};
    return Object.fromEntries(
      FEED_TRIGGERS.flatMap((trigger) => (triggers[trigger] === undefined ? [] : [[trigger, triggers[trigger]]])),
    );
  } finally {
    opened[Symbol.dispose]();
  }
}

const FUNCTION_ARN = /^arn:[\w-]+:lambda:[\w-]+:\d{12}:function:[\w-]+(?::[\w$-]+)?$/;

/** `PostConfirmation=arn:…`, or `=none` where the pool is known to need no call. */
function parseExisting(given: readonly string[]): Readonly<Partial<Record<FeedTrigger, string | undefined>>> {
  return Object.fromEntries(
    given.map((text) => {
      const [name = "", arn = ""] = text.split("=");
      const trigger = FEED_TRIGGERS.find((one) => one === name);
      if (trigger === undefined || (arn !== "none" && !FUNCTION_ARN.test(arn))) {
        throw usageError(
          "--existing takes a trigger and the ARN of a function",
          `write it as PostConfirmation=arn:aws:lambda:…, or PostConfirmation=none; the triggers are ${FEED_TRIGGERS.join(" and ")}`,
        );
      }
      return [trigger, arn === "none" ? undefined : arn];
    }),
  );
}

/** The function must not call itself: of a pool that has it already, nobody but the operator knows what it called before. */
function refuseOwn(
  functions: Readonly<Partial<Record<FeedTrigger, string | undefined>>>,
  userPoolId: string,
): ExistingFunctions {
  const existing: Partial<Record<FeedTrigger, string>> = {};
  for (const trigger of FEED_TRIGGERS) {
    const arn = functions[trigger];
    if (arn === undefined) continue;
    if (isTriggerFunction(arn, userPoolId)) {
      throw usageError(
        `the trigger ${trigger} of the pool is the emitted function already`,
        `say with --existing ${trigger}=<arn> which function it calls, or --existing ${trigger}=none`,
      );
    }
    existing[trigger] = arn;
  }
  return existing;
}
