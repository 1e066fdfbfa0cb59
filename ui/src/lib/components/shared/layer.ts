import { getContext, setContext } from 'svelte';

const layer = Symbol('layer');

/** Tells what is drawn in a dialog that its lists belong there, above it and within its focus. */
export function openLayer(id: string): void {
  setContext(layer, `#${id}`);
}

/** Where a list opens: in the dialog that it is part of, else in the page. */
export function layerHere(): string {
  return getContext<string | undefined>(layer) ?? 'main';
}
