import type { Connection, ModelCapabilities } from '#domain/connection.ts';
import type { PicturePart } from '#domain/conversation.ts';
import type { PixelSize } from '#domain/image-tokens.ts';
import type { PanelDeployment } from '#domain/picture-view.ts';
import type { Connections } from './connections.svelte.ts';
import type { ModelOption } from './model-options.ts';

/** The connection that answers next, and what follows from its model. */
export class ChosenConnection {
  #id = $state<string | null>(null);
  #capabilities = $state.raw<ModelCapabilities | null>(null);
  #endingModel = $state.raw<ModelOption | null>(null);
  #sizing = $state.raw<typeof import('./picture-encoding.ts') | null>(null);
  readonly #connections: Connections;
  #turn = 0;

  constructor(connections: Connections) {
    this.#connections = connections;
  }

  get connection(): Connection | null {
    return this.#id === null ? null : this.#connections.find(this.#id);
  }

  /** What the model takes; null until it is known. */
  get capabilities(): ModelCapabilities | null {
    return this.#capabilities;
  }

  /** The model, where it has ended or is about to. */
  get endingModel(): ModelOption | null {
    return this.#endingModel;
  }

  /** The size a picture would be sent in, where that is not its own; null also until the model is known. */
  readonly sentSize = (part: PicturePart): PixelSize | null =>
    this.#capabilities && this.#sizing ? this.#sizing.sentSize(part, this.#capabilities) : null;

  /** Chooses; what follows from it is there after `load`. */
  choose(id: string): void {
    this.#id = id;
  }

  /** Chooses the first of these that there is, else the oldest connection. */
  chooseAmong(ids: readonly (string | null | undefined)[]): void {
    const { list } = this.#connections;
    this.#id = ids.find((id) => id != null && this.#connections.find(id)) ?? list[0]?.id ?? null;
  }

  /** Reads what follows from the choice; one that was made meanwhile has a reading of its own. */
  async load(): Promise<void> {
    const turn = (this.#turn += 1);
    const { connection } = this;
    const capabilities = connection && (await this.#connections.capabilities(connection));
    if (turn !== this.#turn) return;
    this.#capabilities = capabilities;
    if (connection) this.#sizing ??= await import('./picture-encoding.ts');
    const endingModel = connection && (await this.#connections.endingModel(connection));
    if (turn === this.#turn) this.#endingModel = endingModel;
  }

  /** What a picture costs here and on the person's other deployments. */
  async loadDeployments(): Promise<readonly PanelDeployment[]> {
    const chosenId = this.#id;
    return Promise.all(
      this.#connections.list.map(async (connection) => ({
        id: connection.id,
        name: connection.name,
        modelName: this.#connections.modelName(connection),
        capabilities: await this.#connections.capabilities(connection),
        price: await this.#connections.price(connection, null),
        chosen: connection.id === chosenId,
      })),
    );
  }
}
