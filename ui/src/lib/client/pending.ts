import type { components } from '$lib/api/schema';

type Schemas = components['schemas'];

export interface Words {
  zh: string;
  en: string;
}

export type FieldKind = 'text' | 'secret' | 'long_secret' | 'email' | 'url' | 'code' | 'choice';

export interface FormField {
  id: string;
  label: Words;
  hint: Words | null;
  kind: FieldKind;
  choices: { value: string; name: Words }[] | null;
  other: boolean;
  required: boolean;
  default: string | null;
}

export interface FormProblem {
  field: string | null;
  text: Words | null;
  reason: Schemas['Reason'];
  code: string | null;
  message: string | null;
}

export interface LoginForm {
  id: string;
  title: Words;
  fields: FormField[];
  problem: FormProblem | null;
}

export interface LoginWindow {
  open: boolean;
  host: string | null;
  secure: boolean;
  candidate: boolean;
}

export type LoginPhase = Schemas['LoginPhase'] | 'needs_input';

export type LoginError = Omit<Schemas['LoginErrorView'], 'code'> & {
  code: Schemas['LoginErrorView']['code'] | 'window_closed' | 'no_window';
};

export type LoginView = Omit<Schemas['LoginView'], 'phase' | 'error'> & {
  error: LoginError | null;
  phase: LoginPhase;
  method: Schemas['LoginMethod'];
  form: LoginForm | null;
  window: LoginWindow | null;
};
