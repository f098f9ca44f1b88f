import { useMemo, useState } from "react";
import type { Mapping, MappingRulesJson } from "../../contract/mapping.ts";

/** Rules that are being changed. */
export interface Draft {
  readonly rules: MappingRulesJson;
  readonly isChanged: boolean;
  /** Sets a rule, or leaves it to its default with undefined. */
  readonly set: (rule: string, value: unknown) => void;
  /** Forgets what was changed. */
  readonly reset: () => void;
}

/** Rules to be changed, beginning with those of the file. */
export function useDraft({ written }: Pick<Mapping, "written">): Draft {
  const [changed, setChanged] = useState<Readonly<Record<string, unknown>>>({});
  return useMemo(() => {
    const merged = Object.entries({ ...written, ...changed }).filter(([, value]) => value !== undefined);
    const rules = Object.fromEntries(merged);
    return {
      rules,
      isChanged: JSON.stringify(sorted(rules)) !== JSON.stringify(sorted(written)),
      set: (rule, value) => setChanged((before) => ({ ...before, [rule]: value })),
      reset: () => setChanged({}),
    };
  }, [written, changed]);
}

function sorted(rules: MappingRulesJson): readonly (readonly [string, unknown])[] {
  return Object.entries(rules).toSorted(([a], [b]) => (a < b ? -1 : 1));
}
