import { expect, it } from 'vitest';
import { guessCost } from './guess-cost';

it('says memory and time as people do', () => {
  expect(guessCost({ memory_kib: 65_536, passes: 3, lanes: 4 }, 'en')).toEqual({
    memory: '64 MiB',
    seconds: '0.2 s',
  });
  expect(guessCost({ memory_kib: 1_048_576, passes: 4, lanes: 4 }, 'zh-CN')).toEqual({
    memory: '1 GiB',
    seconds: '4 秒',
  });
});

it('never claims less than a tenth of a second', () => {
  expect(guessCost({ memory_kib: 19_456, passes: 2, lanes: 1 }, 'en').seconds).toBe('0.1 s');
});
