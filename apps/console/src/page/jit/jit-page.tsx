import { keepPreviousData, useQuery } from "@tanstack/react-query";
import type { JSX } from "react";
import { useSearchParams } from "wouter";
import type { JitProgress, readJit } from "../../contract/jit.ts";
import { callApi } from "../shell/api.ts";
import { EmptyState } from "../shell/empty-state.tsx";
import { NextStep } from "../shell/next-step.tsx";
import { PageTitle } from "../shell/page-title.tsx";
import { ErrorNotice } from "../shell/problem-notice.tsx";
import { AskedForForm } from "./asked-for-form.tsx";
import { CaptureSection } from "./capture-section.tsx";
import { ChecksSection } from "./checks-section.tsx";
import { LeftSection } from "./left-section.tsx";
import { PressureSection } from "./pressure-section.tsx";

/** Captures are counted on the server once in two seconds; a curve of days needs no more. */
const REFETCH_MS = 5000;

/** How far capturing passwords is. */
export default function JitPage(): JSX.Element {
  const [search, setSearch] = useSearchParams();
  const activeUsers = numberOf(search.get("activeUsers"));
  const required = numberOf(search.get("require"));
  const { data, error } = useQuery({
    queryKey: ["jit", activeUsers, required],
    queryFn: ({ signal }) =>
      callApi<typeof readJit>("get", "/api/v1/jit", { query: { activeUsers, require: required } }, signal),
    refetchInterval: REFETCH_MS,
    placeholderData: keepPreviousData,
  });
  return (
    <>
      <PageTitle>Passwords (JIT)</PageTitle>
      {error !== null && <ErrorNotice error={error} />}
      {data === undefined ? (
        error === null && <p className="loading">Loading…</p>
      ) : (
        <>
          <Shown progress={data} />
          {data.begun && (
            <AskedForForm
              // Another address fills the form in anew.
              key={search.toString()}
              activeUsers={activeUsers}
              required={required}
              onAsk={(asked) => setSearch(asked)}
            />
          )}
        </>
      )}
    </>
  );
}

function Shown({ progress }: { readonly progress: JitProgress }): JSX.Element {
  if (!progress.begun) {
    return (
      <>
        <EmptyState title="No password was checked yet" command={progress.next.command ?? "c2d jit setup"}>
          Passwords move when users sign in: a gateway checks each against Cognito once and gives it to Descope. It
          notes in the state who was captured, and this page shows the curve. {progress.next.text}
        </EmptyState>
        <LeftSection left={progress.left} />
      </>
    );
  }
  return (
    <>
      <NextStep next={progress.next} />
      <CaptureSection progress={progress} />
      <PressureSection pressure={progress.pressure} />
      <ChecksSection checks={progress.checks} verdicts={progress.verdicts} />
      <LeftSection left={progress.left} />
    </>
  );
}

/** Undefined for what is no number: the page then asks for nothing. */
function numberOf(text: string | null): number | undefined {
  const number = text === null || text === "" ? Number.NaN : Number(text);
  return Number.isFinite(number) && number > 0 ? number : undefined;
}
