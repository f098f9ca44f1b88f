/** How the page looks: as the system wants it, or as the reader said. */
export type Theme = "system" | "light" | "dark";

/** Every theme, in the order of the switch. */
export const THEMES: readonly Theme[] = ["system", "light", "dark"];

const KEY = "c2d-theme";

/** What the reader chose last on this machine. */
export function readTheme(): Theme {
  try {
    const stored = localStorage.getItem(KEY);
    return THEMES.find((theme) => theme === stored) ?? "system";
  } catch {
    // A browser may keep nothing.
    return "system";
  }
}

/** Makes the page look so. */
export function applyTheme(theme: Theme): void {
  if (theme === "system") delete document.documentElement.dataset["theme"];
  else document.documentElement.dataset["theme"] = theme;
}

/** Remembers a choice and makes the page look so. */
export function chooseTheme(theme: Theme): void {
  try {
    localStorage.setItem(KEY, theme);
  } catch {
    // Then it holds until the page is loaded again.
  }
  applyTheme(theme);
}
