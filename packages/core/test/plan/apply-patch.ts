import type { NewProjectUser, ProjectUser, ProjectUserPatch } from "../../src/project/project-user.ts";

/** What a patch does, as the management API describes it: what is given replaces, attributes change key by key. */
export function applyPatch(user: ProjectUser, patch: ProjectUserPatch): ProjectUser {
  const { loginId, additionalLoginIds, dropsLoginId, customAttributes, ...fields } = patch;
  const kept = dropsLoginId === true ? [] : [loginId];
  return {
    ...user,
    ...fields,
    ...(additionalLoginIds === undefined ? {} : { loginIds: [...kept, ...additionalLoginIds] }),
    customAttributes: Object.fromEntries(
      Object.entries({ ...user.customAttributes, ...customAttributes }).flatMap(([name, value]) =>
        value === null ? [] : [[name, value]],
      ),
    ),
  };
}

/** What a create makes. */
export function create(planned: NewProjectUser, userId: string): ProjectUser {
  const { loginId, additionalLoginIds, ...fields } = planned;
  return {
    name: "",
    givenName: "",
    middleName: "",
    familyName: "",
    picture: "",
    email: "",
    phone: "",
    createdTime: 0,
    ...fields,
    userId,
    loginIds: [loginId, ...additionalLoginIds],
  };
}
