import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { JSX } from "react";
import type { Mapping, MappingPreview, MappingRulesJson, previewMapping, saveMapping } from "../../contract/mapping.ts";
import { callApi } from "../shell/api.ts";
import { CommandLine } from "../shell/command-line.tsx";
import { Printable } from "../shell/printable.tsx";
import { ErrorNotice } from "../shell/problem-notice.tsx";

const SIGNS = { same: " ", added: "+", removed: "−", gap: "⋯" } as const;
const WORDS = { same: "", added: "Added: ", removed: "Removed: ", gap: "" } as const;

/** Writes rules to the config, after it has shown what that changes. */
export function SaveSection({
  mapping,
  rules,
  isChanged,
  ready,
  onSaved,
}: {
  readonly mapping: Mapping;
  readonly rules: MappingRulesJson;
  readonly isChanged: boolean;
  readonly ready: boolean;
  readonly onSaved: () => void;
}): JSX.Element {
  const client = useQueryClient();
  const body = { mapping: rules, version: mapping.version };
  const preview = useMutation({
    mutationFn: (previewed: MappingRulesJson) =>
      callApi<typeof previewMapping>("post", "/api/v1/mapping/preview", { body: { ...body, mapping: previewed } }),
  });
  const save = useMutation({
    mutationFn: () => callApi<typeof saveMapping>("post", "/api/v1/mapping/save", { body }),
    async onSuccess() {
      preview.reset();
      await client.invalidateQueries({ queryKey: ["mapping"] });
      onSaved();
    },
  });
  // A change that was shown before the rules changed again is not theirs.
  const shown = preview.variables === rules ? preview.data : undefined;
  return (
    <section aria-labelledby="save">
      <h2 id="save">Save to the config</h2>
      <p>
        {mapping.file === null ? (
          <>
            There is no config file: the environment alone says everything. Saving makes <code>{mapping.newFile}</code>.
          </>
        ) : (
          <>
            The rules go into <code>{mapping.file}</code>. Everything else in it stays, and a copy of it is kept beside
            it.
          </>
        )}
      </p>
      <div className="actions">
        <button type="button" disabled={!ready || !isChanged} onClick={() => preview.mutate(rules)}>
          Show the change
        </button>
        {shown !== undefined && shown.byHand === null && (
          <button type="button" className="primary" disabled={save.isPending} onClick={() => save.mutate()}>
            Write it to {shown.file}
          </button>
        )}
      </div>
      <div aria-live="polite">
        {preview.error !== null && <ErrorNotice error={preview.error} />}
        {save.error !== null && <ErrorNotice error={save.error} />}
        {save.data !== undefined && !isChanged && (
          <div className="banner good">
            <strong>Saved</strong>
            <p>
              {save.data.file} is written.
              {save.data.backup !== null && ` What was there before is in ${save.data.backup}.`}
            </p>
            {save.data.planIsStale && (
              <>
                <p>The newest plan was made by other rules: apply refuses it. Make a new one.</p>
                <CommandLine command="c2d plan" />
              </>
            )}
          </div>
        )}
      </div>
      {shown !== undefined && (shown.byHand === null ? <Lines preview={shown} /> : <ByHand byHand={shown.byHand} />)}
    </section>
  );
}

function Lines({ preview: { file, lines } }: { readonly preview: MappingPreview }): JSX.Element {
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls has to be reached by keyboard
    <section className="scroll" aria-label={`Change of ${file}`} tabIndex={0}>
      <ol className="diff">
        {lines.map(({ kind, text }, index) => (
          // oxlint-disable-next-line react/no-array-index-key -- lines have no other name, and never move
          <li key={index} className={kind}>
            <span aria-hidden="true">{SIGNS[kind]}</span>
            <span className="visually-hidden">{WORDS[kind]}</span>
            <code>
              <Printable text={text} />
            </code>
          </li>
        ))}
      </ol>
    </section>
  );
}

function ByHand({ byHand }: { readonly byHand: NonNullable<MappingPreview["byHand"]> }): JSX.Element {
  return (
    <div className="banner warn">
      <strong>This file is changed by hand</strong>
      <p>{byHand.reason}. Paste this in place of its rules:</p>
      <label className="stacked">
        Rules
        <textarea readOnly value={byHand.paste} rows={Math.min(20, byHand.paste.split("\n").length + 1)} />
      </label>
    </div>
  );
}
