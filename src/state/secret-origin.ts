/**
 * The origin that a typed secret is meant for. A key is never sent to an origin it was not entered for: when the
 * address comes to name another one, the secret has to go.
 */
export class SecretOrigin {
  /** Null: no secret is typed, or it was typed before there was an address. */
  #origin: string | null = null;

  /** The secret was typed, or cleared, while the address named `origin` (null: none that can be understood). */
  typed(isEmpty: boolean, origin: string | null): void {
    if (isEmpty) this.#origin = null;
    // While the address is unreadable the secret stays bound to the last one that was not.
    else this.#origin = origin ?? this.#origin;
  }

  /** The person has finished with the address: a secret that was typed before it is meant for it. */
  settled(isEmpty: boolean, origin: string | null): void {
    if (!isEmpty) this.#origin ??= origin;
  }

  isForAnother(origin: string): boolean {
    return this.#origin !== null && this.#origin !== origin;
  }
}
