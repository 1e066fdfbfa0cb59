import { describe, expect, it } from 'vitest';
import { bytesText } from '$lib/i18n/bytes';
import { setLocale } from '$lib/i18n/index.svelte';
import { emptyDraft, placeInForm, readDraft, type Draft } from './draft';
import { humanised, readSchema } from './schema';
import { scalarText } from './values';

/** As schemars writes it: references, nullable parts, an enumeration with and without words. */
const update = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  type: 'object',
  additionalProperties: false,
  required: ['name', 'count', 'notify'],
  properties: {
    name: { type: 'string', title: 'Name', 'x-zh': '名称', description: 'Shown to all.' },
    password: { type: ['string', 'null'], 'x-secret': true },
    count: { type: 'integer', minimum: 1, maximum: 9, default: 3 },
    notify: { type: 'boolean' },
    public: { type: ['boolean', 'null'] },
    action: { anyOf: [{ $ref: '#/$defs/Action' }, { type: 'null' }], title: 'Action' },
    preferences: { anyOf: [{ $ref: '#/$defs/Preferences' }, { type: 'null' }] },
    channels: { anyOf: [{ $ref: '#/$defs/Channels' }, { type: 'null' }] },
    tags: { type: 'array', items: { type: 'string' } },
    users: { type: 'array', items: { $ref: '#/$defs/User' } },
  },
  $defs: {
    Action: {
      oneOf: [
        { const: 'turn_off', type: 'string', 'x-zh': '停用' },
        { type: 'string', enum: ['on'] },
      ],
    },
    Preferences: {
      type: 'object',
      required: ['theme'],
      properties: { theme: { type: 'string', enum: ['light', 'dark'] }, mail: { type: 'boolean' } },
    },
    Channels: { type: 'object', properties: { mail: { type: ['boolean', 'null'] } } },
    User: {
      type: 'object',
      required: ['id'],
      properties: { id: { type: 'integer' }, name: { type: 'string' } },
    },
  },
};

const node = readSchema(update);
const field = (name: string) => node.fields.find((one) => one.name === name);
const fill = (change: Record<string, Draft>) =>
  readDraft(node, { ...(emptyDraft(node, true) as Record<string, Draft>), ...change });

