import { createSessionGuard, type NextSessionGuard } from "@cognito-to-descope/session/nextjs";
import { verifier } from "./verifier.ts";

/** Tokens come in the header, or in the cookie that Descope's SDK sets. */
export const guard: NextSessionGuard = createSessionGuard({ verifier, cookie: "DS", signInPath: "/sign-in" });
