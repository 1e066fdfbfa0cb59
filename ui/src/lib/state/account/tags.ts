export type Tags = Record<string, string>;

/** Reads `name` or `name:value` (also with the full-width colon). Empty text is no label. */
export function parseTag(text: string): [name: string, value: string] | undefined {
  const [name = '', ...rest] = text.split(/[:\uff1a]/u);
  return name.trim() === '' ? undefined : [name.trim(), rest.join(':').trim()];
}

/** Several labels at once, separated by commas; a label that is there already takes the new value. */
export function withTags(tags: Tags, text: string): Tags {
  const added = text.split(/[,\uff0c]/u).flatMap((part) => {
    const tag = parseTag(part);
    return tag ? [tag] : [];
  });
  return { ...tags, ...Object.fromEntries(added) };
}

export function withoutTag(tags: Tags, name: string): Tags {
  return Object.fromEntries(Object.entries(tags).filter(([other]) => other !== name));
}
