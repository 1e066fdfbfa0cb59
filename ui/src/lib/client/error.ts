import type { components } from '$lib/api/schema';

type Failure = components['schemas']['FailureBody'];

/** The code of a call that never reached the API. */
export const HOST_UNREACHABLE = 'HOST_UNREACHABLE';
/** The code of an answer that nobody here understands. */
export const UNEXPECTED_ANSWER = 'UNEXPECTED_ANSWER';

/** An answer that says no: a code of a closed list and fields, never a sentence to read. */
export class ApiError extends Error {
  readonly code: string;
  readonly status: number;
  readonly details: Record<string, unknown>;

  constructor(code: string, status: number, details: Record<string, unknown> = {}) {
    super(code);
    this.name = 'ApiError';
    this.code = code;
    this.status = status;
    this.details = details;
  }

  /** The reason within the code, where there is one. */
  get reason(): string | undefined {
    return text(this.details.reason);
  }

  /** Ties this error to its line in the log. */
  get incident(): string | undefined {
    return text(this.details.incident);
  }

  static fromBody(status: number, body: unknown): ApiError {
    const error = (body as { error?: Partial<Failure> } | null)?.error;
    if (typeof error?.code !== 'string') return new ApiError(UNEXPECTED_ANSWER, status);
    return new ApiError(error.code, status, error.details ?? {});
  }

  /** Whatever was thrown, as one of ours. */
  static from(thrown: unknown): ApiError {
    if (thrown instanceof ApiError) return thrown;
    const unreachable = thrown instanceof Error && thrown.name === 'HostUnreachable';
    return new ApiError(unreachable ? HOST_UNREACHABLE : UNEXPECTED_ANSWER, 0);
  }
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
