import type { AbortableOptions } from "./user-pool-source.ts";

/** A JWT template of a project, as far as it is known. What else a project keeps of one is carried along. */
export interface JwtTemplate {
  readonly id?: string | undefined;
  readonly name: string;
  readonly description?: string | undefined;
  /** Claims: constants, or texts with paths such as `{{user.email}}`. */
  readonly template: Readonly<Record<string, unknown>>;
  readonly tags?: readonly string[] | undefined;
  readonly [setting: string]: unknown;
}

/** The JWT templates of a project. */
export interface JwtTemplates {
  list(options?: AbortableOptions): Promise<readonly JwtTemplate[]>;
  /** Ready-made templates that the service offers. */
  listLibrary(options?: AbortableOptions): Promise<readonly JwtTemplate[]>;
  /** What the project says against a template; undefined when it gives no opinion. */
  validate(template: JwtTemplate, options?: AbortableOptions): Promise<readonly string[] | undefined>;
  create(template: JwtTemplate, options?: AbortableOptions): Promise<JwtTemplate>;
  /** Replaces the template with the same ID. */
  update(template: JwtTemplate, options?: AbortableOptions): Promise<JwtTemplate>;
}