describe('a form from a schema', () => {
  it('has each field’s names, kind and default, through references and null', () => {
    expect(field('name')?.label).toEqual({ en: 'Name', zh: '名称' });
    expect(field('name')?.required).toBe(true);
    expect(field('password')?.node).toMatchObject({ kind: 'text', secret: true });
    expect(field('count')?.node).toMatchObject({ kind: 'number', whole: true, least: 1, most: 9 });
    expect(field('action')?.label.en).toBe('Action');
    expect(field('action')?.node).toEqual({
      kind: 'choice',
      options: [
        { value: 'turn_off', label: { en: 'Turn off', zh: '停用' } },
        { value: 'on', label: { en: 'On', zh: 'On' } },
      ],
    });
    expect(field('preferences')?.node.kind).toBe('object');
    expect(humanised('currentPeriodEnd')).toBe('Current period end');
  });

  it('leaves out what is optional and empty, and names what is missing', () => {
    expect(fill({})).toEqual({ input: { count: 3, notify: false }, problems: { name: 'missing' } });
    expect(fill({ name: ' Lin ' }).input).toEqual({ name: 'Lin', count: 3, notify: false });
  });

  it('says what a number is not', () => {
    expect(fill({ name: 'a', count: '2.5' }).problems).toEqual({ count: 'malformed' });
    expect(fill({ name: 'a', count: '12' }).problems).toEqual({ count: 'out_of_range' });
    expect(fill({ name: 'a', count: 'x' }).problems).toEqual({ count: 'malformed' });
    for (const count of ['0x5', '5e0', '1,0', 'Infinity', '５x'])
      expect([count, fill({ name: 'a', count }).problems]).toEqual([count, { count: 'malformed' }]);
    for (const count of ['+5', ' 5 ', '５']) expect(fill({ name: 'a', count }).input.count).toBe(5);
  });

  it('takes an optional part as a whole: all of it, or nothing', () => {
    const some = fill({ name: 'a', preferences: { theme: '', mail: 'true' } });
    expect(some.problems).toEqual({ 'preferences.theme': 'missing' });
    const whole = fill({ name: 'a', preferences: { theme: '"dark"', mail: '' }, public: 'false' });
    expect(whole).toEqual({
      input: { name: 'a', count: 3, notify: false, preferences: { theme: 'dark' }, public: false },
      problems: {},
    });
  });

  it('takes a no that was chosen in an optional part, but not a switch that stands at no', () => {
    expect(fill({ name: 'a', channels: { mail: 'false' } }).input.channels).toEqual({ mail: false });
    expect(fill({ name: 'a', channels: { mail: '' } }).input).not.toHaveProperty('channels');
    const must = readSchema({
      type: 'object',
      properties: { part: { type: 'object', required: ['on'], properties: { on: { type: 'boolean' } } } },
    });
    expect(readDraft(must, emptyDraft(must, true)).input).toEqual({});
  });

  it('takes lists of texts and of objects, without empty entries', () => {
    const read = fill({
      name: 'a',
      tags: ['one', ' '],
      users: [
        { id: '7', name: 'x' },
        { id: 'seven', name: '' },
      ],
    });
    expect(read.input.tags).toEqual(['one']);
    expect(read.problems).toEqual({ 'users[1].id': 'malformed' });
  });

  it('finds the place of what an answer names among what is on screen', () => {
    const draft = {
      users: [
        { id: '', name: '' },
        { id: '7', name: 'x' },
      ],
      preferences: { theme: '' },
    };
    const place = (path: string) => placeInForm(node, draft, path);
    expect(place('users[0].id')).toBe('users[1].id');
    expect(place('users.0.id')).toBe('users[1].id');
    expect(place('preferences.theme')).toBe('preferences.theme');
    expect(place('preferences')).toBe('preferences');
    expect(place('name')).toBe('name');
    expect(['users[1].id', 'preferences.other', 'other', ''].map(place)).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('knows the numbers that only name something', () => {
    setLocale('en');
    const number = { type: 'integer' };
    const names = ['id', 'user_id', 'expiry_year', 'inviterId', 'paid', 'identity', 'yearly', 'credit'];
    const properties = Object.fromEntries(names.map((name) => [name, number]));
    const shown = readSchema({
      type: 'object',
      properties: { ...properties, year_id: { ...number, 'x-unit': 'bytes' } },
    }).fields.map(({ name, node }) => [name, scalarText(12_345, node)]);
    expect(Object.fromEntries(shown)).toEqual({
      ...{ id: '12345', user_id: '12345', expiry_year: '12345', inviterId: '12345' },
      ...{
        paid: '12,345',
        identity: '12,345',
        yearly: '12,345',
        credit: '12,345',
        year_id: bytesText(12_345),
      },
    });
  });

  it('writes a list within a line as words, and not all of a long one', () => {
    setLocale('en');
    expect(scalarText(['a', 'b'], { kind: 'any' })).not.toContain('[');
    expect(scalarText([], { kind: 'any' })).toBe('–');
    const many = Array.from({ length: 1_030 }, (_, n) => `m${n}`);
    expect(scalarText(many, { kind: 'any' })).toMatch(/^m0, .*m11 and 1,018 more$/);
  });

  it('keeps a secret exactly as typed', () => {
    expect(fill({ name: 'a', password: ' b ' }).input.password).toBe(' b ');
  });

  it('survives a schema that points at itself or says nothing', () => {
    const loop = { type: 'object', properties: { next: { $ref: '#' } } };
    expect(readSchema(loop).fields[0]?.node.kind).toBe('object');
    expect(readSchema(true).fields).toEqual([]);
    expect(readSchema({ type: 'object', properties: { x: {} } }).fields[0]?.node).toEqual({ kind: 'any' });
  });
});
