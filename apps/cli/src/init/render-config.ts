import type { WrittenConfig } from "../config/written-config.ts";

const HINTS = [
  "Credentials stay in the environment: AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, DESCOPE_MANAGEMENT_KEY.",
  "How users are mapped can be changed under `mapping`; without it the defaults hold.",
];

/** The text of a config file. */
export function renderConfig(config: WrittenConfig, format: "ts" | "json" | "yaml"): string {
  if (format === "json") return `${JSON.stringify(config, undefined, 2)}\n`;
  if (format === "yaml") return [...HINTS.map((hint) => `# ${hint}`), ...yamlLines(config)].join("\n").concat("\n");
  return [
    'import { defineConfig } from "cognito-to-descope";',
    "",
    ...HINTS.map((hint) => `// ${hint}`),
    `export default defineConfig(${literal(config)});`,
    "",
  ].join("\n");
}

/** JSON with the keys bare, as TypeScript is written. All keys of the config are names. */
function literal(config: WrittenConfig): string {
  return JSON.stringify(config, undefined, 2).replace(/^(\s*)"(\w+)":/gm, "$1$2:");
}

/** Two levels of text: JSON strings are YAML strings. */
function yamlLines(config: WrittenConfig): readonly string[] {
  const sections = Object.entries(config).filter(([, section]) => section !== undefined);
  if (sections.length === 0) return ["{}"];
  return sections.flatMap(([name, section]) => [
    `${name}:`,
    ...Object.entries(section as object).map(([key, value]) => `  ${key}: ${JSON.stringify(value)}`),
  ]);
}
