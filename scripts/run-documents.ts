/** Documents whose commands are run, and compared with what they show. */
export const RUN_DOCUMENTS: readonly string[] = [
  "README.md",
  "docs/quick-start.md",
  "docs/commands.md",
  "docs/exit-codes.md",
];
