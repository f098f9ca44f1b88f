import type { AbortableOptions } from "./user-pool-source.ts";

/** A connector of a project, as far as it is known. What else a project keeps of one is carried along. */
export interface Connector {
  readonly id?: string | undefined;
  readonly name: string;
  readonly description?: string | undefined;
  /** `http` for the generic HTTP connector. */
  readonly type: string;
  /** Settings of the type. Secrets go in, and never come out: they are read as empty texts. */
  readonly configuration: Readonly<Record<string, unknown>>;
  readonly [setting: string]: unknown;
}

/** The connectors of a project. */
export interface Connectors {
  /** Every connector; undefined where the project's licence does not let them be listed. */
  list(options?: AbortableOptions): Promise<readonly Connector[] | undefined>;
  /** Undefined when there is no such connector, or the project does not let it be read. */
  read(id: string, options?: AbortableOptions): Promise<Connector | undefined>;
  /**
   * Makes a connector, and never sends that twice.
   *
   * @throws MigrationError `ERR_TARGET_FEATURE_MISSING` when the project does not take connectors over its API.
   */
  create(connector: Connector, options?: AbortableOptions): Promise<Connector>;
  /** Replaces the connector with the same ID. Throws as {@link create} does. */
  update(connector: Connector, options?: AbortableOptions): Promise<Connector>;
  /** Deletes a connector; that it is gone already counts as done. Throws as {@link create} does. */
  delete(id: string, options?: AbortableOptions): Promise<void>;
}
