/**
 * The style sheet of every report. Colours hold a contrast of at least 4.5 to 1 in both schemes (3 to 1 for bars);
 * `test/report/contrast.test.ts` measures them.
 */
export const COLOURS: Readonly<Record<"light" | "dark", Readonly<Record<string, string>>>> = {
  light: {
    page: "#ffffff",
    panel: "#f4f6f8",
    line: "#c9d1d9",
    text: "#1b2229",
    muted: "#4c5966",
    good: "#14693a",
    warn: "#8a4b00",
    bad: "#b3261e",
    "bar-1": "#2f6fb3",
    "bar-2": "#1f8a70",
    "bar-3": "#6b7785",
    "bar-4": "#b86e00",
    "bar-5": "#c0392b",
    "bar-6": "#7d54b2",
  },
  dark: {
    page: "#12171c",
    panel: "#1c232a",
    line: "#3a444e",
    text: "#e6ebf0",
    muted: "#a8b3be",
    good: "#6fd39b",
    warn: "#f0b35a",
    bad: "#ff8f85",
    "bar-1": "#6aa9ea",
    "bar-2": "#4cc3a5",
    "bar-3": "#93a0ad",
    "bar-4": "#e0a041",
    "bar-5": "#f07a6e",
    "bar-6": "#b795e4",
  },
};

const variables = (scheme: "light" | "dark"): string =>
  Object.entries(COLOURS[scheme])
    .map(([name, colour]) => `--${name}:${colour};`)
    .join("");

/** Style sheet text; holds nothing that comes from a pool or a project. */
export const STYLE: string = `
:root{color-scheme:light dark;${variables("light")}}
@media (prefers-color-scheme:dark){:root{${variables("dark")}}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0;background:var(--page);color:var(--text);font:1rem/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif}
main{max-width:64rem;margin:0 auto;padding:1.5rem 1rem 4rem}
h1{font-size:1.75rem;line-height:1.2;margin:.5rem 0}
h2{font-size:1.35rem;line-height:1.25;margin:2.5rem 0 .75rem;padding-top:1rem;border-top:1px solid var(--line)}
h3{font-size:1.1rem;line-height:1.3;margin:1.75rem 0 .5rem}
p{margin:.5rem 0;max-width:48rem}
ul{margin:.5rem 0;padding-inline-start:1.25rem;max-width:48rem}
li{margin:.25rem 0}
code,.code{font-family:ui-monospace,"Cascadia Mono",Menlo,Consolas,"DejaVu Sans Mono",monospace;font-size:.9em}
bdi,dd,.wide{overflow-wrap:anywhere}
.muted{color:var(--muted)}
.banner{border-inline-start:.35rem solid var(--muted);background:var(--panel);padding:.75rem 1rem;margin:1rem 0;border-radius:.25rem}
.banner strong{display:block;font-size:1.1rem}
.good{border-color:var(--good)}.good strong{color:var(--good)}
.warn{border-color:var(--warn)}.warn strong{color:var(--warn)}
.bad{border-color:var(--bad)}.bad strong{color:var(--bad)}
.facts{display:grid;grid-template-columns:minmax(8rem,max-content) 1fr;gap:.25rem 1rem;margin:1rem 0}
.facts dt{color:var(--muted)}.facts dd{margin:0}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(6.5rem,1fr));gap:.5rem;margin:1rem 0;padding:0;list-style:none;max-width:none}
.tiles li{background:var(--panel);border-radius:.25rem;padding:.5rem .75rem;margin:0}
.tiles b{display:block;font-size:1.35rem;line-height:1.3;font-variant-numeric:tabular-nums}
.scroll{overflow-x:auto;margin:.75rem 0}
table{border-collapse:collapse;width:100%}
caption{text-align:start;color:var(--muted);padding:.25rem 0}
th,td{text-align:start;vertical-align:top;padding:.35rem .6rem .35rem 0;border-bottom:1px solid var(--line)}
th{font-weight:600}
tbody th{font-weight:500;min-width:10rem}
thead th{border-bottom-width:2px}
tfoot th,tfoot td{border-bottom:0;border-top:2px solid var(--line);font-weight:600}
.number{text-align:end;font-variant-numeric:tabular-nums;white-space:nowrap;padding-inline-end:1rem}
.wide{min-width:12rem}tbody th.number,tbody th.short{min-width:0}
.short{white-space:nowrap}
.tag{font-weight:600;white-space:nowrap}
.tag.blocker,.tag.failed{color:var(--bad)}.tag.warning,.tag.pending{color:var(--warn)}.tag.note,.tag.skipped{color:var(--muted)}
.chart{display:block;width:100%;height:1.25rem;margin:.75rem 0 .25rem}
.tall{height:6rem}.hash{overflow-wrap:anywhere}
.bar{display:block;width:100%;min-width:4rem;height:.7rem;margin-top:.4rem}
.legend{display:flex;flex-wrap:wrap;gap:.25rem 1.25rem;list-style:none;padding:0;margin:.25rem 0 1rem;max-width:none}
.legend li{display:flex;align-items:center;gap:.4rem;margin:0}
.legend svg{width:.8rem;height:.8rem;flex:none}
${[1, 2, 3, 4, 5, 6].map((number) => `.bar-${number}{fill:var(--bar-${number})}`).join("")}
.track{fill:var(--panel)}
@media (max-width:40rem){main{padding:1rem .75rem 3rem}h1{font-size:1.45rem}.facts{grid-template-columns:1fr;gap:0}.facts dd{margin-bottom:.5rem}table{font-size:.92rem}tbody th{min-width:5.5rem;overflow-wrap:anywhere}.wide{min-width:9.5rem}.number{padding-inline-end:.6rem}}
@media print{:root{color-scheme:light;${variables("light")}}
@page{margin:14mm}
main{max-width:none;padding:0}body{font-size:10pt}
h2,h3,caption,thead{break-after:avoid}tbody tr:first-child{break-before:avoid}tr,.whole,.banner,.tiles,.chart,.legend{break-inside:avoid}.chart{break-after:avoid}
.sheet{break-after:page}
thead{display:table-header-group}.scroll{overflow:visible}
*{-webkit-print-color-adjust:exact;print-color-adjust:exact}}
`.replaceAll("\n", "");
