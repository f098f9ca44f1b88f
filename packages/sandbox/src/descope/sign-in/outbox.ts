/** Messages that the service would have sent. They never leave the process; tests read them here. */

/** A message to a user. */
export interface OutboxMessage {
  readonly userId: string;
  readonly to: string;
  readonly method: "email" | "sms" | "voice" | "whatsapp";
  readonly kind: "otp" | "magiclink" | "enchantedlink" | "password-reset" | "invite";
  /** The code or the link. */
  readonly secret: string;
}

/** Keeps the latest messages. */
export class Outbox {
  #messages: OutboxMessage[] = [];
  readonly #capacity: number;

  constructor(capacity = 10_000) {
    this.#capacity = capacity;
  }

  add(message: OutboxMessage): void {
    this.#messages.push(message);
    if (this.#messages.length > this.#capacity * 2) this.#messages = this.#messages.slice(-this.#capacity);
  }

  /** The messages, oldest first. */
  messages(): readonly OutboxMessage[] {
    return this.#messages.slice(-this.#capacity);
  }
}
