import type { JSX } from "react";
import type { CutoverStage } from "../../contract/sso.ts";
import { Time } from "../shell/time.tsx";
import { STAGE_NAMES } from "./class-names.ts";

const STAGES: readonly CutoverStage[] = ["cognito", "log-only", "descope", "verified"];

/** All stages in their order, with the one in which a connection is. */
export function StageSteps({
  stage,
  since,
}: {
  readonly stage: CutoverStage;
  readonly since: string | null;
}): JSX.Element {
  const at = STAGES.indexOf(stage);
  return (
    <>
      <ol className="steps" aria-label="Stages of the cut-over">
        {STAGES.map((one, index) => {
          const [name, meaning] = STAGE_NAMES[one];
          const look = index < at ? "done" : index === at ? "under-way" : "ahead";
          return (
            <li key={one} className={`step ${look}`} aria-current={index === at ? "step" : undefined}>
              <span className="step-name">{name}</span>
              <span className="step-state">
                <span aria-hidden="true">{index < at ? "✓" : index === at ? "●" : "○"} </span>
                {index < at ? "Passed" : index === at ? "Now" : "Ahead"}
              </span>
              <span className="step-summary">{meaning}</span>
            </li>
          );
        })}
      </ol>
      <p className="muted">
        {since === null ? (
          "It has never left the first stage."
        ) : (
          <>
            In this stage since <Time at={since} />.
          </>
        )}{" "}
        The way back leads from every stage to Cognito.
      </p>
    </>
  );
}
