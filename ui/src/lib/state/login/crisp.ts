/** The least and the greatest edge of a code on screen, in CSS pixels. Cameras read both from an arm's length. */
export const LEAST = 260;
export const MOST = 300;

/**
 * The edge at which a picture of `natural` pixels is drawn sharp: a whole multiple or a whole part of its size
 * in device pixels where one fits, else the greatest edge.
 */
export function crispEdge(natural: number, ratio: number): number {
  if (natural <= 0 || ratio <= 0) return MOST;
  const most = MOST * ratio;
  const times = Math.floor(most / natural);
  if (times >= 1 && (natural * times) / ratio >= LEAST) return (natural * times) / ratio;
  const parts = Math.ceil(natural / most);
  if (natural % parts === 0 && natural / parts / ratio >= LEAST) return natural / parts / ratio;
  return MOST;
}
