import react from "@vitejs/plugin-react";
import { defineConfig, type UserConfig } from "vite";

const config: UserConfig = defineConfig({
  // The same page stands at the root of a console and beside the routes of a gateway.
  base: "/console/",
  plugins: [react()],
  // Whoever builds it, tests too: they set NODE_ENV, and React's build for development is half as large again.
  define: { "process.env.NODE_ENV": JSON.stringify("production") },
  build: {
    outDir: "../../dist/page",
    emptyOutDir: true,
    target: "es2022",
    // A page with `script-src 'self'` takes no inline script, and no data: URL as one.
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    cssCodeSplit: true,
    sourcemap: false,
  },
});

export default config;
