import type { Field, Json, Node, ObjectNode } from './schema';

/**
 * What stands in a form: texts as typed (numbers, choices and switches too, the last two as JSON), parts by name,
 * entries of lists in their order.
 */
export type Draft = string | Draft[] | { [name: string]: Draft };

/** What is wrong with a field. */
export type Problem = 'missing' | 'malformed' | 'out_of_range' | 'unknown';

/** What was filled in, or what is wrong by the field's path: `preferences.theme`, `items[0].name`. */
export interface Reading {
  input: Record<string, Json>;
  problems: Record<string, Problem>;
}

/** An empty form, with what stands in it at first. */
export function emptyDraft(node: Node, required: boolean, fallback?: Json): Draft {
  switch (node.kind) {
    case 'object': {
      const given = isRecord(fallback) ? fallback : {};
      return Object.fromEntries(
        node.fields.map((field) => [
          field.name,
          emptyDraft(field.node, field.required, given[field.name] ?? field.fallback),
        ]),
      );
    }
    case 'list':
      return Array.isArray(fallback) ? fallback.map((entry) => emptyDraft(node.item, true, entry)) : [];
    case 'text':
      return typeof fallback === 'string' ? fallback : '';
    case 'number':
      return typeof fallback === 'number' ? String(fallback) : '';
    case 'toggle':
      return typeof fallback === 'boolean' ? String(fallback) : required ? 'false' : '';
    case 'choice':
    case 'any':
      return fallback === undefined ? '' : JSON.stringify(fallback);
  }
}

/** Reads a whole form. */
export function readDraft(node: ObjectNode, draft: Draft): Reading {
  const problems: Record<string, Problem> = {};
  const input = readObject(node.fields, draft, '', problems);
  return { input, problems };
}

function readObject(fields: Field[], draft: Draft, path: string, problems: Record<string, Problem>) {
  const input: Record<string, Json> = {};
  for (const { name, node, required } of fields) {
    const at = path === '' ? name : `${path}.${name}`;
    const value = read(node, partOf(draft, name), required, at, problems);
    if (value !== undefined) input[name] = value;
  }
  return input;
}

/** The part of a form by its name. */
export function partOf(draft: Draft, name: string): Draft {
  return typeof draft === 'object' && !Array.isArray(draft) ? (draft[name] ?? '') : '';
}

function read(
  node: Node,
  draft: Draft,
  required: boolean,
  path: string,
  problems: Record<string, Problem>,
): Json | undefined {
  if (isBlank(node, draft)) {
    if (!required) return undefined;
    if (node.kind === 'list') return [];
    if (node.kind !== 'object') problems[path] = 'missing';
    else return readObject(node.fields, draft, path, problems);
    return undefined;
  }
  switch (node.kind) {
    case 'object':
      return readObject(node.fields, draft, path, problems);
    case 'list':
      return entriesOf(draft).flatMap((entry, index) => {
        const value = read(node.item, entry, false, `${path}[${index}]`, problems);
        return value === undefined ? [] : [value];
      });
    default: {
      const [value, problem] = readText(node, String(draft));
      if (problem) problems[path] = problem;
      return value;
    }
  }
}

function readText(node: Node, text: string): [value: Json | undefined, problem?: Problem] {
  if (node.kind === 'text') return [node.secret ? text : text.trim()];
  if (node.kind === 'number') {
    const value = readNumber(text);
    if (value === undefined || (node.whole && !Number.isSafeInteger(value))) return [undefined, 'malformed'];
    const outside = value < (node.least ?? -Infinity) || value > (node.most ?? Infinity);
    return outside ? [undefined, 'out_of_range'] : [value];
  }
  try {
    return [JSON.parse(text) as Json];
  } catch {
    return [undefined, 'malformed'];
  }
}

/** A number as people type it, also in full-width digits: no exponents, no other bases, no separators. */
function readNumber(text: string): number | undefined {
  const plain = text.normalize('NFKC').trim();
  return /^[+-]?(\d+\.?\d*|\.\d+)$/.test(plain) ? Number(plain) : undefined;
}

/**
 * Where in the form the part of the input stands that an answer names: `users[0].id` is the first entry that was
 * filled in, which may be the second on screen. Nothing where the form has no such place.
 */
export function placeInForm(node: ObjectNode, draft: Draft, path: string): string | undefined {
  const steps = path.split(/[.[\]]+/).filter((step) => step !== '');
  let at: { node: Node; draft: Draft; path: string } | undefined = { node, draft, path: '' };
  for (const step of steps) {
    // What is typed as one text has no parts of its own.
    if (at.node.kind !== 'object' && at.node.kind !== 'list') break;
    at = at.node.kind === 'list' ? entryAt(at.node.item, at, Number(step)) : partAt(at.node.fields, at, step);
    if (!at) return undefined;
  }
  return at.path === '' ? undefined : at.path;
}

function partAt(fields: Field[], { draft, path }: { draft: Draft; path: string }, name: string) {
  const field = fields.find((field) => field.name === name);
  return (
    field && { node: field.node, draft: partOf(draft, name), path: path === '' ? name : `${path}.${name}` }
  );
}

function entryAt(node: Node, { draft, path }: { draft: Draft; path: string }, sent: number) {
  const filled = [...entriesOf(draft).entries()].filter(([, entry]) => !isBlank(node, entry));
  const found = filled[sent];
  return found && { node, draft: found[1], path: `${path}[${found[0]}]` };
}

/** The entries of a list in a form. */
export const entriesOf = (draft: Draft): Draft[] => (Array.isArray(draft) ? draft : []);

/**
 * Whether nothing has been filled in. A switch that has to be either says nothing while it is off; a "no" that was
 * chosen where nothing had to be is an answer.
 */
function isBlank(node: Node, draft: Draft): boolean {
  if (node.kind === 'object')
    return node.fields.every(
      ({ name, node, required }) =>
        isBlank(node, partOf(draft, name)) ||
        (required && node.kind === 'toggle' && partOf(draft, name) === 'false'),
    );
  if (Array.isArray(draft)) return node.kind !== 'list' || draft.every((entry) => isBlank(node.item, entry));
  return typeof draft !== 'string' || draft.trim() === '';
}

const isRecord = (value: unknown): value is Record<string, Json> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
