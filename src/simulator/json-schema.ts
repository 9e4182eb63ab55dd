/**
 * A smallest value that a JSON schema of structured outputs allows, for a simulated answer: the first choice of
 * every enum, one element in every list, texts that say they are simulated.
 */
export function instanceOf(schema: unknown, root: unknown = schema, depth = 0): unknown {
  if (!isObject(schema)) return null;
  if (typeof schema['$ref'] === 'string')
    return depth > DEEPEST ? null : instanceOf(resolve(schema['$ref'], root), root, depth + 1);
  if ('const' in schema) return schema['const'];
  if (Array.isArray(schema['enum'])) return schema['enum'][0] as unknown;
  if (Array.isArray(schema['anyOf']))
    return instanceOf(depth > DEEPEST ? schema['anyOf'].at(-1) : schema['anyOf'][0], root, depth + 1);
  const type: unknown = Array.isArray(schema['type']) ? schema['type'][0] : schema['type'];
  switch (type) {
    case 'object':
      return Object.fromEntries(
        Object.entries(isObject(schema['properties']) ? schema['properties'] : {}).map(([name, property]) => [
          name,
          instanceOf(property, root, depth + 1),
        ]),
      );
    case 'array':
      return depth > DEEPEST ? [] : [instanceOf(schema['items'], root, depth + 1)];
    case 'string':
      return 'simulated';
    case 'integer':
    case 'number':
      return 0;
    case 'boolean':
      return false;
    default:
      return null;
  }
}

/** Structured outputs allow five levels; a schema that refers to itself must end somewhere. */
const DEEPEST = 10;

function resolve(reference: string, root: unknown): unknown {
  let at = root;
  for (const step of reference.split('/').slice(1)) at = isObject(at) ? at[step] : undefined;
  return at;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
