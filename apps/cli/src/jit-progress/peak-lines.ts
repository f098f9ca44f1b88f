import type { JitBottleneck, JitWay, PeakPlan, WayCapacity } from "@cognito-to-descope/core";
import { formatCount, formatDuration } from "../output/printable.ts";
import type { TextLine } from "../output/text-line.ts";

const WAYS: Readonly<Record<JitWay, string>> = {
  "import-first": "import everybody first, then capture passwords",
  "create-at-sign-in": "create users at their first sign-in",
};

const QUOTAS: Readonly<Record<JitBottleneck, string>> = {
  "cognito-authentication": "Cognito UserAuthentication",
  "descope-create": "Descope user-create",
  "descope-search": "Descope user-update, which searches draw on",
  "descope-change": "Descope user-other",
};

const ADVICE: Readonly<Record<PeakPlan["suits"], string>> = {
  "import-first": "run `c2d migrate` first: everybody is in the project before, and only passwords are left to capture",
  "create-at-sign-in":
    "do not import those who come in the peak: an imported user needs a call of its own for its password, a new one goes in a batch",
  neither:
    "let users in over a longer time, send only some of them through the flow at first, or have the quota raised",
};

/** Whether a peak fits, in words. */
export function peakLines(plan: PeakPlan): readonly TextLine[] {
  const { expected, ways, suits } = plan;
  const others = expected.otherSignIns === undefined || expected.otherSignIns === 0 ? "" : ", and others beside them";
  return [
    {
      text: `a peak of ${formatCount(Math.round(expected.perMinute))} first sign-ins a minute${others}`,
      style: "bold",
    },
    ...ways.flatMap(wayLines),
    suits === "neither"
      ? { text: "no way fits this peak", style: "yellow" }
      : { text: `suits best: ${WAYS[suits]}`, style: "bold" },
    { text: `  ${ADVICE[suits]}` },
  ];
}

function wayLines(capacity: WayCapacity): readonly TextLine[] {
  const { way, fits, perMinute, limitedBy, peakSeconds, allSeconds } = capacity;
  const lines: TextLine[] = [
    { text: `  ${WAYS[way]}: ${fits ? "fits" : "does not fit"}`, ...(fits ? {} : { style: "yellow" as const }) },
    { text: `    takes ${formatCount(perMinute)} a minute, limited by ${QUOTAS[limitedBy]}` },
  ];
  if (!fits) {
    const length = peakSeconds === Infinity ? "for ever" : formatDuration(peakSeconds);
    lines.push({ text: `    the users of one such minute take ${length}; most are asked to come again` });
  }
  if (allSeconds !== undefined && allSeconds !== Infinity) {
    lines.push({ text: `    all users, if they came evenly: ${formatDuration(allSeconds)}` });
  }
  return lines;
}
