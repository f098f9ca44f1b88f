import { join, resolve } from "node:path";
import {
  awsJwtTemplate,
  checkEmitOptions,
  EMIT_FORMATS,
  type EmitFormat,
  INTEGRATION_TARGETS,
  type Integration,
  makeIntegration,
  renderIntegration,
  type Target,
} from "@cognito-to-descope/core";
import { readAuthorizerBundle } from "../aws/authorizer-bundle.ts";
import { type EmitCommandOptions, emitOptions, flagOf, noProject, type TokenSettings } from "../aws/emit-options.ts";
import type { Config } from "../config/config.ts";
import { usageError } from "../errors.ts";
import { EXIT_CODES } from "../exit-codes.ts";
import type { Command, Invocation } from "../invocation.ts";
import { writeFileWhole } from "../output/write-file.ts";
import { prepareConfig } from "../prepare.ts";
import { decodeUnverifiedJwt } from "../token/decode-unverified-jwt.ts";
import { readToken } from "../token/read-token.ts";

interface EmitCommand extends EmitCommandOptions {
  readonly format?: EmitFormat;
  readonly output?: string;
  readonly tokenFile?: string;
}

/** Options of `jwt-template`, beside the global ones. */
const TEMPLATE_OPTIONS = new Set(["projectId", "audience", "name", "subject", "output"]);

interface File {
  readonly name: string;
  readonly text: string;
}

/** Writes what makes a service accept Descope's tokens. */
export const awsEmit: Command<EmitCommand> = async (invocation) => {
  const { options, operands } = invocation;
  const [name = ""] = operands;
  const config = await prepareConfig(invocation, { source: false, target: false });
  if (name === "jwt-template") return await deliver(invocation, name, [templateFile(invocation, config)]);
  const target = INTEGRATION_TARGETS.find((one) => one.name === name);
  if (target === undefined) throw usageError(`there is no target "${name}"`);
  const integration = await makeFrom(invocation, config, target);
  const format = options.format ?? "cloudformation-yaml";
  const document = { name: EMIT_FORMATS[format], text: renderIntegration(integration, format) };
  const runbook = { name: EMIT_FORMATS.runbook, text: renderIntegration(integration, "runbook") };
  const { files, bundle } = integration;
  const code = bundle === undefined ? [] : [{ name: bundle, text: await readAuthorizerBundle() }];
  return await deliver(invocation, name, [document, ...(format === "runbook" ? [] : [runbook]), ...files, ...code]);
};

async function makeFrom(
  { host, options }: Invocation<EmitCommand>,
  config: Config,
  target: Target,
): Promise<Integration> {
  const token = options.tokenFile === undefined ? {} : settingsOf(await readToken(host, options.tokenFile));
  const emit = emitOptions(options, config, token);
  const problems = checkEmitOptions(target, emit);
  if (problems.length > 0) {
    throw usageError(
      `${target.name} cannot be written from these options`,
      problems
        .map(({ option, message }) =>
          option === "userPools" && emit.userPools.length === 0
            ? `${target.name} needs the user pool: name it in the config, or as COGNITO_USER_POOL_ID`
            : `${flagOf(option)} ${message}`,
        )
        .join("\n"),
    );
  }
  return makeIntegration(target, emit);
}

function settingsOf(token: string): TokenSettings {
  const { iss, aud } = decodeUnverifiedJwt(token).payload;
  const audiences = (Array.isArray(aud) ? aud : [aud]).filter((one): one is string => typeof one === "string");
  return {
    issuer: typeof iss === "string" ? iss : undefined,
    audiences: audiences.length === 0 ? undefined : audiences,
  };
}

function templateFile({ options }: Invocation<EmitCommand>, config: Config): File {
  const global = new Set(["config", "state", "json", "quiet", "color", "yes", "debug", "verbose"]);
  const unused = Object.keys(options).filter((option) => !TEMPLATE_OPTIONS.has(option) && !global.has(option));
  if (unused.length > 0) {
    const flags = unused.map((option) => `--${option.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`);
    throw usageError(`${flags.join(", ")} ${flags.length === 1 ? "has" : "have"} no meaning for jwt-template`);
  }
  const projectId = options.projectId ?? config.project?.projectId;
  if (projectId === undefined) throw noProject();
  const [audience, ...more] = options.audience ?? [];
  if (more.length > 0) throw usageError("the JWT template has one audience", "a load balancer takes no list");
  const template = awsJwtTemplate({ projectId, audience, name: options.name, subject: options.subject });
  return { name: "jwt-template.json", text: `${JSON.stringify(template, undefined, 2)}\n` };
}

/** Prints the document, or writes it with all that belongs to it. */
async function deliver(
  { host, output, options }: Invocation<EmitCommand>,
  target: string,
  files: readonly File[],
): Promise<number> {
  const [document] = files;
  if (options.output !== undefined) {
    const directory = resolve(host.cwd, options.output);
    const paths = files.map(({ name }) => join(directory, name));
    for (const [index, path] of paths.entries()) await writeFileWhole(path, [files[index]?.text ?? ""]);
    for (const path of paths) output.line(`${path} written`);
    output.document({ target, files: paths });
    return EXIT_CODES.done;
  }
  if (output.json) output.document({ target, files });
  else await output.data(document?.text ?? "");
  const others = files.slice(1).map(({ name }) => name);
  if (!output.json && others.length > 0) output.note(`note: --output <directory> writes ${others.join(" and ")} too`);
  return EXIT_CODES.done;
}
