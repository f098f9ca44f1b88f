import type { PlannedRun } from "./plan-now.ts";

/**
 * The run without the descriptions of its roles: they are the pool's free text and may say anything.
 *
 * What is printed and reported about a run is made of this.
 */
export function withoutDescriptions<T extends PlannedRun>(run: T): T {
  const { definitions } = run.plan;
  const bare = (roles: typeof definitions.roles.create): typeof roles =>
    roles.map((role) => ({ ...role, description: "" }));
  return {
    ...run,
    plan: {
      ...run.plan,
      definitions: {
        ...definitions,
        roles: {
          create: bare(definitions.roles.create),
          unchanged: bare(definitions.roles.unchanged),
          ...(definitions.roles.remove && { remove: bare(definitions.roles.remove) }),
        },
      },
    },
  };
}
