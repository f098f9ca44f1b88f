/** One scenario, call by call, at any endpoint that speaks Cognito's protocol; gives the form of each answer. */

const password = "Str0ng-enough";
const email = "ada@example.com";

/** What one call answered: its status, its error code if any, and the path and type of every member. */
export interface AnswerForm {
  readonly call: string;
  readonly status: number;
  readonly code: string | undefined;
  readonly members: readonly string[];
}

type Json = Readonly<Record<string, unknown>>;

/** Runs the scenario. */
export async function likenessScenario(url: string): Promise<readonly AnswerForm[]> {
  const forms: AnswerForm[] = [];
  const call = async (operation: string, input: object, label = operation): Promise<Json> => {
    const answer = await fetch(url, {
      method: "POST",
      headers: {
        "content-type": "application/x-amz-json-1.1",
        "x-amz-target": `AWSCognitoIdentityProviderService.${operation}`,
        authorization:
          "AWS4-HMAC-SHA256 Credential=AKIASANDBOX/20260101/us-east-1/cognito-idp/aws4_request, SignedHeaders=host, Signature=00",
      },
      body: JSON.stringify(input),
    });
    const text = await answer.text();
    const body = text.startsWith("{") ? (JSON.parse(text) as Json) : {};
    const code = body["__type"];
    forms.push({
      call: label,
      status: answer.status,
      code: typeof code === "string" ? code.slice(code.lastIndexOf("#") + 1) : undefined,
      members: answer.status === 200 ? membersOf(body) : [],
    });
    return body;
  };

  const { UserPool } = (await call("CreateUserPool", {
    PoolName: "likeness",
    AutoVerifiedAttributes: ["email"],
    UsernameAttributes: ["email"],
    UserPoolTags: { a: "b" },
  })) as { UserPool: { Id: string } };
  const UserPoolId = UserPool.Id;
  await call("DescribeUserPool", { UserPoolId });
  await call("ListUserPools", { MaxResults: 10 });
  const { UserPoolClient } = (await call("CreateUserPoolClient", {
    UserPoolId,
    ClientName: "web",
    ExplicitAuthFlows: ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
  })) as { UserPoolClient: { ClientId: string } };
  const { ClientId } = UserPoolClient;
  await call("DescribeUserPoolClient", { UserPoolId, ClientId });
  await call("CreateGroup", { UserPoolId, GroupName: "admins", Description: "d", Precedence: 1 });
  await call("ListGroups", { UserPoolId });
  await call("AdminCreateUser", {
    UserPoolId,
    Username: email,
    MessageAction: "SUPPRESS",
    UserAttributes: [
      { Name: "email", Value: email },
      { Name: "email_verified", Value: "true" },
    ],
  });
  await call("AdminSetUserPassword", { UserPoolId, Username: email, Password: password, Permanent: true });
  await call("AdminGetUser", { UserPoolId, Username: email });
  await call("AdminAddUserToGroup", { UserPoolId, Username: email, GroupName: "admins" });
  await call("AdminListGroupsForUser", { UserPoolId, Username: email });
  await call("ListUsersInGroup", { UserPoolId, GroupName: "admins" });
  await call("ListUsers", { UserPoolId, Filter: `email = "${email}"` });
  const auth = { ClientId, AuthFlow: "USER_PASSWORD_AUTH" };
  const AuthParameters = { USERNAME: email, PASSWORD: password };
  const { AuthenticationResult } = (await call("InitiateAuth", { ...auth, AuthParameters })) as {
    AuthenticationResult?: { AccessToken: string; RefreshToken: string };
  };
  await call("GetUser", { AccessToken: AuthenticationResult?.AccessToken });
  await call(
    "InitiateAuth",
    { ClientId, AuthFlow: "REFRESH_TOKEN_AUTH", AuthParameters: { REFRESH_TOKEN: AuthenticationResult?.RefreshToken } },
    "InitiateAuth (refresh)",
  );
  await call("AdminCreateUser", { UserPoolId, Username: email }, "AdminCreateUser (twice)");
  await call(
    "InitiateAuth",
    { ...auth, AuthParameters: { USERNAME: email, PASSWORD: "wrong" } },
    "InitiateAuth (wrong password)",
  );
  await call("AdminGetUser", { UserPoolId, Username: "nobody" }, "AdminGetUser (unknown user)");
  await call("ListUsers", { UserPoolId: "us-east-1_nowhere00" }, "ListUsers (unknown pool)");
  await call("ListUsers", { UserPoolId, PaginationToken: "nonsense" }, "ListUsers (bad token)");
  await call("NoSuchOperation", {}, "an unknown operation");
  await call("AdminDisableUser", { UserPoolId, Username: email });
  await call("InitiateAuth", { ...auth, AuthParameters }, "InitiateAuth (disabled user)");
  await call("AdminDeleteUser", { UserPoolId, Username: email });
  return forms;
}

function membersOf(value: unknown, path = ""): readonly string[] {
  if (Array.isArray(value)) {
    const members = new Set(value.flatMap((item) => membersOf(item, `${path}[]`)));
    return [...members].toSorted();
  }
  if (typeof value === "object" && value !== null) {
    return Object.entries(value)
      .flatMap(([name, item]) => membersOf(item, path === "" ? name : `${path}.${name}`))
      .toSorted();
  }
  return [`${path}: ${value === null ? "null" : typeof value}`];
}
