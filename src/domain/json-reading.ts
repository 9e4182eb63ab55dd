import { amountProblem, isIsoDay, type AmountProblem } from './price-rules.ts';

/** What can be wrong with a file that was not written by this program. */
export type ReadingProblemCode =
  | AmountProblem
  | 'too-large'
  | 'not-json'
  | 'unknown-format'
  | 'unknown-version'
  | 'not-a-record'
  | 'not-a-list'
  | 'missing'
  /** A slip of the pen in a name would otherwise leave something out in silence. */
  | 'unknown-field'
  | 'not-a-count'
  | 'not-a-text'
  | 'not-a-flag'
  | 'not-a-choice'
  | 'not-a-day'
  | 'unknown-deployment-type'
  | 'not-an-own-id'
  /** Names a model of the person's own that the file does not hold. */
  | 'unknown-model'
  | 'duplicate';

export interface Place {
  /** As JavaScript would write it: `prices[3].price.inputPerMillion`; '' is the whole. */
  readonly path: string;
  readonly report: (path: string, code: ReadingProblemCode) => void;
}

/** Builds a value of known shape from one that nobody vouches for; undefined after a problem was reported. */
export type Reader<Value> = (value: unknown, at: Place) => Value | undefined;

type Readers = Readonly<Record<string, Reader<unknown>>>;
type Read<Fields> = {
  readonly [Name in keyof Fields]: Fields[Name] extends Reader<infer Value> ? Value : never;
};

/** Only named fields are read, so what a file calls `__proto__` or `constructor` reaches nothing. */
export function asRecord<const Needed extends Readers, const Optional extends Readers>(
  needed: Needed,
  optional: Optional,
): Reader<Read<Needed> & Partial<Read<Optional>>> {
  const readers = new Map(Object.entries({ ...needed, ...optional }));
  return (value, at) => {
    if (!isRecord(value)) return refuse(at, 'not-a-record');
    for (const name of Object.keys(value)) {
      if (!readers.has(name)) refuse(inside(at, name), 'unknown-field');
    }
    const read = [...readers].flatMap(([name, reader]): [string, unknown][] => {
      const place = inside(at, name);
      if (Object.hasOwn(value, name)) return [[name, reader(value[name], place)]];
      return Object.hasOwn(needed, name) ? [[name, refuse(place, 'missing')]] : [];
    });
    return read.every(([, field]) => field !== undefined)
      ? (Object.fromEntries(read) as Read<Needed> & Partial<Read<Optional>>)
      : undefined;
  };
}

export function asListOf<Value>(reader: Reader<Value>): Reader<readonly Value[]> {
  return (value, at) => {
    if (!Array.isArray(value)) return refuse(at, 'not-a-list');
    const read = value.map((one: unknown, index) =>
      reader(one, { ...at, path: `${at.path}[${String(index)}]` }),
    );
    return read.filter((one) => one !== undefined);
  };
}

export function asNullOr<Value>(reader: Reader<Value>): Reader<Value | null> {
  return (value, at) => (value === null ? null : reader(value, at));
}

export function asText(mostLetters: number): Reader<string> {
  return (value, at) =>
    typeof value === 'string' && value.trim() !== '' && value.length <= mostLetters
      ? value
      : refuse(at, 'not-a-text');
}

export function asChoice<const Choice>(
  choices: readonly Choice[],
  otherwise: ReadingProblemCode = 'not-a-choice',
): Reader<Choice> {
  return (value, at) => (choices.includes(value as Choice) ? (value as Choice) : refuse(at, otherwise));
}

export const asFlag: Reader<boolean> = (value, at) =>
  typeof value === 'boolean' ? value : refuse(at, 'not-a-flag');

export const asCount: Reader<number> = (value, at) =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : refuse(at, 'not-a-count');

/** A count that something is divided by. */
export const asPositiveCount: Reader<number> = (value, at) =>
  value === 0 ? refuse(at, 'not-a-count') : asCount(value, at);

/** Dollars, to a millionth. */
export const asAmount: Reader<number> = (value, at) => {
  const problem = typeof value === 'number' ? amountProblem(value) : 'not-a-number';
  return problem ? refuse(at, problem) : (value as number);
};

export const asDay: Reader<string> = (value, at) =>
  typeof value === 'string' && isIsoDay(value) ? value : refuse(at, 'not-a-day');

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function refuse(at: Place, code: ReadingProblemCode): undefined {
  at.report(at.path, code);
  return undefined;
}

function inside(at: Place, name: string): Place {
  return { ...at, path: at.path === '' ? name : `${at.path}.${name}` };
}
