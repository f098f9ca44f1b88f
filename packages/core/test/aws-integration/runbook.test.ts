import { expect, test } from "vitest";
import { renderIntegration } from "@cognito-to-descope/core";
import { sampleIntegrations } from "./samples.ts";

test.each(sampleIntegrations)(
  "the runbook of %s has steps in order, a way back, and what was never tried",
  (name, one) => {
    const text = renderIntegration(one, "runbook");
    const numbers = [...(text.split("## The way back")[0] ?? "").matchAll(/^(\d+)\. /gm)].map((found) =>
      Number(found[1]),
    );
    expect(numbers).toEqual(numbers.map((_, index) => index + 1));
    expect(numbers.length).toBeGreaterThan(4);
    expect(text).toContain("## The way back");
    expect(text).toContain("None of this was tried against a live AWS account.");
    expect(text).toContain("c2d aws inventory");
    // The load balancer of alb-oidc signs users in itself: callers send it no token.
    const checked = name.endsWith("-lambda") ? "lambda-authorizer" : name;
    expect(text.includes(`c2d aws check --target ${checked} --token-file -`)).toBe(name !== "alb-oidc");
  },
);
