import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type DefaultTheme, defineConfig, type MarkdownRenderer, type UserConfig } from "vitepress";
import { sidebars } from "../src/sidebar.ts";
import { slugOf } from "../src/slug.ts";
import { stagePages } from "../src/stage-pages.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const { version } = JSON.parse(readFileSync(`${root}/apps/cli/package.json`, "utf8")) as { readonly version: string };

/** Documents show templates of other programs: two braces are text, never a template of Vue. */
function keepBraces(markdown: MarkdownRenderer): void {
  const { rules } = markdown.renderer;
  for (const name of ["text", "code_inline"] as const) {
    const render = rules[name];
    if (render === undefined) throw new Error(`the renderer has no rule for ${name}`);
    rules[name] = (...given) => render(...given).replaceAll("{{", "&#123;&#123;");
  }
}

const config: UserConfig<DefaultTheme.Config> = defineConfig({
  title: "cognito-to-descope",
  description: "Moves users, passwords, sign-in, SSO and back ends from Amazon Cognito to Descope",
  lang: "en",
  srcDir: ".pages",
  outDir: "dist",
  cleanUrls: false,
  lastUpdated: false,
  // The reference of the packages is made by another program, and checked with everything else once the site is built.
  ignoreDeadLinks: [/^\/api\//],
  markdown: {
    anchor: { slugify: slugOf },
    toc: { slugify: slugOf },
    theme: { light: "github-light-high-contrast", dark: "github-dark-high-contrast" },
    config: keepBraces,
  },
  themeConfig: {
    search: { provider: "local" },
    outline: { level: [2, 3] },
    sidebar: sidebars(stagePages(root)),
    nav: [
      { text: "Quick start", link: "/quick-start" },
      { text: "Commands", link: "/commands" },
      { text: "Runbooks", link: "/runbooks/" },
      { text: "API", link: "/api/index.html", target: "_self" },
    ],
    footer: { message: `Version ${version}. MIT licence.` },
  },
});

export default config;
