import type { ApiError } from '$lib/client';
import type { SlotKind } from '$lib/client/wire';
import { t } from '$lib/i18n/index.svelte';
import { errorWords, type ErrorWords } from './table';

/** The words for an error about a way into the vault: what the keychain or a file dialog said, or any other. */
export function openingWords(error: ApiError, kind?: SlotKind): ErrorWords {
  const words = errorWords(error);
  const own = ownWords(error, kind);
  if (!own) return words;
  return { ...words, title: own[0] ?? '', remedy: own[1] ?? '', severity: own[1] ? 'problem' : 'note' };
}

function ownWords(error: ApiError, kind: SlotKind | undefined): string[] | undefined {
  if (error.code === 'WRONG_PASSWORD' && kind === 'key_file') return t.security.reasons.other_vault;
  if (error.code === 'WRONG_PASSWORD' && kind === 'keychain') return t.security.keychainReasons.other_key;
  const keychain: Record<string, string[]> = t.security.keychainReasons;
  const reasons: Record<string, string[]> = t.security.reasons;
  const reason = error.reason ?? '';
  if (error.code === 'UNSUPPORTED') return kind === 'key_file' ? t.security.reasons.dialog : keychain[reason];
  return reasons[reason];
}

/** What to do when the vault's own files stand in the way, step by step. */
export function troubleHelp(error: ApiError): string | undefined {
  const help: Partial<Record<string, string>> = {
    VAULT_DAMAGED: t.security.damagedHelp,
    VAULT_NEWER: t.security.newerHelp,
    VAULT_BUSY: t.security.busyHelp,
  };
  return error.reason === 'key_missing' ? t.security.keyMissingHelp : help[error.code];
}
