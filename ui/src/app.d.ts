// The types that SvelteKit looks for here; the app needs none of its own.
declare global {
  namespace App {}
}

export {};
