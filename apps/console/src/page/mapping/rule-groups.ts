/** One rule as the page shows it. */
export interface RuleTitle {
  /** Key of the section `mapping`. */
  readonly rule: string;
  readonly title: string;
}

/** Rules that belong together, as docs/mapping.md has them. */
export interface RuleGroup {
  readonly title: string;
  readonly rules: readonly RuleTitle[];
}

/** Every rule, in the order of docs/mapping.md. */
export const RULE_GROUPS: readonly RuleGroup[] = [
  {
    title: "Login IDs",
    rules: [
      { rule: "loginIds", title: "Login IDs, in their order" },
      { rule: "duplicates", title: "One login ID, several users" },
      { rule: "samePerson", title: "One person, several pools" },
      { rule: "existing", title: "Users that the project already has" },
    ],
  },
  {
    title: "Status",
    rules: [
      { rule: "unconfirmed", title: "Unconfirmed users" },
      { rule: "federated", title: "Federated users" },
      { rule: "freshlyMigrated", title: "Value of freshlyMigrated" },
    ],
  },
  { title: "Attributes", rules: [{ rule: "attributes", title: "What becomes of an attribute" }] },
  {
    title: "Groups, roles and tenants",
    rules: [
      { rule: "groups", title: "Rules for groups" },
      { rule: "providerGroups", title: "Groups of identity providers" },
      { rule: "roleScope", title: "Where roles of tenants are defined" },
      { rule: "connectionTenants", title: "Tenants of connections" },
    ],
  },
  { title: "Users without a contact", rules: [{ rule: "noContact", title: "Neither email address nor phone number" }] },
];
