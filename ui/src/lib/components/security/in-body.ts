/** Moves an element out of the app's frame to the end of the page, as long as it is there. */
export function inBody(element: HTMLElement): () => void {
  document.body.append(element);
  return () => element.remove();
}
