import type { BoxKind } from "./flow-picture.ts";

/** Fill and border of each kind of box, on light and on dark pages. */
const COLOURS: Readonly<Record<BoxKind, readonly [light: string, dark: string]>> = {
  start: ["fill:#e8eaed;stroke:#5f6368", "fill:#3c4043;stroke:#bdc1c6"],
  end: ["fill:#d7f0dd;stroke:#1e7e34", "fill:#17361f;stroke:#5fc77a"],
  screen: ["fill:#e1ecfb;stroke:#1a5fb4", "fill:#16283f;stroke:#78aeed"],
  condition: ["fill:#fdf1d3;stroke:#9a6700", "fill:#3a2d0c;stroke:#e0b34c"],
  action: ["fill:#f3f4f6;stroke:#57606a", "fill:#2a2e33;stroke:#9aa4ae"],
  connector: ["fill:#efe4fb;stroke:#6f42c1", "fill:#2c1f41;stroke:#b79aec"],
  script: ["fill:#fbe6ef;stroke:#a3195b", "fill:#3b1527;stroke:#e887b1"],
  flow: ["fill:#ddf3f3;stroke:#0b7285", "fill:#0d3238;stroke:#5cc4d3"],
};

/** The style of a picture, for light and for dark pages. */
export function pictureStyle(): string {
  const boxes = (index: 0 | 1): string =>
    Object.entries(COLOURS)
      .map(([kind, colours]) => `.${kind}{${colours[index]}}`)
      .join("");
  return [
    "text{font-family:system-ui,sans-serif;font-size:12px;fill:#1f2328}",
    ".name{font-size:15px;font-weight:600}.caption{font-size:10px;fill:#57606a}.label{font-size:10.5px;fill:#424a53}",
    ".page{fill:#fff}.line{fill:none;stroke:#6e7781;stroke-width:1.2}.dashed{stroke-dasharray:5 4}.head{fill:#6e7781}",
    ".halo{paint-order:stroke;stroke:#fff;stroke-width:3px;stroke-linejoin:round}",
    boxes(0),
    "@media(prefers-color-scheme:dark){text{fill:#e6edf3}.caption{fill:#9aa4ae}.label{fill:#c3cad1}.page{fill:#0d1117}",
    ".line{stroke:#8b949e}.head{fill:#8b949e}.halo{stroke:#0d1117}",
    `${boxes(1)}}`,
  ].join("");
}
