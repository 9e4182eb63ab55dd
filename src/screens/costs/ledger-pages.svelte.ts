import type { LedgerEntry } from '#domain/ledger.ts';

export type ReadRows = (offset: number, limit: number) => Promise<readonly LedgerEntry[]>;

const rowsPerPage = 100;
/** Pages that are kept on each side of what is in view. */
const pagesAround = 2;

interface Page {
  readonly version: number;
  readonly rows: readonly LedgerEntry[];
}

/** The ledger's rows around what is in view, read a page at a time. */
export class LedgerPages {
  #pages = $state.raw<ReadonlyMap<number, Page>>(new Map());
  #hasFailed = $state(false);
  readonly #read: ReadRows;
  #version = Number.NaN;
  #underWay = new Set<number>();
  /** Pages that are in use now. */
  #wanted: readonly number[] = [];

  constructor(read: ReadRows) {
    this.#read = read;
  }

  get hasFailed(): boolean {
    return this.#hasFailed;
  }

  /** Undefined: not here yet. After a change it is the row of before, until the new one arrives. */
  row(index: number): LedgerEntry | undefined {
    return this.#pages.get(Math.floor(index / rowsPerPage))?.rows[index % rowsPerPage];
  }

  /** Sees to it that the rows from `first` to before `end` come, as of `version`. */
  async show(first: number, end: number, version: number): Promise<void> {
    if (version !== this.#version) {
      this.#version = version;
      this.#underWay = new Set();
      this.#hasFailed = false;
    }
    const [from, to] = [Math.floor(first / rowsPerPage), Math.ceil(end / rowsPerPage)];
    this.#wanted = Array.from({ length: to - from }, (_, at) => from + at);
    const missing = this.#wanted.filter(
      (page) => this.#pages.get(page)?.version !== version && !this.#underWay.has(page),
    );
    await Promise.all(missing.map((page) => this.#fetch(page)));
  }

  async #fetch(page: number): Promise<void> {
    const version = this.#version;
    const underWay = this.#underWay;
    underWay.add(page);
    try {
      const rows = await this.#read(page * rowsPerPage, rowsPerPage);
      if (version !== this.#version) return;
      const near = [...this.#pages].filter(([at]) =>
        this.#wanted.some((wanted) => Math.abs(at - wanted) <= pagesAround),
      );
      this.#pages = new Map([...near, [page, { version, rows }]]);
      this.#hasFailed = false;
    } catch {
      if (version === this.#version) this.#hasFailed = true;
    } finally {
      underWay.delete(page);
    }
  }
}
