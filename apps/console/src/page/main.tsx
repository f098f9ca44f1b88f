import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./shell/app.tsx";
import { applyTheme, readTheme } from "./shell/theme.ts";
import "./shell/style.css";

// Before anything is drawn, so that a dark page does not begin light.
applyTheme(readTheme());

const root = document.querySelector("#root");
if (root === null) throw new Error("the page has no root");
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
