import { type JSX, useState } from "react";
import { chooseTheme, readTheme, type Theme, THEMES } from "./theme.ts";

const WORDS: Readonly<Record<Theme, string>> = { system: "As the system", light: "Light", dark: "Dark" };

/** Switches between light and dark. */
export function ThemeSwitch(): JSX.Element {
  const [theme, setTheme] = useState(readTheme);
  return (
    <label className="theme">
      <span>Theme</span>
      <select
        value={theme}
        onChange={(event) => {
          const chosen = THEMES.find((one) => one === event.target.value) ?? "system";
          chooseTheme(chosen);
          setTheme(chosen);
        }}
      >
        {THEMES.map((one) => (
          <option key={one} value={one}>
            {WORDS[one]}
          </option>
        ))}
      </select>
    </label>
  );
}
