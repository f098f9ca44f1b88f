import { FINDING_RULES, type FindingRule } from "@cognito-to-descope/core";
import { describe, expect, test } from "vitest";
import { renderAssessmentHtml } from "../../src/report/assessment-html.ts";
import { buildAssessmentReport } from "../../src/report/assessment-report.ts";
import { FINDING_ADVICE } from "../../src/report/finding-advice.ts";
import { renderPlanHtml } from "../../src/report/plan-html.ts";
import { buildPlanReport } from "../../src/report/plan-report.ts";
import { renderReconcileHtml } from "../../src/report/reconcile-html.ts";
import { buildReconcileReport } from "../../src/report/reconcile-report.ts";
import { renderReport } from "../../src/report/any-report.ts";
import { reportRecord, type ReportedRecord, sealReport } from "../../src/report/seal.ts";
import { recordOf, sealedSamples } from "./sealed-samples.ts";
import { parsePage } from "./page.ts";
import { META, sampleAssessment, samplePool, sampleReconcile, sampleRun } from "./sample-reports.ts";

const HOSTILE = `"><script>alert(1)</script><img src=x onerror=alert(2)>' style="x" \u202Etxt.exe مرحبا \u0000 👩‍👩‍👧`;

/** Names that a pool may hold, made as hostile as they can be. */
function hostilePool(): ReturnType<typeof samplePool> {
  const pool = samplePool();
  return {
    ...pool,
    name: HOSTILE,
    userPoolId: HOSTILE,
    region: HOSTILE,
    tier: HOSTILE,
    domain: HOSTILE,
    customDomain: HOSTILE,
    schema: [{ name: `custom:${HOSTILE}`, type: "String", required: false, mutable: true }],
    triggers: { [HOSTILE]: HOSTILE },
    mfa: { ...pool.mfa, configuration: HOSTILE },
    groups: [{ name: HOSTILE, description: "x".repeat(2048), roleArn: HOSTILE, precedence: 1 }],
    appClients: pool.appClients.map((client) => ({
      ...client,
      clientId: HOSTILE,
      name: HOSTILE,
      authFlows: [HOSTILE],
      callbackUrls: [`javascript:${HOSTILE}`],
      oauthFlows: [HOSTILE],
    })),
    identityProviders: pool.identityProviders.map((provider) => ({
      ...provider,
      name: HOSTILE,
      type: HOSTILE,
      identifiers: [HOSTILE],
    })),
  };
}

function hostileRun(): ReturnType<typeof sampleRun> {
  const run = sampleRun();
  return {
    ...run,
    id: HOSTILE,
    projectId: HOSTILE,
    userPoolIds: [HOSTILE, HOSTILE],
    configHash: HOSTILE,
    plan: {
      ...run.plan,
      hash: HOSTILE,
      findings: [
        {
          rule: "attribute-type-conflict",
          severity: "blocker",
          count: 21,
          message: HOSTILE,
          subjects: Array.from({ length: 20 }, () => HOSTILE),
        },
      ],
      definitions: {
        attributes: { create: [{ name: HOSTILE, type: HOSTILE, displayName: HOSTILE }], unchanged: [] },
        roles: { create: [{ name: HOSTILE, description: HOSTILE, permissionNames: [] }], unchanged: [] },
        tenants: { create: [{ id: HOSTILE, name: HOSTILE }], unchanged: [] },
      },
    },
  };
}

function hostileReconcile(): ReturnType<typeof sampleReconcile> {
  const input = sampleReconcile();
  const run = hostileRun();
  return {
    ...input,
    run: { ...input.run, ...run, reconcile: { ...input.run.reconcile, byField: { [HOSTILE]: 3 } } },
    pools: [hostilePool()],
    failures: { [HOSTILE]: 1 },
    discrepancies: [{ sub: HOSTILE, field: HOSTILE, expected: JSON.stringify(HOSTILE), actual: "x".repeat(2048) }],
    notComparedByReason: { [HOSTILE]: 33 },
    notCompared: [{ sub: HOSTILE, outcome: "failed", reason: HOSTILE, detail: HOSTILE }],
    signIns: {
      method: "management",
      tests: [{ sub: HOSTILE, kind: "native", method: "management", problems: [HOSTILE] }],
    },
  };
}

function hostileRecords(): readonly ReportedRecord[] {
  const events = ["approved", "revealed", HOSTILE].map((type, at) => ({
    at,
    type,
    data: { question: HOSTILE, how: HOSTILE, operator: HOSTILE, [HOSTILE]: HOSTILE },
  }));
  return [reportRecord(HOSTILE, recordOf(HOSTILE, events))];
}

const PAGES: Readonly<Record<string, () => string>> = {
  "assessment of one pool": () => renderAssessmentHtml(buildAssessmentReport([sampleAssessment()], META, [])),
  "assessment of two pools, one hostile": () =>
    renderAssessmentHtml(buildAssessmentReport([sampleAssessment(), sampleAssessment(hostilePool())], META, [])),
  "assessment of no pool": () => renderAssessmentHtml(buildAssessmentReport([], META, [])),
  plan: () => renderPlanHtml(buildPlanReport(sampleRun(), META)),
  "hostile plan": () => renderPlanHtml(buildPlanReport(hostileRun(), META)),
  reconcile: () => renderReconcileHtml(buildReconcileReport(sampleReconcile(), META)),
  "reconcile with values": () =>
    renderReconcileHtml(buildReconcileReport(sampleReconcile(), META, { showValues: true })),
  ...Object.fromEntries(
    Object.entries(sealedSamples()).map(([kind, report]) => [`sealed ${kind}`, () => renderReport(report)]),
  ),
  "sealed hostile reconcile": () =>
    renderReport(sealReport(buildReconcileReport(hostileReconcile(), META, { showValues: true }), hostileRecords())),
  "sealed hostile plan": () => renderReport(sealReport(buildPlanReport(hostileRun(), META), hostileRecords())),
  "hostile reconcile": () => renderReconcileHtml(buildReconcileReport(hostileReconcile(), META, { showValues: true })),
};

