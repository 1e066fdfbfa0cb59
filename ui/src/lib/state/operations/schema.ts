import type { Bilingual } from '$lib/i18n/bilingual';

export type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

/** One of several values. */
export interface Option {
  value: Json;
  label: Bilingual;
}

/** What a value is, as far as a form and an answer need to know it. */
export type Node =
  | {
      kind: 'text';
      secret: boolean;
      format: string | undefined;
      unit: string | undefined;
      words: Option[];
    }
  | {
      kind: 'number';
      whole: boolean;
      least: number | undefined;
      most: number | undefined;
      unit: string | undefined;
      words: Option[];
    }
  | { kind: 'toggle' }
  | { kind: 'choice'; options: Option[] }
  | { kind: 'object'; fields: Field[]; view: string | undefined }
  | { kind: 'list'; item: Node }
  | { kind: 'any' };

export type ObjectNode = Extract<Node, { kind: 'object' }>;

/** A named part of an object. */
export interface Field {
  name: string;
  label: Bilingual;
  hint: Bilingual | undefined;
  required: boolean;
  fallback: Json | undefined;
  node: Node;
  /** What it means in an answer that there is none, where that means something. */
  none: Bilingual | undefined;
}

type Schema = Record<string, unknown>;

/** Deeper than this no form is drawn; the rest is written as JSON. */
const DEEPEST = 6;

const isObject = (value: unknown): value is Schema =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
const numberOf = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined);

/** `current_period_end` as `Current period end`, where nobody has given it a name. */
export function humanised(name: string): string {
  const words = name
    .replaceAll(/[_-]+/g, ' ')
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2')
    .trim()
    .toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** Reads a JSON schema of an object. Anything else has no fields. */
export function readSchema(schema: unknown): ObjectNode {
  const root = isObject(schema) ? schema : {};
  const node = new Reader(root).node(root, 0);
  return node.kind === 'object' ? node : { kind: 'object', fields: [], view: undefined };
}

class Reader {
  readonly #root: Schema;

  constructor(root: Schema) {
    this.#root = root;
  }

  node(given: Schema, depth: number): Node {
    const schema = this.#plain(given);
    if (depth > DEEPEST) return { kind: 'any' };
    const options = optionsOf(schema);
    if (options) return { kind: 'choice', options };
    switch (typeOf(schema)) {
      case 'string':
        return {
          kind: 'text',
          secret: schema['x-secret'] === true,
          format: textOf(schema.format),
          unit: textOf(schema['x-unit']),
          words: wordsOf(schema),
        };
      case 'integer':
      case 'number':
        return {
          kind: 'number',
          whole: typeOf(schema) === 'integer',
          least: numberOf(schema.minimum),
          most: numberOf(schema.maximum),
          unit: textOf(schema['x-unit']),
          words: wordsOf(schema),
        };
      case 'boolean':
        return { kind: 'toggle' };
      case 'array':
        return {
          kind: 'list',
          item: isObject(schema.items) ? this.node(schema.items, depth + 1) : { kind: 'any' },
        };
      case 'object':
        return isObject(schema.properties)
          ? {
              kind: 'object',
              fields: this.#fields(schema, schema.properties, depth),
              view: textOf(schema['x-view']),
            }
          : { kind: 'any' };
      default:
        return { kind: 'any' };
    }
  }

  #fields(schema: Schema, properties: Schema, depth: number): Field[] {
    const required = Array.isArray(schema.required) ? schema.required : [];
    return inOrder(schema, properties).flatMap(([name, given]) => {
      if (!isObject(given)) return [];
      const merged = this.#plain(given);
      const en = textOf(merged.title) ?? humanised(name);
      const help = textOf(merged.description);
      const helpZh = textOf(merged['x-zh-description']);
      return [
        {
          name,
          label: { en, zh: textOf(merged['x-zh']) ?? en },
          hint: help || helpZh ? { en: help ?? '', zh: helpZh ?? '' } : undefined,
          required: required.includes(name),
          fallback: merged.default === null ? undefined : (merged.default as Json | undefined),
          node: naming(name, this.node(given, depth + 1)),
          none: bilingualOf(merged['x-null']),
        },
      ];
    });
  }

  /** What it points at and what it is besides null, as one schema. What stands nearer wins. */
  #plain(schema: Schema, steps = 0): Schema {
    if (steps > 16) return {};
    const { $ref, allOf, ...own } = schema;
    if (typeof $ref === 'string') return this.#plain({ ...this.#target($ref), ...own }, steps + 1);
    if (Array.isArray(allOf) && allOf.length === 1 && isObject(allOf[0]))
      return this.#plain({ ...allOf[0], ...own }, steps + 1);
    for (const key of ['anyOf', 'oneOf'] as const) {
      const among = own[key];
      if (!Array.isArray(among)) continue;
      const rest = among.filter((one): one is Schema => isObject(one) && one.type !== 'null');
      if (rest.length !== 1 || rest.length === among.length || !rest[0]) continue;
      const { [key]: _, ...outside } = own;
      return this.#plain({ ...rest[0], ...outside }, steps + 1);
    }
    return own;
  }

  #target(ref: string): Schema {
    const path = ref.startsWith('#/') ? ref.slice(2).split('/') : [];
    const found = path.reduce<unknown>((at, name) => (isObject(at) ? at[name] : undefined), this.#root);
    return isObject(found) ? found : {};
  }
}

