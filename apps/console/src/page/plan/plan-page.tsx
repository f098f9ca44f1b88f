import { useQuery } from "@tanstack/react-query";
import type { JSX } from "react";
import { Link, useParams } from "wouter";
import type { Plan, readPlan } from "../../contract/plan.ts";
import { ApiProblem, callApi } from "../shell/api.ts";
import { EmptyState } from "../shell/empty-state.tsx";
import { formatCount } from "../shell/format.ts";
import { PageTitle } from "../shell/page-title.tsx";
import { ErrorNotice } from "../shell/problem-notice.tsx";
import { Time } from "../shell/time.tsx";
import { PlanDefinitions } from "./plan-definitions.tsx";
import { PlanFindings } from "./plan-findings.tsx";
import { PlanPools } from "./plan-pools.tsx";
import { writeFilters } from "./search-filters.ts";
import { UserSearch } from "./user-search.tsx";
import "./plan.css";

/** How often counts of a run at work are asked for anew. */
const REFRESH_MS = 5000;

/** What a run plans, and who is in it. */
export default function PlanPage(): JSX.Element {
  const { run = "newest" } = useParams<{ run?: string }>();
  const { data, error } = useQuery({
    queryKey: ["plan", run],
    queryFn: ({ signal }) => callApi<typeof readPlan>("get", "/api/v1/runs/{run}/plan", { params: { run } }, signal),
    refetchInterval: ({ state }) => (state.data?.runState === "applying" ? REFRESH_MS : false),
  });
  return (
    <>
      <PageTitle>Plan</PageTitle>
      {data !== undefined && <Shown plan={data} path={run === "newest" ? "/plan" : `/plan/${run}`} />}
      {data === undefined && error !== null && <Failed error={error} />}
      {data === undefined && error === null && <p className="loading">Loading…</p>}
    </>
  );
}

function Failed({ error }: { readonly error: Error }): JSX.Element {
  if (!(error instanceof ApiProblem) || error.problem.code !== "not-found") return <ErrorNotice error={error} />;
  return (
    <EmptyState title="No plan" command="c2d plan">
      There is no such run with a plan. Making one reads the pools and the project, and writes nothing to Descope.
    </EmptyState>
  );
}

function Shown({ plan, path }: { readonly plan: Plan; readonly path: string }): JSX.Element {
  const { counts, outcomes } = plan;
  const tiles = [
    ["create", counts.create, "to create"],
    ["patch", counts.patch, "to patch"],
    ["none", counts.none, "unchanged"],
    ["skip", counts.skip, "left out"],
    ...(counts.delete > 0 ? [["delete", counts.delete, "to delete"] as const] : []),
  ] as const;
  return (
    <>
      <p>
        Plan of run <code>{plan.run}</code> ({plan.runKind}, {plan.runState}), begun <Time at={plan.startedAt} />, for
        project <code>{plan.projectId}</code>. {formatCount(counts.read)} users were read.
      </p>
      <ul className="tiles">
        {tiles.map(([operation, count, meaning]) => (
          <li key={operation}>
            <b>{formatCount(count)}</b>{" "}
            {count > 0 ? (
              <Link href={`${path}?${writeFilters({ operation }).toString()}#users`}>{meaning}</Link>
            ) : (
              meaning
            )}
          </li>
        ))}
        {outcomes.failed > 0 && (
          <li>
            <b className="failed">{formatCount(outcomes.failed)}</b>{" "}
            <Link href={`${path}?${writeFilters({ outcome: "failed" }).toString()}#users`}>failed</Link>
          </li>
        )}
      </ul>
      <UserSearch plan={plan} />
      <PlanFindings findings={plan.findings} path={path} />
      <PlanPools pools={plan.pools} path={path} />
      <PlanDefinitions definitions={plan.definitions} />
      <p className="muted wide">
        Hash of the plan: <code>{plan.hash}</code>
      </p>
    </>
  );
}
