/** Operations that link external identities to users and take the links away. */

import { AwsError, invalidParameter, notFound } from "../aws-error.ts";
import { poolOf } from "../cognito-state.ts";
import { findUser } from "../find-user.ts";
import { identitiesOf, setIdentities } from "../identities.ts";
import type { Operation, OperationTable } from "../operation.ts";
import type { UserPool } from "../user-pool.ts";
import type { UserRecord } from "../user-record.ts";

interface ProviderUser {
  readonly ProviderName?: string;
  readonly ProviderAttributeName?: string;
  readonly ProviderAttributeValue?: string;
}

const maxIdentities = 5;

/** The profile that carries an external identity, its own or a linked one. */
export function findByIdentity(pool: UserPool, providerName: string, userId: string): UserRecord | undefined {
  const own = pool.users.byUsername(`${providerName}_${userId}`);
  if (own !== undefined) return own;
  for (let index = 0; index < pool.users.length; index += 1) {
    const user = pool.users.at(index);
    if (user === undefined || !user.shape.positions.has("identities")) continue;
    const found = identitiesOf(pool, user).some((x) => x.providerName === providerName && x.userId === userId);
    if (found) return user;
  }
  return undefined;
}

const adminLinkProviderForUser: Operation = {
  category: "UserUpdate",
  write: true,
  run: (input: { UserPoolId: string; DestinationUser: ProviderUser; SourceUser: ProviderUser }, state) => {
    const pool = poolOf(state, input.UserPoolId);
    const { DestinationUser: destination, SourceUser: source } = input;
    const provider = pool.providers.get(source.ProviderName ?? "");
    if (provider === undefined) throw notFound(`Identity provider ${source.ProviderName} does not exist.`);
    const userId = source.ProviderAttributeValue;
    if (userId === undefined || source.ProviderAttributeName === undefined) {
      throw invalidParameter("SourceUser must have ProviderAttributeName and ProviderAttributeValue.");
    }
    const name = destination.ProviderAttributeValue ?? "";
    const user =
      destination.ProviderName === undefined || destination.ProviderName === "Cognito"
        ? findUser(pool, name)
        : findByIdentity(pool, destination.ProviderName, name);
    if (user === undefined) throw new AwsError("UserNotFoundException", "User does not exist.");
    const holder = findByIdentity(pool, provider.name, userId);
    if (holder === user) throw invalidParameter("SourceUser is already linked to DestinationUser");
    if (holder !== undefined) {
      throw invalidParameter(
        "Merging is not currently supported, provide a SourceUser that has not been signed up in order to link",
      );
    }
    const identities = identitiesOf(pool, user);
    if (identities.length >= maxIdentities) {
      throw new AwsError("LimitExceededException", "Exceeded maximum number of identities linked to a user.");
    }
    const linked = {
      userId,
      providerName: provider.name,
      providerType: provider.type,
      issuer: null,
      primary: false,
      dateCreated: state.now(),
    };
    setIdentities(pool, user, [...identities, linked], state.now());
    return {};
  },
};

const adminDisableProviderForUser: Operation = {
  category: "UserUpdate",
  write: true,
  partly: "takes linked identities away; does not bar a local user from its password",
  run: (input: { UserPoolId: string; User: ProviderUser }, state) => {
    const pool = poolOf(state, input.UserPoolId);
    const { ProviderName = "", ProviderAttributeValue = "" } = input.User;
    const user = findByIdentity(pool, ProviderName, ProviderAttributeValue);
    if (user === undefined) throw new AwsError("UserNotFoundException", "User does not exist.");
    const rest = identitiesOf(pool, user).filter(
      ({ providerName, userId }) => providerName !== ProviderName || userId !== ProviderAttributeValue,
    );
    setIdentities(pool, user, rest, state.now());
    return {};
  },
};

/** Operations on links. */
export const linkOperations: OperationTable = {
  AdminLinkProviderForUser: adminLinkProviderForUser,
  AdminDisableProviderForUser: adminDisableProviderForUser,
};
