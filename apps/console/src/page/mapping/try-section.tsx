import { useMutation } from "@tanstack/react-query";
import { type JSX, useState } from "react";
import type { MappingRulesJson, MappingTrial, TriedUser, tryMapping } from "../../contract/mapping.ts";
import { callApi } from "../shell/api.ts";
import { countOf, formatCount } from "../shell/format.ts";
import { Masked } from "../shell/masked.tsx";
import { Printable } from "../shell/printable.tsx";
import { ErrorNotice } from "../shell/problem-notice.tsx";
import { TableFrame } from "../shell/table-frame.tsx";

const SEARCHED: Readonly<Record<MappingTrial["searched"], string>> = {
  "not-asked": "",
  found: "What you searched for comes first.",
  none: "No user fits what you searched for.",
  indexing: "The plan is still being indexed for searching: try again in a moment.",
};

/** Users that are shown with all that differs; the others are opened by whoever wants to. */
const MOST_OPEN = 3;

/** Tries rules on real users. */
export function TrySection({
  rules,
  ready,
}: {
  readonly rules: MappingRulesJson;
  readonly ready: boolean;
}): JSX.Element {
  const [search, setSearch] = useState("");
  const trial = useMutation({
    mutationFn: (reveal: boolean) =>
      callApi<typeof tryMapping>("post", "/api/v1/mapping/try", { body: { mapping: rules, search, reveal } }),
  });
  const { data, error, isPending } = trial;
  return (
    <section aria-labelledby="try">
      <h2 id="try">Try it on real users</h2>
      <p>
        Some users of the newest run, each by the rules of the file and by those above. What several users want at once
        is settled by a whole plan: see the effect below.
      </p>
      <form
        className="actions"
        onSubmit={(event) => {
          event.preventDefault();
          trial.mutate(false);
        }}
      >
        <label className="stacked">
          With this user among them (optional)
          <input
            type="search"
            value={search}
            maxLength={200}
            placeholder="address, name or sub"
            onChange={(event) => setSearch(event.target.value)}
          />
        </label>
        <button type="submit" className="primary" disabled={!ready || isPending}>
          Try
        </button>
        {data?.masked === true && (
          <button type="button" disabled={isPending} onClick={() => trial.mutate(true)}>
            Show personal values (this is written down)
          </button>
        )}
      </form>
      <div aria-live="polite">
        {isPending && <p className="loading">Mapping…</p>}
        {error !== null && <ErrorNotice error={error} />}
        {data !== undefined && (
          <p>
            {countOf(data.differ, "user")} of {countOf(data.looked, "user")} looked at come out differently.{" "}
            {SEARCHED[data.searched]}
          </p>
        )}
      </div>
      {data?.users.map((user, index) => (
        <Tried key={user.seq} user={user} masked={data.masked} isOpen={index < MOST_OPEN && isDifferent(user)} />
      ))}
    </section>
  );
}

function isDifferent({ before, after, fields }: TriedUser): boolean {
  return before.operation !== after.operation || fields.some(({ differs }) => differs);
}

function Tried({
  user,
  masked,
  isOpen,
}: {
  readonly user: TriedUser;
  readonly masked: boolean;
  readonly isOpen: boolean;
}): JSX.Element {
  const { before, after, fields, kind, status, loginId, sub } = user;
  const differing = fields.filter(({ differs }) => differs);
  const same = fields.length - differing.length;
  return (
    <details className="tried" open={isOpen}>
      <summary>
        {loginId === null ? <Printable text={sub} /> : <Masked value={loginId} masked={masked} />}, {kind},{" "}
        <Printable text={status} />:{" "}
        {before.operation === after.operation && before.reason === after.reason ? (
          before.operation
        ) : (
          <strong>
            {before.operation} → {after.operation}
          </strong>
        )}
        {after.operation !== "skip" &&
          (differing.length === 0 ? "; nothing differs" : `; ${countOf(differing.length, "field")} changed`)}
      </summary>
      {before.reason !== after.reason && (
        <p>
          Why: {before.reason} → {after.reason}
        </p>
      )}
      {before.rules.join() !== after.rules.join() && (
        <p>
          Findings: {before.rules.join(", ") || "none"} → {after.rules.join(", ") || "none"}
        </p>
      )}
      {after.operation === "skip" && before.operation !== "skip" && <p>Nothing of this user is written.</p>}
      {differing.length > 0 && after.operation !== "skip" && (
        <TableFrame
          caption={`User ${user.seq}: fields that differ, beside ${formatCount(same)} that stay the same`}
          head={[{ title: "Field" }, { title: "By the file" }, { title: "By the rules above" }]}
        >
          {differing.map((field) => (
            <tr key={field.field}>
              <th scope="row">
                <Printable text={field.field} />
              </th>
              <td>
                <Values values={field.before} />
              </td>
              <td>
                <Values values={field.after} />
              </td>
            </tr>
          ))}
        </TableFrame>
      )}
    </details>
  );
}

function Values({ values }: { readonly values: readonly string[] | null }): JSX.Element {
  if (values === null || values.length === 0) return <span className="muted">nothing</span>;
  return (
    <ul className="values">
      {values.map((value, index) => (
        // oxlint-disable-next-line react/no-array-index-key -- masks of different values may be alike
        <li key={index}>
          <Printable text={value} />
        </li>
      ))}
    </ul>
  );
}
