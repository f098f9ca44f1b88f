import { identityOfContext } from "@cognito-to-descope/session/lambda";

interface ProxyEvent {
  readonly requestContext: { readonly authorizer: Readonly<Record<string, unknown>> };
}

/** A function behind the authorizer: it reads who asks from the context, whichever token they had. */
export function handler(event: ProxyEvent): { readonly statusCode: number; readonly body: string } {
  const { subject, provider, roles } = identityOfContext(event.requestContext.authorizer);
  return { statusCode: 200, body: JSON.stringify({ subject, provider, roles }) };
}
