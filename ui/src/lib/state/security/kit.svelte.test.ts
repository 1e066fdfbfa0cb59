import { expect, it } from 'vitest';
import { ApiError, type Api } from '$lib/client';
import { KitMaking } from './kit.svelte';

const WORDS = 'orbit ladder mimic rice paper thunder indoor seven bridge window spice arrow'.split(' ');

/** The calls of an engine that shows these words and asks for the fourth and the ninth. */
function engine(confirm: (words: string[]) => Promise<unknown> = () => Promise.resolve({ slots: [] })) {
  const asked: unknown[] = [];
  const api = {
    makeKit: (password: string | null) => {
      asked.push(password);
      return Promise.resolve({
        words: WORDS,
        ask: [4, 9],
        made_at: '2026-11-20T08:00:00Z',
        vault_name: '7f3a',
      });
    },
    confirmKit: (words: string[]) => {
      asked.push(words);
      return confirm(words);
    },
  } as unknown as Api['security'];
  return { api, asked };
}

async function shown(kit: KitMaking, first: string, second: string): Promise<void> {
  await kit.make(null);
  kit.written();
  const [a, b] = kit.asked;
  if (a) a.typed = first;
  if (b) b.typed = second;
}

it('asks for the words that the engine names, and takes them as a phone types them', async () => {
  const { api, asked } = engine();
  const kit = new KitMaking(api);
  await shown(kit, ' Rice', 'ｂｒｉｄｇｅ');
  await kit.confirm();
  expect(asked).toEqual([null, ['rice', 'bridge']]);
  expect(kit.step).toBe('done');
});

it('names the wrong word and the missing one, and asks nobody', async () => {
  const { api, asked } = engine();
  const kit = new KitMaking(api);
  await shown(kit, 'paper', ' ');
  await kit.confirm();
  expect(kit.asked.map(({ fault }) => fault)).toEqual(['wrong', 'empty']);
  expect(asked).toHaveLength(1);
  expect(kit.step).toBe('test');
});

it('forgets what was typed when the words are looked at again', async () => {
  const kit = new KitMaking(engine().api);
  await shown(kit, 'paper', 'bridge');
  kit.lookAgain();
  expect(kit.words).toEqual(WORDS);
  kit.written();
  expect(kit.asked.map(({ typed }) => typed)).toEqual(['', '']);
});

it('keeps no word once the kit works, nor when its page goes', async () => {
  const kit = new KitMaking(engine().api);
  await shown(kit, 'rice', 'bridge');
  await kit.confirm();
  expect(kit.words).toEqual([]);
  await shown(kit, 'rice', 'bridge');
  kit.wipe();
  expect([kit.words, kit.asked, kit.step]).toEqual([[], [], 'explain']);
});

it('begins anew when the engine has forgotten the kit, and stays when it only failed', async () => {
  const late = new KitMaking(
    engine(() => Promise.reject(new ApiError('CONFLICT', 409, { reason: 'no_kit' }))).api,
  );
  await shown(late, 'rice', 'bridge');
  await late.confirm();
  expect([late.step, late.words]).toEqual(['explain', []]);

  const failed = new KitMaking(engine(() => Promise.reject(new ApiError('INTERNAL', 500))).api);
  await shown(failed, 'rice', 'bridge');
  await failed.confirm();
  expect([failed.step, failed.error?.code]).toEqual(['test', 'INTERNAL']);
});
