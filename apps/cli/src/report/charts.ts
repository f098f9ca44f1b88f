import { formatCount, formatShare } from "./amounts.ts";
import { type Html, html } from "./html.ts";

/** One part of a whole. */
export interface Part {
  readonly label: string;
  readonly count: number;
  /** Number of the colour in the style sheet. */
  readonly colour: 1 | 2 | 3 | 4 | 5 | 6;
}

/** Width under which a part could not be seen, in hundredths of the bar. */
const LEAST_WIDTH = 0.8;

/**
 * Parts of a whole as one bar with a legend. The bar's text alternative says what it shows.
 *
 * A part that is not nothing is always wide enough to be seen; the others give way.
 */
export function partsBar(title: string, parts: readonly Part[]): Html {
  const shown = parts.filter(({ count }) => count > 0);
  const whole = shown.reduce((sum, { count }) => sum + count, 0);
  if (whole === 0) return html``;
  const wanted = shown.map(({ count }) => Math.max(LEAST_WIDTH, (count / whole) * 100));
  const scale = 100 / wanted.reduce((sum, width) => sum + width, 0);
  let x = 0;
  const bars = shown.map((part, index) => {
    const width = (wanted[index] ?? 0) * scale;
    const bar = html`<rect
      class="bar-${part.colour}"
      x="${x.toFixed(2)}"
      y="0"
      width="${Math.max(0.3, width - 0.3).toFixed(2)}"
      height="10"
    />`;
    x += width;
    return bar;
  });
  const spoken = shown.map(({ label, count }) => `${label} ${formatCount(count)}`).join(", ");
  return html`<svg
      class="chart"
      role="img"
      aria-label="${title}: ${spoken}"
      viewBox="0 0 100 10"
      preserveAspectRatio="none"
    >
      <title>${title}: ${spoken}</title>
      ${bars}
    </svg>
    <ul class="legend">
      ${shown.map(
        ({ label, count, colour }) =>
          html`<li>
            <svg aria-hidden="true" viewBox="0 0 10 10">
              <rect class="bar-${colour}" width="10" height="10" rx="2" /></svg
            >${label} ${formatCount(count)} (${formatShare(count, whole)})
          </li> `,
      )}
    </ul>`;
}

/** A bar beside a number that stands in the same row, which is therefore its text alternative. */
export function shareBar(part: number, whole: number): Html {
  const width = whole <= 0 || part <= 0 ? 0 : Math.max(LEAST_WIDTH, (part / whole) * 100);
  return html`<svg class="bar" aria-hidden="true" viewBox="0 0 100 10" preserveAspectRatio="none">
    <rect class="track" width="100" height="10" />
    <rect class="bar-1" width="${width.toFixed(2)}" height="10" />
  </svg>`;
}

/** The most columns of a chart; of a longer series neighbours are added up. */
const MAX_COLUMNS = 60;

/** A series as columns, with its first, last and highest value in words. */
export function columns(title: string, series: readonly { readonly label: string; readonly count: number }[]): Html {
  const shown = addUp(series);
  const most = Math.max(0, ...shown.map(({ count }) => count));
  if (most === 0) return html``;
  const width = 100 / shown.length;
  const spoken = `${shown[0]?.label ?? ""} to ${shown.at(-1)?.label ?? ""}, at most ${formatCount(most)}`;
  return html`<svg
      class="chart tall"
      role="img"
      aria-label="${title}: ${spoken}"
      viewBox="0 0 100 40"
      preserveAspectRatio="none"
    >
      <title>${title}: ${spoken}</title>
      <rect class="track" width="100" height="40" />
      ${shown.map(({ count }, index) => {
        const height = count === 0 ? 0 : Math.max(0.5, (count / most) * 40);
        return html`<rect
          class="bar-1"
          x="${(index * width + width * 0.1).toFixed(2)}"
          y="${(40 - height).toFixed(2)}"
          width="${(width * 0.8).toFixed(2)}"
          height="${height.toFixed(2)}"
        />`;
      })}
    </svg>
    <p class="muted">${title}: ${spoken}.</p>`;
}

function addUp(
  series: readonly { readonly label: string; readonly count: number }[],
): readonly { readonly label: string; readonly count: number }[] {
  const step = Math.ceil(series.length / MAX_COLUMNS);
  if (step <= 1) return series;
  const summed: { readonly label: string; readonly count: number }[] = [];
  for (let index = 0; index < series.length; index += step) {
    const part = series.slice(index, index + step);
    summed.push({ label: part[0]?.label ?? "", count: part.reduce((sum, { count }) => sum + count, 0) });
  }
  return summed;
}
