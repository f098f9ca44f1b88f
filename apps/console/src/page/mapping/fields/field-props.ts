import type { Mapping } from "../../../contract/mapping.ts";

/** What the field of a rule works with. */
export interface FieldProps {
  readonly rule: string;
  /** What holds: the draft's, or the default. */
  readonly value: unknown;
  /** What the pools have that the rule can name. */
  readonly known: Mapping["known"];
  /** ID of the text that describes the rule. */
  readonly describedBy: string;
  readonly readOnly: boolean;
  readonly onChange: (value: unknown) => void;
}
