/** The environment in which a process loads a module of this folder before everything else. */
export function preload(module: string, variables: Readonly<Record<string, string>> = {}): Record<string, string> {
  const { href } = new URL(module, import.meta.url);
  return { NODE_OPTIONS: `--disable-warning=ExperimentalWarning --import=${href}`, ...variables };
}