describe.each(Object.entries(PAGES))("the page of the %s", (_name, render) => {
  const page = parsePage(render());

  test("is well-formed", () => {
    expect(page.errors).toEqual([]);
  });

  test("holds no script, no link, nothing to load and no handler, whatever the names", () => {
    const allowed = new Set(
      "html head meta title style body main footer h1 h2 h3 p div ul li dl dt dd table caption thead tbody tfoot tr th td b strong br bdi span code svg rect title template".split(
        " ",
      ),
    );
    expect(page.elements.map(({ name }) => name).filter((name) => !allowed.has(name))).toEqual([]);
    const attributes = new Set(page.elements.flatMap((element) => Object.keys(element.attributes)));
    expect(
      [...attributes].filter((name) => /^on|^(?:href|src|style|action|srcset|background|data)$/.test(name)),
    ).toEqual([]);
  });

  test("forbids everything but its own style sheet, which loads nothing", () => {
    const policy = page.elements.find(({ attributes }) => attributes["http-equiv"] === "Content-Security-Policy");
    expect(policy?.attributes["content"]).toBe("default-src 'none'; style-src 'unsafe-inline'");
    expect(render()).not.toMatch(/@import|url\(|https?:\/\/[^<]*\.(?:css|js|woff2?)/);
  });

  test("has one main heading, no skipped heading level, a language and a title", () => {
    const levels = page.elements.flatMap(({ name }) => (/^h[1-6]$/.test(name) ? [Number(name.slice(1))] : []));
    expect(levels.filter((level) => level === 1)).toHaveLength(1);
    levels.forEach((level, index) => expect(level - (levels[index - 1] ?? 0)).toBeLessThanOrEqual(1));
    expect(page.elements.find(({ name }) => name === "html")?.attributes["lang"]).toBe("en");
    expect(page.elements.find(({ name }) => name === "title")?.text).not.toBe("");
  });

  test("gives every table a caption, every header cell a scope, and every picture a text or nothing to say", () => {
    const count = (name: string): number => page.elements.filter((element) => element.name === name).length;
    expect(count("caption")).toBe(count("table"));
    expect(page.elements.filter(({ name, attributes }) => name === "th" && attributes["scope"] === undefined)).toEqual(
      [],
    );
    for (const { attributes } of page.elements.filter(({ name }) => name === "svg")) {
      expect(
        attributes["aria-hidden"] === "true" || (attributes["role"] === "img" && attributes["aria-label"]),
      ).toBeTruthy();
    }
  });

  test("lets no character through that turns text around or that HTML does not allow", () => {
    expect(render()).not.toMatch(/(?![\t\n])\p{Cc}|[\u202A-\u202E\u2066-\u2069]/u);
  });
});

test("hostile names are shown as they are, in a direction of their own", () => {
  const page = parsePage(renderReconcileHtml(buildReconcileReport(hostileReconcile(), META, { showValues: true })));
  const shown = HOSTILE.replaceAll("\u202E", "⟨U+202E⟩").replaceAll("\u0000", "⟨U+0000⟩");
  expect(page.elements.filter(({ name, text }) => name === "bdi" && text === shown).length).toBeGreaterThan(10);
  expect(page.text).toContain("x".repeat(2048));
});

test("every finding rule has advice that ends as a sentence", () => {
  expect(Object.keys(FINDING_ADVICE).sort()).toEqual(Object.keys(FINDING_RULES).sort());
  for (const rule of Object.keys(FINDING_RULES) as FindingRule[]) expect(FINDING_ADVICE[rule]).toMatch(/^[A-Z].*\.$/);
});

test("the assessment says what is asked of it: statuses, origin, triggers, clients, domain, what cannot move, times", () => {
  const { text } = parsePage(PAGES["assessment of one pool"]?.() ?? "");
  const flat = text.replace(/\s+/g, " ");
  for (const part of [
    "1,196 users in 1 user pool",
    "FORCE_CHANGE_PASSWORD",
    "native 996 (83.3 %)",
    "federated 200 (16.7 %)",
    "UserMigration",
    "login.shop.example: SSO call-backs can be taken over by DNS",
    "Passwords: Cognito exports no hash",
    "Cognito UserList: 25 requests in 1 s",
    "loyalty_points",
    "Full migration, then passwords just in time",
    "ALLOW_ADMIN_USER_PASSWORD_AUTH",
    "at least 12 characters, a lower-case letter, an upper-case letter, a digit",
  ]) {
    expect(flat).toContain(part);
  }
});

test("a blocked plan says so first", () => {
  const { text } = parsePage(renderPlanHtml(buildPlanReport(hostileRun(), META)));
  expect(text).toContain("Blocked by 1 finding");
});
