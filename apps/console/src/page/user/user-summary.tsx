import type { JSX, ReactNode } from "react";
import { Link } from "wouter";
import type { OtherUser, UserDetail } from "../../contract/users.ts";
import { Advice } from "../shell/advice.tsx";
import { OUTCOMES, wordOf } from "../plan/words.ts";
import { Masked } from "../shell/masked.tsx";
import { Printable } from "../shell/printable.tsx";
import { Time } from "../shell/time.tsx";

const OPERATIONS: Readonly<Record<UserDetail["operation"], string>> = {
  create: "Is to be created",
  patch: "Is to be patched",
  none: "Is in the project as it should be",
  skip: "Is left out",
  delete: "Is to be deleted",
};

/** What happens to the user and why, in a few lines. */
export function UserSummary({ user }: { readonly user: UserDetail }): JSX.Element {
  const { result, run, inTheWay } = user;
  return (
    <section aria-labelledby="summary">
      <h2 id="summary">What happens and why</h2>
      <dl className="facts">
        <Fact name="Plan">
          <strong>{OPERATIONS[user.operation]}</strong>: {user.reason}
        </Fact>
        <Fact name="Outcome">
          {result === null ? (
            "Not applied yet"
          ) : (
            <>
              <span className={result.outcome === "failed" ? "failed" : undefined}>
                {wordOf(OUTCOMES, result.outcome)}
                {result.failure !== null && `: ${result.failure}`}
              </span>
              {result.detail !== null && result.detail !== user.reason && (
                <>
                  {" "}
                  (<Masked value={result.detail} masked={result.detailMasked} />)
                </>
              )}
              {result.advice !== null && (
                <p>
                  <Advice text={result.advice} />
                </p>
              )}
            </>
          )}
        </Fact>
        {user.mergedInto !== null && (
          <Fact name="Became part of">
            <Other run={run} other={user.mergedInto} />
          </Fact>
        )}
        {user.merged.length > 0 && (
          <Fact name="Merged into it">
            {user.merged.map((other) => (
              <div key={other.sub}>
                <Other run={run} other={other} />
              </div>
            ))}
          </Fact>
        )}
        {inTheWay.length > 0 && (
          <Fact name="In the way">
            {inTheWay.map(({ userId, loginIds, sub }) => (
              <div key={userId}>
                Project user <code>{userId}</code> has{" "}
                {loginIds.map((loginId, index) => (
                  <span key={loginId}>
                    {index > 0 && ", "}
                    <Masked value={loginId} masked={user.masked} />
                  </span>
                ))}
                {sub === null ? " and was not migrated" : ` and was migrated from ${sub}`}
              </div>
            ))}
          </Fact>
        )}
        <Fact name="Sub">
          <code>{user.sub}</code>
        </Fact>
        <Fact name="Descope user ID">
          {(user.targetUserId ?? result?.userId ?? null) === null ? (
            "None"
          ) : (
            <code>{user.targetUserId ?? result?.userId}</code>
          )}
        </Fact>
        <Fact name="Pool">
          <code>{user.userPoolId}</code>, {user.kind}
        </Fact>
        {user.passwordCapturedAt !== null && (
          <Fact name="Password captured">
            <Time at={user.passwordCapturedAt} />
          </Fact>
        )}
        {user.groups.length > 0 && (
          <Fact name="Groups">
            {user.groups.map(({ name, role, tenant }) => (
              <div key={name}>
                <Printable text={name} />
                {role !== null && (
                  <>
                    {" "}
                    → role <Printable text={role} />
                  </>
                )}
                {tenant !== null && (
                  <>
                    {" "}
                    → tenant <Printable text={tenant} />
                  </>
                )}
              </div>
            ))}
          </Fact>
        )}
      </dl>
    </section>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }): JSX.Element {
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  );
}

function Other({ run, other }: { readonly run: string; readonly other: OtherUser }): JSX.Element {
  if (other.seq === null) return <code>{other.sub}</code>;
  return (
    <Link href={`/users/${encodeURIComponent(run)}/${other.seq}`}>
      <code>{other.sub}</code>
    </Link>
  );
}
