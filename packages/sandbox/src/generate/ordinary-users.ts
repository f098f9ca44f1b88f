/** Ordinary users in realistic proportions. */

import type { UserStatus } from "../cognito/user-record.ts";
import type { NewUser } from "../cognito/user-table.ts";
import { createUuidSource } from "../wire/seeded-random.ts";
import type { SeededRandom } from "../wire/seeded-random.ts";
import { providerNames } from "./every-kind.ts";
import { familyNames, givenNames, locales, timeZones } from "./names.ts";

/** 2026-01-01, in milliseconds. Pools of one seed are alike at any time, so their dates hang on this, not on today. */
export const generationEnd: number = Date.UTC(2026, 0, 1);

const fourYearsMs = 4 * 365 * 24 * 60 * 60 * 1000;
const plans = ["free", "starter", "team", "enterprise"];

/** The part of an e-mail address that a name makes. */
function mailbox(name: string): string {
  const ascii = name
    .normalize("NFKD")
    .replace(/[^\x21-\x7e]/g, "")
    .replace(/[^A-Za-z]/g, "")
    .toLowerCase();
  return ascii === "" ? "person" : ascii;
}

const givenBoxes = givenNames.map(mailbox);
const familyBoxes = familyNames.map(mailbox);

/**
 * Makes confirmed users with a verified e-mail address and nothing unusual, as fast as possible.
 *
 * @returns A function that makes the n-th user of a pool whose username is the e-mail address.
 */
export function plainUsers(random: SeededRandom): (n: number) => NewUser {
  const uuid = createUuidSource(random);
  return (n) => {
    const sub = uuid();
    const given = random.integer(givenNames.length);
    const family = random.integer(familyNames.length);
    return {
      username: sub,
      sub,
      attributes: [
        ["email", `${givenBoxes[given]}.${familyBoxes[family]}.${n}@example.com`],
        ["email_verified", "true"],
        ["given_name", givenNames[given] as string],
        ["family_name", familyNames[family] as string],
      ],
      status: "CONFIRMED",
      createdAt: generationEnd - random.integer(fourYearsMs / 1000) * 1000,
    };
  };
}

/** An ordinary user, with the provider it came from if it is federated. */
export interface OrdinaryUser {
  readonly user: NewUser;
  readonly provider?: string;
}

/** Makes users as a grown pool has them: mostly confirmed, some invited, unconfirmed, disabled, federated. */
export function ordinaryUsers(random: SeededRandom): (n: number) => OrdinaryUser {
  const uuid = createUuidSource(random);
  return (n) => {
    const sub = uuid();
    const given = random.integer(givenNames.length);
    const family = random.integer(familyNames.length);
    // Joined, not concatenated: it is kept as the username, and a rope would take more memory than a flat string.
    const box = [givenBoxes[given], familyBoxes[family], n].join(".");
    const email = `${box}@example.${n % 3 === 0 ? "org" : "com"}`;
    const createdAt = generationEnd - random.integer(fourYearsMs / 1000) * 1000;
    const modifiedAt = createdAt + random.integer((generationEnd - createdAt) / 1000 + 1) * 1000;
    const attributes: [string, string][] = [["email", email]];
    const dice = random.fraction();
    const provider = dice < 0.05 ? providerNames.google : dice < 0.08 ? providerNames.saml : undefined;
    const status: UserStatus =
      provider !== undefined
        ? "EXTERNAL_PROVIDER"
        : dice < 0.11
          ? "UNCONFIRMED"
          : dice < 0.13
            ? "FORCE_CHANGE_PASSWORD"
            : dice < 0.14
              ? "RESET_REQUIRED"
              : "CONFIRMED";
    if (status !== "UNCONFIRMED") {
      attributes.push(["email_verified", provider === undefined && !random.chance(0.04) ? "true" : "false"]);
    }
    if (random.chance(0.25)) {
      const number = 2_000_000 + n;
      attributes.push(
        [
          "phone_number",
          `+1${200 + (Math.floor(number / 10_000) % 800)}555${String(number % 10_000).padStart(4, "0")}`,
        ],
        ["phone_number_verified", random.chance(0.6) ? "true" : "false"],
      );
    }
    if (random.chance(0.85)) {
      attributes.push(["given_name", givenNames[given] as string], ["family_name", familyNames[family] as string]);
    }
    if (random.chance(0.3)) attributes.push(["locale", random.pick(locales)], ["zoneinfo", random.pick(timeZones)]);
    if (random.chance(0.5)) attributes.push(["custom:plan", random.pick(plans)]);
    if (random.chance(0.2)) attributes.push(["custom:seats", String(random.integer(500))]);
    if (random.chance(0.2)) attributes.push(["custom:newsletter", random.chance(0.5) ? "true" : "false"]);
    let username = box;
    if (provider !== undefined) {
      const userId = provider === providerNames.google ? `1${String(n).padStart(20, "0")}` : email;
      const providerType = provider === providerNames.google ? "Google" : "SAML";
      const issuer = providerType === "SAML" ? "http://www.okta.example/exk1" : null;
      const identities = [
        {
          userId,
          providerName: provider,
          providerType,
          issuer,
          primary: true,
          dateCreated: createdAt,
        },
      ];
      username = [provider, userId].join("_");
      attributes.push(["identities", JSON.stringify(identities)]);
    }
    const user: NewUser = {
      username,
      sub,
      attributes,
      status,
      enabled: !random.chance(0.02),
      createdAt,
      modifiedAt,
    };
    return provider === undefined ? { user } : { user, provider };
  };
}
