import { expect, it } from 'vitest';
import { Events } from './events';

it('hands each event to those who asked for its kind, in order, until they stop', () => {
  const events = new Events();
  const heard: string[] = [];
  const stop = events.on('login_changed', ({ session_id }) => heard.push(session_id));
  const batch = (id: string) => ({
    version: 1,
    events: [{ type: 'pools_changed' }, { type: 'login_changed', session_id: id }],
  });
  events.dispatch(batch('one'));
  stop();
  events.dispatch(batch('two'));
  expect(heard).toEqual(['one']);
});

it('passes over kinds it does not know and batches of another version', () => {
  const events = new Events();
  const heard: unknown[] = [];
  events.on('pools_changed', (event) => heard.push(event));
  events.dispatch({ version: 1, events: [{ type: 'from_tomorrow' }, { type: 'pools_changed' }] });
  events.dispatch({ version: 2, events: [{ type: 'pools_changed' }] });
  expect(heard).toHaveLength(1);
});
