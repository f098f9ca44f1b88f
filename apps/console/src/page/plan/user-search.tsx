import { type JSX, useEffect, useRef, useState } from "react";
import { useLocation, useSearchParams } from "wouter";
import type { Plan } from "../../contract/plan.ts";
import { readFilters, type SearchFilters, writeFilters } from "./search-filters.ts";
import { UserTable } from "./user-table.tsx";
import { FAILURES, KINDS, OPERATIONS, OUTCOMES } from "./words.ts";

/** How long typing has to rest before it is searched for. */
const REST_MS = 250;

/** The search of a plan's users. What is asked stands in the address, so that it can be shared and gone back to. */
export function UserSearch({ plan }: { readonly plan: Plan }): JSX.Element {
  const [search] = useSearchParams();
  const [path, navigate] = useLocation();
  const query = search.toString();
  const filters = readFilters(search);
  const section = useRef<HTMLElement>(null);
  const set = (change: Partial<SearchFilters>, replace: boolean): void => {
    const changed = writeFilters({ ...filters, ...change }).toString();
    navigate(changed === "" ? path : `${path}?${changed}`, { replace });
  };
  useEffect(() => {
    if (query !== "" && location.hash === "#users") section.current?.scrollIntoView();
  }, [query]);
  const rules = plan.findings.filter(({ ofUsers }) => ofUsers).map(({ rule }) => [rule, rule] as const);
  const failures = FAILURES.filter(([failure]) => (plan.failures[failure] ?? 0) > 0 || filters.failure === failure);
  const pools = plan.pools.map(({ userPoolId }, source) => [String(source), userPoolId] as const);
  return (
    <section aria-labelledby="users" ref={section}>
      <h2 id="users">Users</h2>
      <search className="filters">
        <TextFilter text={filters.text} onChange={(text) => set({ text }, true)} />
        <Choice
          label="Operation"
          value={filters.operation}
          options={OPERATIONS}
          onChange={(operation) => set({ operation }, false)}
        />
        <Choice
          label="Outcome"
          value={filters.outcome}
          options={OUTCOMES}
          onChange={(outcome) => set({ outcome }, false)}
        />
        <Choice label="Kind" value={filters.kind} options={KINDS} onChange={(kind) => set({ kind }, false)} />
        <Choice label="Finding" value={filters.rule} options={rules} onChange={(rule) => set({ rule }, false)} />
        {failures.length > 0 && (
          <Choice
            label="Failure"
            value={filters.failure}
            options={failures}
            onChange={(failure) => set({ failure }, false)}
          />
        )}
        {pools.length > 1 && (
          <Choice label="Pool" value={filters.source} options={pools} onChange={(source) => set({ source }, false)} />
        )}
        <button type="button" onClick={() => navigate(path)}>
          Clear
        </button>
      </search>
      <UserTable plan={plan} filters={filters} />
    </section>
  );
}

function TextFilter({
  text,
  onChange,
}: {
  readonly text: string;
  readonly onChange: (text: string) => void;
}): JSX.Element {
  const [typed, setTyped] = useState(text);
  const asked = useRef(text);
  const change = useRef(onChange);
  useEffect(() => {
    change.current = onChange;
  });
  // The address changed by itself: a link, or the way back.
  useEffect(() => {
    if (text !== asked.current) {
      asked.current = text;
      setTyped(text);
    }
  }, [text]);
  useEffect(() => {
    if (typed === asked.current) return undefined;
    const rest = setTimeout(() => {
      asked.current = typed;
      change.current(typed);
    }, REST_MS);
    return () => clearTimeout(rest);
  }, [typed]);
  return (
    <label className="text">
      Search
      <input
        type="search"
        value={typed}
        maxLength={2048}
        placeholder="Address, number, name, sub, login ID"
        autoComplete="off"
        spellCheck={false}
        onChange={(event) => setTyped(event.target.value)}
      />
    </label>
  );
}

function Choice({
  label,
  value,
  options,
  onChange,
}: {
  readonly label: string;
  readonly value: string;
  readonly options: readonly (readonly [value: string, word: string])[];
  readonly onChange: (value: string) => void;
}): JSX.Element {
  const known = value === "" || options.some(([one]) => one === value);
  return (
    <label>
      {label}
      <select value={value} onChange={(event) => onChange(event.target.value)}>
        <option value="">Any</option>
        {!known && <option value={value}>{value}</option>}
        {options.map(([one, word]) => (
          <option key={one} value={one}>
            {word}
          </option>
        ))}
      </select>
    </label>
  );
}
