/** Every operation that the sandbox has. */

import type { OperationTable } from "./operation.ts";
import { accountOperations } from "./operations/account-operations.ts";
import { authOperations } from "./operations/auth-operations.ts";
import { clientOperations } from "./operations/client-operations.ts";
import { domainOperations } from "./operations/domain-operations.ts";
import { groupOperations } from "./operations/group-operations.ts";
import { linkOperations } from "./operations/link-operations.ts";
import { listUsers } from "./operations/list-users.ts";
import { mfaOperations } from "./operations/mfa-operations.ts";
import { poolOperations } from "./operations/pool-operations.ts";
import { providerOperations } from "./operations/provider-operations.ts";
import { signUpOperations } from "./operations/sign-up-operations.ts";
import { userOperations } from "./operations/user-operations.ts";

/** Operations by name, as AWS spells them. */
export const operations: OperationTable = {
  ...poolOperations,
  ...domainOperations,
  ...clientOperations,
  ...providerOperations,
  ...groupOperations,
  ...userOperations,
  ...linkOperations,
  ListUsers: listUsers,
  ...signUpOperations,
  ...authOperations,
  ...accountOperations,
  ...mfaOperations,
};
