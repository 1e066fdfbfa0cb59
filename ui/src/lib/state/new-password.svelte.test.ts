import { expect, it } from 'vitest';
import { NewPassword } from './new-password.svelte';

async function typed(password: string, again = password, understood = true): Promise<NewPassword> {
  const chosen = new NewPassword();
  chosen.password = password;
  chosen.again = again;
  chosen.understood = understood;
  await chosen.measure();
  return chosen;
}

it('names one problem after the other', async () => {
  expect((await typed('短密码')).problem).toBe('short');
  expect((await typed('password1')).problem).toBe('weak');
  expect((await typed('mint lantern orbit 52', 'mint lantern')).problem).toBe('mismatch');
  expect((await typed('mint lantern orbit 52', undefined, false)).problem).toBe('not_understood');
  expect((await typed('mint lantern orbit 52')).problem).toBeUndefined();
});

it('takes the name of the app for no secret', async () => {
  expect((await typed('roster2026')).problem).toBe('weak');
});

it('keeps nothing once it is wiped', async () => {
  const chosen = await typed('mint lantern orbit 52');
  chosen.wipe();
  expect([chosen.password, chosen.again, chosen.strength]).toEqual(['', '', undefined]);
});
