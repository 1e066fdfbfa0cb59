/** The least and the greatest edge of a code on screen, in CSS pixels. Cameras read both from an arm's length. */
export const LEAST = 260;
export const MOST = 344;

/**
 * How many pixels a module of the code has in its picture, read from the picture: the first dark run of a code is
 * the top of its finder pattern, seven modules wide. 0 when there is no such run.
 *
 * @param lightness of each pixel, row by row, 0 is black
 */
export function moduleSize(lightness: ArrayLike<number>, width: number): number {
  const dark = (index: number) => (lightness[index] ?? 255) < 128;
  let first = 0;
  while (first < lightness.length && !dark(first)) first++;
  if (first >= lightness.length) return 0;
  const rowEnd = (Math.floor(first / width) + 1) * width;
  let end = first;
  while (end < rowEnd && dark(end)) end++;
  return (end - first) / 7;
}

/**
 * The edge at which a code is drawn sharp: each module is as many whole device pixels wide as fit. The greatest
 * edge where that is not to be had.
 */
export function crispEdge(natural: number, module: number, ratio: number): number {
  const modules = natural / module;
  if (!Number.isInteger(modules) || modules <= 0 || ratio <= 0) return MOST;
  const edge = (Math.floor((MOST * ratio) / modules) * modules) / ratio;
  return edge >= LEAST ? edge : MOST;
}
