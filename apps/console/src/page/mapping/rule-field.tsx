import type { JSX } from "react";
import type { Mapping, MappingProblem } from "../../contract/mapping.ts";
import { Advice } from "../shell/advice.tsx";
import { AttributesField } from "./fields/attributes-field.tsx";
import { ChoiceField } from "./fields/choice-field.tsx";
import { ConnectionTenantsField } from "./fields/connection-tenants-field.tsx";
import { GroupsField } from "./fields/groups-field.tsx";
import { LoginIdsField } from "./fields/login-ids-field.tsx";
import { NoContactField } from "./fields/no-contact-field.tsx";
import type { FieldProps } from "./fields/field-props.ts";
import { choicesOf, descriptionOf } from "./rule-schema.ts";

/** One rule: what it says, whose word it is, what is wrong with it. */
export function RuleField({
  rule,
  title,
  mapping,
  value,
  problems,
  onChange,
  readOnly,
}: {
  readonly rule: string;
  readonly title: string;
  readonly mapping: Mapping;
  /** Undefined: the default holds. */
  readonly value: unknown;
  readonly problems: readonly MappingProblem[];
  readonly onChange: (value: unknown) => void;
  readonly readOnly: boolean;
}): JSX.Element {
  const shown = value ?? mapping.defaults[rule];
  const described = `about-${rule}`;
  const Field = FIELDS[rule];
  const props: FieldProps = { rule, value: shown, known: mapping.known, describedBy: described, readOnly, onChange };
  return (
    <fieldset className="rule" aria-describedby={described}>
      <legend>{title}</legend>
      <p className="muted" id={described}>
        <Advice text={descriptionOf(mapping.schema, rule)} />
      </p>
      {Field === undefined ? (
        <ChoiceField {...props} choices={choicesOf(mapping.schema, rule)} />
      ) : (
        <Field {...props} />
      )}
      <p className="whose">
        {value === undefined ? (
          <span className="muted">The default holds.</span>
        ) : (
          <>
            <span>Set in the config.</span>
            {!readOnly && (
              <button type="button" className="link" onClick={() => onChange(undefined)}>
                Use the default<span className="visually-hidden"> for {title}</span>
              </button>
            )}
          </>
        )}
      </p>
      {problems.length > 0 && (
        <ul className="problems" role="alert">
          {problems.map(({ path, message }) => (
            <li key={`${path} ${message}`}>
              <code>{path}</code> {message}
            </li>
          ))}
        </ul>
      )}
    </fieldset>
  );
}

/** Rules that are more than a choice. */
const FIELDS: Readonly<Record<string, (props: FieldProps) => JSX.Element>> = {
  loginIds: LoginIdsField,
  attributes: AttributesField,
  groups: GroupsField,
  connectionTenants: ConnectionTenantsField,
  noContact: NoContactField,
};