/** A number that is called an id or a year is not counted, also where its schema does not say so. */
function naming(name: string, node: Node): Node {
  const names = /(^|_)(id|year)$/i.test(name) || /[a-z](Id|Year)$/.test(name);
  return node.kind === 'number' && names ? { ...node, unit: node.unit ?? 'plain' } : node;
}

/** The properties as they were written down: an object of JSON has no order of its own. */
function inOrder(schema: Schema, properties: Schema): [string, unknown][] {
  const order = Array.isArray(schema['x-order']) ? schema['x-order'] : [];
  const place = (name: string) => (order.includes(name) ? order.indexOf(name) : order.length);
  return Object.entries(properties).sort(([a], [b]) => place(a) - place(b));
}

/** Known words of an open field, with what people call them. */
function wordsOf(schema: Schema): Option[] {
  const given = Array.isArray(schema['x-words']) ? schema['x-words'] : [];
  return given.filter(isObject).map(({ value, title, 'x-zh': zh }) => {
    const en = textOf(title) ?? String(value);
    return { value: value as Json, label: { en, zh: textOf(zh) ?? en } };
  });
}

function bilingualOf(given: unknown): Bilingual | undefined {
  if (!isObject(given)) return undefined;
  const [en, zh] = [textOf(given.en), textOf(given.zh)];
  return en && zh ? { en, zh } : undefined;
}

function typeOf(schema: Schema): string | undefined {
  const types = Array.isArray(schema.type) ? schema.type : [schema.type];
  const named = textOf(types.find((type) => type !== 'null'));
  return named ?? (isObject(schema.properties) ? 'object' : undefined);
}

/** The values of an enumeration, however it is written. */
function optionsOf(schema: Schema): Option[] | undefined {
  if (Array.isArray(schema.enum)) return schema.enum.filter((value) => value !== null).map(bare);
  const among = Array.isArray(schema.oneOf) ? schema.oneOf : schema.anyOf;
  if (!Array.isArray(among)) return undefined;
  const options = among.filter((one) => !isObject(one) || one.type !== 'null').map(option);
  return options.length > 0 && options.every(Boolean) ? options.flatMap((one) => one ?? []) : undefined;
}

function option(schema: unknown): Option[] | undefined {
  if (!isObject(schema)) return undefined;
  if (Array.isArray(schema.enum)) return schema.enum.map(bare);
  if (!('const' in schema)) return undefined;
  const { en } = bare(schema.const).label;
  const label = textOf(schema.title) ?? en;
  return [{ value: schema.const as Json, label: { en: label, zh: textOf(schema['x-zh']) ?? label } }];
}

function bare(value: unknown): Option {
  const label = typeof value === 'string' ? humanised(value) : String(value);
  return { value: value as Json, label: { en: label, zh: label } };
}
