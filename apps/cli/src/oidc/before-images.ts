import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { type CognitoSettings, MigrationError } from "@cognito-to-descope/core";
import { writeFileWhole } from "../output/write-file.ts";

/** What an app client was before this program changed it, and what it was changed to. Without its secret. */
export interface BeforeImage {
  readonly userPoolId: string;
  readonly clientId: string;
  readonly name: string;
  readonly before: CognitoSettings;
  readonly after: CognitoSettings;
}

/** Keeps images of app clients in files that only their owner can read. */
export interface BeforeImages {
  /** Where the image of a client is. */
  pathOf(clientId: string): string;
  /** Keeps an image before the change is made. A client that is changed twice keeps its first image. */
  keep(image: BeforeImage): Promise<void>;
  /** @throws MigrationError `ERR_CONFIG_UNREADABLE` when there is one that cannot be read. */
  find(clientId: string): BeforeImage | undefined;
  forget(clientId: string): void;
}

/** Images of one pool below a directory. */
export function openBeforeImages(directory: string, userPoolId: string): BeforeImages {
  const pathOf = (clientId: string): string => join(directory, `${userPoolId}-${clientId.replace(/\W/g, "_")}.json`);
  const find = (clientId: string): BeforeImage | undefined => {
    const path = pathOf(clientId);
    if (!existsSync(path)) return undefined;
    try {
      return JSON.parse(readFileSync(path, "utf8")) as BeforeImage;
    } catch (error) {
      throw new MigrationError("ERR_CONFIG_UNREADABLE", "the before-image of an app client cannot be read", {
        cause: error,
        suggestion: `look at ${path}`,
      });
    }
  };
  return {
    pathOf,
    find,
    async keep(image) {
      const first = find(image.clientId);
      const kept = first === undefined ? image : { ...image, before: first.before };
      await writeFileWhole(pathOf(image.clientId), [`${JSON.stringify(kept, undefined, 2)}\n`]);
    },
    forget: (clientId) => rmSync(pathOf(clientId), { force: true }),
  };
}
