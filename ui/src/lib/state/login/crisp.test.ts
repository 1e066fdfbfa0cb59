import { describe, expect, it } from 'vitest';
import { crispEdge, LEAST, moduleSize, MOST } from './crisp';

/** The upper left of a code: a quiet zone of four modules, then the top of the finder pattern. */
function picture(module: number, modules: number): { lightness: number[]; width: number } {
  const width = module * modules;
  const lightness = Array.from({ length: width * width }, () => 255);
  for (let y = 4 * module; y < 5 * module; y++)
    for (let x = 4 * module; x < 11 * module; x++) lightness[y * width + x] = 0;
  return { lightness, width };
}

describe('moduleSize', () => {
  it('reads the size of a module from the finder pattern', () => {
    for (const module of [1, 3, 8]) {
      const { lightness, width } = picture(module, 57);
      expect(moduleSize(lightness, width)).toBe(module);
    }
  });

  it('finds nothing in an empty picture', () => {
    expect(moduleSize([255, 255, 255, 255], 2)).toBe(0);
  });
});

describe('crispEdge', () => {
  it('gives each module whole device pixels, large enough to scan', () => {
    for (const modules of [29, 33, 37, 41, 45, 49, 53, 57, 61, 65, 69, 73]) {
      for (const ratio of [1, 1.25, 1.5, 2, 3]) {
        const edge = crispEdge(modules * 8, 8, ratio);
        expect(edge).toBeGreaterThanOrEqual(LEAST);
        expect(edge).toBeLessThanOrEqual(MOST);
        const perModule = (edge * ratio) / modules;
        expect(Math.abs(perModule - Math.round(perModule))).toBeLessThan(1e-9);
      }
    }
  });

  it('falls back to the greatest edge for a picture it cannot read', () => {
    expect(crispEdge(456, 0, 1)).toBe(MOST);
    expect(crispEdge(456, 7.3, 1)).toBe(MOST);
    expect(crispEdge(0, 8, 1)).toBe(MOST);
  });
});
