// Checked by the compiler alone: what must not compile.
import { createVerifier, type VerifierOptions } from "@cognito-to-descope/session";
import { createVerifier as createEdgeVerifier } from "@cognito-to-descope/session/edge";

const pool = { userPoolId: "us-east-1_AbCdEf123", clientId: null, tokenUse: null, roles: null } as const;
const project = { projectId: "P2abcdefghijklmnopqrstuvwxyz", audience: null } as const;
const rest = { mode: "dual", subject: { use: "cognito", unmapped: "refuse" } } as const;

// Checks are off because the options say so in words.
export const decided: VerifierOptions = { ...rest, cognito: [pool], descope: [project] };

const { clientId: _clientId, ...withoutClient } = pool;
// @ts-expect-error -- whose clients are accepted must be decided
createVerifier({ ...rest, cognito: [withoutClient], descope: [project] });
// @ts-expect-error -- leaving a check out is not switching it off
createVerifier({ ...rest, cognito: [{ ...pool, clientId: undefined }], descope: [project] });

const { tokenUse: _tokenUse, ...withoutUse } = pool;
// @ts-expect-error -- which of the tokens are accepted must be decided
createVerifier({ ...rest, cognito: [withoutUse], descope: [project] });

const { roles: _roles, ...withoutRoles } = pool;
// @ts-expect-error -- what groups become must be decided
createVerifier({ ...rest, cognito: [withoutRoles], descope: [project] });

const { audience: _audience, ...withoutAudience } = project;
// @ts-expect-error -- whose audience is accepted must be decided
createVerifier({ ...rest, cognito: [pool], descope: [withoutAudience] });
// @ts-expect-error -- leaving a check out is not switching it off
createVerifier({ ...rest, cognito: [pool], descope: [{ ...project, audience: undefined }] });

const { mode: _mode, ...withoutMode } = rest;
// @ts-expect-error -- which providers are accepted must be decided
createVerifier({ ...withoutMode, cognito: [pool], descope: [project] });

const { subject: _subject, ...withoutSubject } = rest;
// @ts-expect-error -- by which ID users are known must be decided
createVerifier({ ...withoutSubject, cognito: [pool], descope: [project] });
// @ts-expect-error -- what becomes of users without that ID must be decided
createVerifier({ ...rest, subject: { use: "cognito" }, cognito: [pool], descope: [project] });

// @ts-expect-error -- no symmetric algorithm can be allowed
createVerifier({ ...rest, cognito: [pool], descope: [project], algorithms: ["HS256"] });
// @ts-expect-error -- nor none
createVerifier({ ...rest, cognito: [pool], descope: [project], algorithms: ["none"] });

// @ts-expect-error -- edge runtimes check signatures asynchronously
createEdgeVerifier({ ...rest, cognito: [pool], descope: [project] }).verifySync("token");
