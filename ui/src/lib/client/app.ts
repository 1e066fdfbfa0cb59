import { open, type Client } from './client';
import type { PreferencesBody, SettingsBody } from './wire';

/** Calls about the app itself: what it looks like, what it does by itself, which platforms it knows. */
export const appCalls = (client: Client) => ({
  preferences: () => open(client.GET('/desktop/v1/preferences')),
  setPreferences: (body: PreferencesBody) => open(client.PUT('/desktop/v1/preferences', { body })),
  settings: () => open(client.GET('/desktop/v1/settings')),
  setSettings: (body: SettingsBody) => open(client.PUT('/desktop/v1/settings', { body })),
  platforms: () => open(client.GET('/api/v1/platforms')),
  about: () => open(client.GET('/desktop/v1/about')),
});
