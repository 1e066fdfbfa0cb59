import { ApiError, type Api } from '$lib/client';
import type { LoginForm, LoginMethod, LoginPhase, LoginView } from '$lib/client/wire';
import type { Events } from '../events';

/** What a login is for: a new account, or one that logs in again. */
export interface LoginPurpose {
  platform: string;
  method: LoginMethod;
  account?: { id: string; name: string } | undefined;
  /** Where, of several sites of the platform. */
  site?: string | undefined;
}

const over = new Set<LoginPhase>(['done', 'refused', 'wrong_person', 'failed']);

let count = 0;

/** One login under way, from the first code to the account. */
export class Login {
  /** Tells the logins of this window apart, also before the engine has named them. */
  readonly key = ++count;
  readonly purpose: LoginPurpose;
  view = $state.raw<LoginView | undefined>();
  /** What was asked for last. It stays while the answer to it is awaited. */
  form = $state.raw<LoginForm | undefined>();
  /** Why it could not be started or continued at all. */
  failure = $state.raw<ApiError | undefined>();
  /** Whether an answer to the owner's click is awaited. */
  busy = $state(false);
  /** When the code ends, on this computer's clock; 0 when there is none. */
  deadline = $state(0);
  /** For how long the present code was good when it came, in milliseconds. */
  lifetime = $state(0);

  readonly #api: Api['logins'];
  readonly #stopListening: () => void;
  #reading = false;
  #readAgain = false;
  #closed = false;

  constructor(api: Api['logins'], events: Events, purpose: LoginPurpose) {
    this.#api = api;
    this.purpose = purpose;
    this.#stopListening = events.on('login_changed', ({ session_id }) => {
      if (session_id === this.view?.session_id) void this.read();
    });
  }

  /** Where it stands. Before the first answer it is loading; when there is none to come, it has failed. */
  get phase(): LoginPhase {
    if (this.failure) return 'failed';
    return this.view?.phase ?? 'loading';
  }

  /** The way it goes. */
  get method(): LoginMethod {
    return this.purpose.method;
  }

  /** Whether its form is on screen: it is to be filled in, or what was filled in is being looked at. */
  get showsForm(): boolean {
    return this.form !== undefined && ['needs_input', 'verifying', 'loading'].includes(this.phase);
  }

  /** Whether nothing more happens by itself. */
  get isOver(): boolean {
    return over.has(this.phase);
  }

  /** Whether something is in the way just now; it goes on by itself. */
  get trouble(): LoginView['error'] {
    return this.isOver ? null : (this.view?.error ?? null);
  }

  async start(): Promise<void> {
    this.failure = undefined;
    this.view = undefined;
    this.form = undefined;
    const { platform, method, account, site } = this.purpose;
    const order = { platform, method, ...(account && { account_id: account.id }), ...(site && { site }) };
    await this.#change(() => this.#api.start(order));
    // Closed while the answer was on its way: nobody is left to scan.
    if (this.#closed) await this.#cancel();
    // News that came before the login had its name were nobody's.
    else await this.read();
  }

  /** Hands over what was filled in. Answers why it was not taken; what the platform says to it comes as news. */
  async fillIn(fields: Record<string, string>): Promise<ApiError | undefined> {
    const id = this.view?.session_id;
    if (id === undefined) return undefined;
    this.busy = true;
    try {
      this.#take(await this.#api.fillIn(id, fields));
      return undefined;
    } catch (thrown) {
      const error = ApiError.from(thrown);
      // It has ended meanwhile: there is nothing left to fill in, only to begin anew.
      this.#fail(id, error);
      return error;
    } finally {
      this.busy = false;
    }
  }

  /** Brings its window to the front. Answers what went wrong. */
  async focusWindow(): Promise<ApiError | undefined> {
    const id = this.view?.session_id;
    if (id === undefined) return undefined;
    try {
      this.#take(await this.#api.focusWindow(id));
      return undefined;
    } catch (thrown) {
      return ApiError.from(thrown);
    }
  }

  /**
   * Asks for a new code or a new window: the old one ended, or somebody refused it. Where the login itself is over, a
   * new one.
   */
  async again(): Promise<void> {
    const id = this.view?.session_id;
    const reopens = this.view?.error?.code === 'window_closed';
    if (id === undefined || (this.isOver && !reopens)) {
      await this.#cancel();
      await this.start();
      return;
    }
    await this.#change(() => this.#api.refresh(id));
  }

  /** Keeps the other person's session as an account of its own. */
  async acceptNew(): Promise<void> {
    const id = this.view?.session_id;
    if (id !== undefined) await this.#change(() => this.#api.acceptNew(id));
  }

  /** Reads how it stands; at most one question at a time, and one more when news came meanwhile. */
  async read(): Promise<void> {
    const id = this.view?.session_id;
    if (id === undefined || this.#closed) return;
    if (this.#reading) {
      this.#readAgain = true;
      return;
    }
    this.#reading = true;
    do {
      this.#readAgain = false;
      try {
        this.#take(await this.#api.get(id));
      } catch (thrown) {
        this.#fail(id, ApiError.from(thrown));
      }
    } while (this.#readAgain);
    this.#reading = false;
  }

  /** The owner goes away: the engine stops asking the platform. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#stopListening();
    await this.#cancel();
  }

  async #cancel(): Promise<void> {
    const id = this.view?.session_id;
    if (id === undefined || this.view?.phase === 'done') return;
    // It may have ended by itself in between; then there is nothing left to call off.
    await this.#api.cancel(id).catch(() => undefined);
  }

  async #change(ask: () => Promise<LoginView>): Promise<void> {
    this.busy = true;
    try {
      this.#take(await ask(), true);
    } catch (thrown) {
      this.failure = ApiError.from(thrown);
    } finally {
      this.busy = false;
    }
  }

  #take(view: LoginView, renamed = false): void {
    if (!renamed && view.session_id !== this.view?.session_id) return;
    const isNewCode = view.qrcode_text !== this.view?.qrcode_text;
    this.view = view;
    this.form = view.form ?? this.form;
    this.failure = undefined;
    if (view.expires_in === null) return;
    this.deadline = Date.now() + view.expires_in * 1000;
    if (isNewCode || this.lifetime === 0) this.lifetime = view.expires_in * 1000;
  }

  #fail(id: string, error: ApiError): void {
    if (id !== this.view?.session_id || this.view.phase === 'done') return;
    // A lost answer is asked for again with the next news; a login that is gone will send none.
    if (error.code === 'LOGIN_NOT_FOUND') this.failure = error;
  }
}
