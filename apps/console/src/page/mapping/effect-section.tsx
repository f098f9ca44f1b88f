import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { JSX } from "react";
import type {
  beginMappingEffect,
  cancelMappingEffect,
  EffectSide,
  MappingEffectState,
  MappingRulesJson,
  readMappingEffect,
} from "../../contract/mapping.ts";
import { callApi } from "../shell/api.ts";
import { countOf, formatCount, formatShare } from "../shell/format.ts";
import { Printable } from "../shell/printable.tsx";
import { ErrorNotice } from "../shell/problem-notice.tsx";
import { TableFrame } from "../shell/table-frame.tsx";

const PATH = "/api/v1/mapping/effect";
const KEY = ["mapping-effect"];
const EVERY_MS = 700;

const OPERATIONS = [
  ["create", "Created"],
  ["patch", "Patched"],
  ["none", "Unchanged"],
  ["skip", "Left out"],
] as const;

/** Says what rules would make of the plan of all users. */
export function EffectSection({
  rules,
  ready,
}: {
  readonly rules: MappingRulesJson;
  readonly ready: boolean;
}): JSX.Element {
  const client = useQueryClient();
  const { data } = useQuery({
    queryKey: KEY,
    queryFn: ({ signal }) => callApi<typeof readMappingEffect>("get", PATH, undefined, signal),
    refetchInterval: ({ state }) => (state.data?.state === "running" ? EVERY_MS : false),
  });
  const keep = (state: MappingEffectState): void => void client.setQueryData(KEY, state);
  const begin = useMutation({
    mutationFn: () => callApi<typeof beginMappingEffect>("post", PATH, { body: { mapping: rules } }),
    onSuccess: keep,
  });
  const cancel = useMutation({
    mutationFn: () => callApi<typeof cancelMappingEffect>("delete", PATH),
    onSuccess: keep,
  });
  const runs = data?.state === "running";
  return (
    <section aria-labelledby="effect">
      <h2 id="effect">Effect on the plan</h2>
      <p>
        The plan of all users, made anew in a process of its own. Nothing is written to the run. It needs the management
        key, to read which attributes, roles and tenants the project has.
      </p>
      <div className="actions">
        <button type="button" className="primary" disabled={!ready || runs} onClick={() => begin.mutate()}>
          Reckon the effect
        </button>
        {runs && (
          <button type="button" onClick={() => cancel.mutate()}>
            Cancel
          </button>
        )}
      </div>
      {begin.error !== null && <ErrorNotice error={begin.error} />}
      {runs && (
        <p className="progress">
          <label>
            Planning{data.total > 0 && `, ${formatShare(data.done / data.total)} done`}
            <progress max={Math.max(1, data.total)} value={data.done} />
          </label>
        </p>
      )}
      <div aria-live="polite">
        {data?.state === "cancelled" && <p>Cancelled.</p>}
        {data?.state === "failed" && (
          <p className="banner bad">
            <strong>The effect could not be reckoned</strong> {data.problem}
          </p>
        )}
        {data?.state === "done" && <p>Done.</p>}
      </div>
      {data?.effect !== undefined && data.effect !== null && <Effect effect={data.effect} />}
    </section>
  );
}

function Effect({ effect }: { readonly effect: NonNullable<MappingEffectState["effect"]> }): JSX.Element {
  const { before, after, unreadGroups, run } = effect;
  const found = [
    ...new Map([...before.findings, ...after.findings].map((finding) => [finding.rule, finding])).values(),
  ];
  const differing = found.filter(({ rule }) => countOfRule(before, rule) !== countOfRule(after, rule));
  const same = found.length - differing.length;
  return (
    <>
      <TableFrame caption={`Users of run ${run} by what is done to them`} head={COLUMNS}>
        {OPERATIONS.map(([operation, title]) => (
          <Row key={operation} title={title} was={before[operation]} is={after[operation]} />
        ))}
      </TableFrame>
      {differing.length > 0 && (
        <TableFrame caption="Findings whose number changes" head={COLUMNS}>
          {differing.map(({ rule, severity }) => (
            <Row
              key={rule}
              title={`${rule} (${severity})`}
              was={countOfRule(before, rule)}
              is={countOfRule(after, rule)}
            />
          ))}
        </TableFrame>
      )}
      <p>
        {same === found.length
          ? "No finding changes its number."
          : `${countOf(same, "other finding")} keep their number.`}
      </p>
      {unreadGroups.length > 0 && (
        <p className="banner warn">
          <strong>Some groups are not read yet</strong> By the rules of the run their members did not matter, so who is
          in them shows in a new plan only: <Printable text={unreadGroups.slice(0, 20).join(", ")} />
        </p>
      )}
    </>
  );
}

const COLUMNS = [
  { title: "What" },
  { title: "By the file", number: true },
  { title: "By the rules", number: true },
  { title: "Difference", number: true },
] as const;

function Row({ title, was, is }: { readonly title: string; readonly was: number; readonly is: number }): JSX.Element {
  const difference = is - was;
  return (
    <tr>
      <th scope="row">{title}</th>
      <td className="number">{formatCount(was)}</td>
      <td className="number">{formatCount(is)}</td>
      <td className="number">
        {difference === 0 ? (
          <span className="muted">0</span>
        ) : (
          <strong>{`${difference > 0 ? "+" : "−"}${formatCount(Math.abs(difference))}`}</strong>
        )}
      </td>
    </tr>
  );
}

function countOfRule({ findings }: EffectSide, rule: string): number {
  return findings.filter((finding) => finding.rule === rule).reduce((sum, { count }) => sum + count, 0);
}
