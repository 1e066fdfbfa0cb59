import { ApiError, type Api } from '$lib/client';
import type { OperateBody, Operated, OperationView } from '$lib/client/wire';
import { emptyDraft, placeInForm, readDraft, type Draft, type Problem } from './draft';
import { readSchema, type Json, type ObjectNode } from './schema';

export type Step = 'form' | 'confirm' | 'answer';

const problems: readonly string[] = ['missing', 'malformed', 'out_of_range', 'unknown'] satisfies Problem[];

/** One operation in the hands of its owner: filled in, asked about where it is dangerous, done. */
export class OperationRun {
  readonly operation: OperationView;
  readonly input: ObjectNode;
  readonly output: ObjectNode;
  step = $state<Step>('form');
  draft = $state<Draft>({});
  /** What is wrong, by the field's path. */
  problems = $state.raw<Record<string, Problem>>({});
  busy = $state(false);
  answer = $state.raw<Operated | undefined>();
  error = $state.raw<ApiError | undefined>();
  /** What the error speaks of, where no field of the form stands for it. */
  about = $state.raw<string | undefined>();

  readonly #api: Api['operations'];
  readonly #account: string;

  constructor(api: Api['operations'], account: string, operation: OperationView) {
    this.#api = api;
    this.#account = account;
    this.operation = operation;
    this.input = readSchema(operation.input);
    this.output = readSchema(operation.output);
    this.draft = emptyDraft(this.input, true);
  }

  /** Whether there is nothing to fill in and nothing to lose: it is done as soon as it is shown. */
  get isPlain(): boolean {
    return this.operation.risk === 'read' && this.input.fields.length === 0;
  }

  /** Whether its outcome must not be missed: something is being changed just now. */
  get holds(): boolean {
    return this.busy && this.operation.risk !== 'read';
  }

  /** Goes on from the form: to the question first where it is dangerous. */
  async submit(): Promise<void> {
    this.error = this.about = undefined;
    this.problems = readDraft(this.input, this.draft).problems;
    if (Object.keys(this.problems).length > 0) return;
    if (this.operation.risk === 'dangerous') this.step = 'confirm';
    else await this.run();
  }

  /** Does it. After the owner's own yes where it is dangerous. */
  async run(): Promise<void> {
    const { input } = readDraft(this.input, this.draft);
    this.busy = true;
    this.error = this.about = undefined;
    try {
      this.answer = await this.#api.run(this.#account, this.operation.operation, {
        input: input as OperateBody['input'],
        confirmed: this.operation.risk === 'dangerous',
      });
      this.step = 'answer';
    } catch (thrown) {
      this.#refuse(ApiError.from(thrown));
    } finally {
      this.busy = false;
    }
  }

  /** Shows the form again, as it was filled in. */
  back(): void {
    this.step = 'form';
  }

  get value(): Json {
    return (this.answer?.value ?? null) as Json;
  }

  #refuse(error: ApiError): void {
    this.step = 'form';
    const { field, reason } = error.details;
    const path = error.code === 'INVALID_REQUEST' && typeof field === 'string' ? inputPath(field) : undefined;
    const place = path === undefined ? undefined : placeInForm(this.input, this.draft, path);
    if (place === undefined) {
      this.error = error;
      this.about = path;
      return;
    }
    const known = typeof reason === 'string' && problems.includes(reason);
    this.problems = { [place]: known ? (reason as Problem) : 'malformed' };
  }
}

/** The part of the input that an error names: `input.preferences.theme` is `preferences.theme`. */
const inputPath = (field: string) => (field.startsWith('input.') ? field.slice('input.'.length) : undefined);
