import { TokenRefused, withoutStack } from "./errors.ts";
import type { MaybePromise, SubjectPolicy } from "./options.ts";
import type { Draft } from "./source.ts";

/** Runs a hook of the application; what it throws, and a promise where nobody can wait, refuse the token. */
export type Settle = <T, R>(run: () => MaybePromise<T>, next: (value: T) => MaybePromise<R>) => MaybePromise<R>;

/** Puts the wanted ID into `subject`. @throws TokenRefused where it is not known and the policy refuses. */
export function decideSubject(draft: Draft, policy: SubjectPolicy, settle: Settle): MaybePromise<Draft> {
  if (draft.kind === "machine" || draft.provider === policy.use) return draft;
  if (policy.use === "cognito") {
    if (draft.cognitoSub !== undefined) return withSubject(draft, draft.cognitoSub);
    const lookUp = policy.idMap?.cognitoSubOf;
    const { descopeUserId } = draft;
    if (lookUp === undefined || descopeUserId === undefined) return unmapped(draft, policy);
    return settle(
      () => lookUp(descopeUserId),
      (cognitoSub) => {
        if (!isId(cognitoSub)) return unmapped(draft, policy);
        draft.cognitoSub = cognitoSub;
        return withSubject(draft, cognitoSub);
      },
    );
  }
  const lookUp = policy.idMap?.descopeUserIdOf;
  const { cognitoSub } = draft;
  if (lookUp === undefined || cognitoSub === undefined) return unmapped(draft, policy);
  return settle(
    () => lookUp(cognitoSub),
    (userId) => {
      if (!isId(userId)) return unmapped(draft, policy);
      draft.descopeUserId = userId;
      return withSubject(draft, userId);
    },
  );
}

function isId(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}

function withSubject(draft: Draft, subject: string): Draft {
  draft.subject = subject;
  return draft;
}

function unmapped(draft: Draft, policy: SubjectPolicy): Draft {
  if (policy.unmapped === "keep") return draft;
  throw withoutStack(() => new TokenRefused("subject-unmapped", { provider: draft.provider }));
}
