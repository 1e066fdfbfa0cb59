/** What the UI asks of whatever it runs in. */
export interface Host {
  /** Sends one request to the API in the process. Rejects only when the host itself cannot be reached. */
  call(request: HostRequest): Promise<HostResponse>;
  /** Batches of events, in order. Answers how to stop listening. */
  onEvents(listener: (batch: HostEventBatch) => void): Promise<() => void>;
  /** Facts about the place that do not change while the app runs. */
  readonly facts: HostFacts;
  /** The window around the page, where there is one. */
  readonly window?: HostWindow;
}

/** What closing the window may come to. */
export type CloseAction = 'tray' | 'quit' | 'stay';

/** A window of the app. */
export interface HostWindow {
  /** The owner wants to close the window and has not yet said what that means. */
  onCloseRequested(listener: () => void): Promise<() => void>;
  /** What it means. */
  close(action: CloseAction): Promise<void>;
  /** A notification or the tray wants this account shown. */
  onOpenAccount(listener: (accountId: string) => void): Promise<() => void>;
}

/** A request to the API: `body` is a value that JSON can carry. */
export interface HostRequest {
  method: string;
  path: string;
  body?: unknown;
}

/** An answer: the HTTP status and the parsed JSON body, if any. */
export interface HostResponse {
  status: number;
  body: unknown;
}

/** What the engine tells at once, at most four times a second. */
export interface HostEventBatch {
  version: number;
  events: unknown[];
}

/** Where the UI runs. */
export interface HostFacts {
  /** Whether a real window of the app is around it. */
  desktop: boolean;
  /** Whether the modifier of shortcuts is ⌘. */
  mac: boolean;
}

/** The host did not answer: the app is going away, or the test host is gone. */
export class HostUnreachable extends Error {
  constructor(options?: ErrorOptions) {
    super('the host does not answer', options);
    this.name = 'HostUnreachable';
  }
}

/** Reads a body that came as JSON text. Text that is no JSON is handed on as it is. */
export function parseBody(text: unknown): unknown {
  if (typeof text !== 'string') return text ?? null;
  if (text === '') return null;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
