// Making elements, and talking to the sandbox.

/** An element. Properties are set as such; `data` and `aria` become attributes; `on…` are listeners. */
export function make(tag, properties = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name.includes("-") || name === "role") node.setAttribute(name, value);
    else node[name] = value;
  }
  node.append(...children.filter((child) => child !== null));
  return node;
}

export const at = (id) => document.getElementById(id);

/** Replaces the children, but only when what they show has changed: a list that is redrawn each second loses focus. */
export function show(node, what, children) {
  const shown = JSON.stringify(what);
  if (node.dataset.shown === shown) return;
  node.dataset.shown = shown;
  node.replaceChildren(...children());
}

/** The platform's mark: its first character on its colour. */
export function mark(platform) {
  const node = make("span", { className: "mark", textContent: platform.name_zh[0], "aria-hidden": "true" });
  node.style.setProperty("--brand", platform.colour);
  return node;
}

export const face = (person) => make("img", { src: `/avatar/${encodeURIComponent(person)}.svg`, alt: "" });

/** What the sandbox said no to. */
export class Refused extends Error {
  constructor(error) {
    super(error.problem);
    this.error = error;
  }
}

async function answered(response) {
  const body = await response.json();
  if (!response.ok) throw new Refused(body.error);
  return body;
}

export const read = async (path) => answered(await fetch(path));

export const order = async (path, body) =>
  answered(
    await fetch(path, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    }),
  );

export const upload = async (path, form) => answered(await fetch(path, { method: "POST", body: form }));

export const remove = async (path) => answered(await fetch(path, { method: "DELETE" }));
