import { ApiError } from '$lib/client';
import type { FormProblem, LoginMethod, LoginPhase } from '$lib/client/wire';
import { errorWords } from '$lib/errors/table';
import { say } from '$lib/i18n/bilingual';
import { currentLocale, t } from '$lib/i18n/index.svelte';
import type { Platforms } from '../platforms.svelte';
import type { Login } from './login.svelte';

/** What a login says in large letters and below them. */
export interface PhaseWords {
  title: string;
  /** One sentence or more, each a paragraph. */
  text: string[];
  incident?: string | undefined;
}

/** The app that scans a platform's code, in the language spoken now. */
export function scanningApp(platforms: Platforms, platform: string): string {
  const app = platforms.get(platform)?.scanning_app;
  const name = currentLocale() === 'zh-CN' ? app?.zh : app?.en;
  return name ?? t.login.someApp;
}

/** A phase in a few words, by the way the login goes. */
export function phaseName(method: LoginMethod, phase: LoginPhase): string {
  if (method === 'qr') return t.login.phases[phase];
  const own = method === 'window' ? t.login.windowPhases : t.login.formPhases;
  return own[phase] ?? t.login.phases[phase];
}

/** What the present phase means and what to do. */
export function phaseWords(login: Login, platforms: Platforms): PhaseWords {
  const { view, phase, method } = login;
  const title = phaseName(method, phase);
  const platform = platforms.name(login.purpose.platform);
  switch (phase) {
    case 'loading':
      return { title, text: [loadingText(method)(platform)] };
    case 'needs_input':
      return { title, text: [] };
    case 'waiting': {
      if (method === 'window') return { title, text: [t.login.windowText] };
      if (method !== 'qr') return { title, text: [] };
      return { title: t.login.scanWith(scanningApp(platforms, login.purpose.platform)), text: [] };
    }
    case 'scanned': {
      const who = view?.scanned_by?.name;
      return { title, text: who ? [t.login.scannedBy(who), t.login.scannedText] : [t.login.scannedText] };
    }
    case 'verifying':
      return { title, text: [method === 'qr' ? t.login.verifyingText : t.login.checkingText] };
    case 'expired':
      return {
        title,
        text: [view?.error?.code === 'stopped' ? t.login.expiredText : t.login.expiredRefreshing],
      };
    case 'refused':
      return { title, text: [method === 'qr' ? t.login.refusedText : t.login.refusedPlatformText] };
    case 'wrong_person': {
      const other = view?.other_person?.name;
      const text = [t.login.wrongText(login.purpose.account?.name ?? '')];
      if (view?.other_person?.account_id) text.push(t.login.wrongKnown);
      const named = method === 'qr' ? t.login.wrongTitle : t.login.wrongTitlePlain;
      return { title: other ? named(other) : title, text };
    }
    case 'failed':
      return failureWords(login);
    case 'done':
      return { title, text: [t.login.announceDone(view?.result?.account_name ?? '')] };
  }
}

function loadingText(method: LoginMethod): (platform: string) => string {
  if (method === 'qr') return t.login.loadingText;
  return method === 'window' ? t.login.openingText : t.login.preparingText;
}

function failureWords(login: Login): PhaseWords {
  const problem = login.view?.error;
  // The reason says more than the kind, where there are words for it.
  const keys = login.failure ? [login.failure.reason, login.failure.code] : [problem?.reason, problem?.code];
  // What is said of a code helps nobody who never saw one.
  const own = (key: string) => (login.method === 'qr' ? undefined : t.login.failures[`${key}_plain`]);
  const known = keys
    .flatMap((key) => (key === undefined ? [] : [own(key) ?? t.login.failures[key]]))
    .find(Boolean);
  const incident = login.failure?.incident;
  if (known) return { title: known[0] ?? '', text: known.slice(1), incident };
  const error = login.failure ?? new ApiError('PLATFORM_ERROR', 0, { reason: problem?.reason });
  const { title, remedy } = errorWords(error);
  return { title, text: [remedy], incident };
}

/** What is in the way for now, if anything. */
export function troubleTitle(login: Login): string | undefined {
  if (!login.trouble || login.trouble.code === 'stopped') return undefined;
  return login.trouble.code === 'network' ? t.login.troubleTitle : t.login.troublePlatform;
}

/** Why a form came back: what happened, what to do, and what the platform said. */
export function problemWords(problem: FormProblem): {
  title: string;
  text: string;
  said: string | undefined;
} {
  const [title = t.login.formProblem, remedy = ''] =
    t.login.failures[problem.reason] ?? (t.errors.reasons as Record<string, string[]>)[problem.reason] ?? [];
  const evidence = [problem.code, problem.message].filter(Boolean).join(' · ');
  const said = evidence === '' ? undefined : t.login.said(evidence);
  return problem.text
    ? { title: say(problem.text), text: '', said }
    : { title: problem.reason === 'other' ? t.login.formProblem : title, text: remedy, said };
}
