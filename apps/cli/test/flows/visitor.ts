import type { FlowDocument, GeneratedFlow } from "@cognito-to-descope/core";
import { expect } from "vitest";
import type { FlowWorld } from "./flow-world.ts";

/** What a flow answers, as far as a visitor looks. */
interface FlowAnswer {
  readonly executionId: string;
  readonly stepId: string;
  readonly stepName: string;
  readonly status: string;
  readonly action: string;
  readonly screen?: { readonly id: string; readonly state: Readonly<Record<string, unknown>> };
  readonly redirect?: { readonly url: string };
  readonly webauthn?: { readonly transactionId: string; readonly options: string };
  readonly authInfo?: { readonly sessionJwt: string; readonly user: Readonly<Record<string, unknown>> };
  readonly error?: unknown;
}

function documentOf(flow: GeneratedFlow | FlowDocument): FlowDocument {
  return "needs" in flow ? (flow as GeneratedFlow).document : flow;
}

/** The address of the application that embeds the flow. */
export const APPLICATION = "https://app.example/login";

/**
 * Somebody in front of a flow. It can do only what the screen in front of it offers: press a button that is there, and fill
 * in fields that are there.
 */
export class Visitor {
  readonly #world: FlowWorld;
  readonly #document: FlowDocument;
  #answer: FlowAnswer | undefined;

  private constructor(world: FlowWorld, document: FlowDocument) {
    this.#world = world;
    this.#document = document;
  }

  static async enter(
    world: FlowWorld,
    flow: GeneratedFlow | FlowDocument,
    deviceInfo: { readonly webAuthnSupport?: boolean } = {},
  ): Promise<Visitor> {
    const document = documentOf(flow);
    const visitor = new Visitor(world, document);
    const options = { redirectUrl: APPLICATION, deviceInfo };
    visitor.#take(await world.sdk.flow.start(document.flowId, options));
    return visitor;
  }

  get answer(): FlowAnswer {
    if (this.#answer === undefined) throw new Error("the flow has not begun");
    return this.#answer;
  }

  /** The name of the screen in front of the visitor; `signed in` after the last. */
  get sees(): string {
    const { status, action, stepName } = this.answer;
    if (status === "completed") return "signed in";
    return action === "screen" || action === "poll" ? stepName : action;
  }

  /** What the screen says went wrong. */
  get error(): unknown {
    return this.answer.screen?.state["errorText"];
  }

  get session(): NonNullable<FlowAnswer["authInfo"]> {
    const { authInfo } = this.answer;
    if (authInfo === undefined) throw new Error(`not signed in, but at ${this.sees}`);
    return authInfo;
  }

  /** Fills fields in and presses a button. Gives what is seen then. */
  async press(interactionId: string, fields: Readonly<Record<string, string>> = {}): Promise<string> {
    const screen = this.#document.screens?.find(({ screenId }) => screenId === this.answer.screen?.id);
    expect(screen?.interactions?.map(({ id }) => id)).toContain(interactionId);
    const names = Object.values(screen?.contents ?? {}).map(
      (node) => (node as { props: { name?: string } }).props.name,
    );
    for (const field of Object.keys(fields)) expect(names).toContain(field);
    return this.next(this.answer.stepId, interactionId, fields);
  }

  /** Comes back to a step from elsewhere. Gives what is seen then. */
  async next(stepId: string, interactionId: string, input: Readonly<Record<string, string>>): Promise<string> {
    const { executionId } = this.answer;
    this.#take(await this.#world.sdk.flow.next(executionId, stepId, interactionId, undefined, undefined, input));
    return this.sees;
  }

  /** Follows the link of the last message, as the application does that is called with it. */
  async followLink(): Promise<string> {
    const link = new URL(this.#world.sandbox.descopeService.messages().at(-1)?.secret ?? "");
    const [, stepId = ""] = (link.searchParams.get("descope-login-flow") ?? "").split(/_(?=[^_]*$)/);
    return this.next(stepId, "submit", { token: link.searchParams.get("t") ?? "" });
  }

  /** Types in the code of the last message. */
  async typeCode(): Promise<string> {
    const message = this.#world.sandbox.descopeService.messages().at(-1);
    return this.press("oneTimeCodeId", { code: message?.secret ?? "" });
  }

  #take(answer: { readonly ok: boolean; readonly data?: unknown; readonly error?: unknown }): void {
    if (!answer.ok) throw new Error(`the flow answered ${JSON.stringify(answer.error)}`);
    this.#answer = answer.data as FlowAnswer;
  }
}
