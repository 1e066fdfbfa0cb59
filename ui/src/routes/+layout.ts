// A single page app in a window: nothing is rendered beforehand.
export const ssr = false;
export const prerender = false;
