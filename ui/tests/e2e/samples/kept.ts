import { readFileSync } from 'node:fs';
import type { Json } from '../../../src/lib/state/operations/schema';

/** A sample of a specification, and what the whole app answered when a platform played it. */
export interface Sample {
  name: string;
  call: string;
  operation: string;
  input: Record<string, Json>;
  /** The platform's answer, as the specification has it. */
  answer: Record<string, Json>;
  shown: { status: number; body: Shown };
}

interface Shown {
  success: boolean;
  data?: { value?: Json; secrets?: string[]; open_url?: string | null };
  error?: { details: { message?: string | null; remedy?: { en: string; zh: string } | null } };
}

/** A login, and where it stood after it was filled in. */
export interface Login {
  name: string;
  method: string;
  answer: Record<string, Json>;
  view: Record<string, Json> & {
    phase: string;
    form: { title: { en: string; zh: string }; problem: Problem | null } | null;
    result: { account_name: string } | null;
  };
}

interface Problem {
  text: { en: string; zh: string } | null;
  message: string | null;
}

interface Operation {
  operation: string;
  title: { en: string; zh: string };
  risk: 'read' | 'write' | 'dangerous';
  input: Record<string, unknown>;
}

export interface Kept {
  platform: string;
  operations: { operations: Operation[] };
  samples: Sample[];
  logins: Login[];
  logouts?: Sample[];
  revealed?: Record<string, string>;
}

/** What the app's own tests wrote; see tests/tests/samples of the repository. */
export function kept(platform: string): Kept {
  const file = new URL(`../../samples/${platform}.json`, import.meta.url);
  return JSON.parse(readFileSync(file, 'utf8')) as Kept;
}
