import {
  isStateEvent,
  parseFrame,
  type Figures,
  type PriceTick,
  type ServerFrame,
  type StateEvent,
} from '@/types/events';

export const CLOSE_NOT_LOGGED_IN = 4401;

const BACKOFF_BASE_MS = 500;
const BACKOFF_CAP_MS = 30_000;
const PING_EVERY_MS = 15_000;
const SILENCE_MS = 40_000;
const HANDSHAKE_MS = 10_000;

/** Full jitter: after a server restart the pages of a whole team must not come back in step. */
export function backoffDelay(attempt: number, random: () => number): number {
  return random() * Math.min(BACKOFF_CAP_MS, BACKOFF_BASE_MS * 2 ** attempt);
}

export type Phase = 'connecting' | 'open' | 'reconnecting' | 'closed';

export interface ConnectionState {
  phase: Phase;
  /** Epoch milliseconds since which there have been no live updates; null while there are. */
  lostAt: number | null;
  /** Epoch milliseconds of the next attempt; null while one is under way. */
  retryAt: number | null;
}

export interface LiveHandlers {
  onEvent: (event: StateEvent) => void;
  onPrices: (prices: Record<string, PriceTick>) => void;
  onFigures: (figures: Figures) => void;
  /** Live updates have begun or come back. `first` is true once per socket. */
  onOpen: (first: boolean) => void;
  /** Too much was missed: everything must be read again. */
  onReload: () => void;
  onAuthLost: () => void;
}

export interface LiveSocketOptions {
  url: string;
  handlers: LiveHandlers;
  /** The newest event known when the page began to read: what happened since is replayed. */
  after?: number | null;
  random?: () => number;
  create?: (url: string) => WebSocket;
}

/**
 * The page's one connection to /ws: reconnects by itself, names the last event it saw so that nothing is missed,
 * and drops what it has already seen.
 */
export class LiveSocket {
  private readonly url: string;
  private readonly handlers: LiveHandlers;
  private readonly random: () => number;
  private readonly create: (url: string) => WebSocket;
  private readonly listeners = new Set<() => void>();

  private socket: WebSocket | null = null;
  private state: ConnectionState = { phase: 'closed', lostAt: null, retryAt: null };
  private symbols: string[] = [];
  private lastId: number | null;
  private attempt = 0;
  private openedBefore = false;
  private lastFrameAt = 0;
  private retryTimer: ReturnType<typeof setTimeout> | undefined;
  private silenceTimer: ReturnType<typeof setTimeout> | undefined;
  private pingTimer: ReturnType<typeof setInterval> | undefined;

  constructor({
    url,
    handlers,
    after = null,
    random = Math.random,
    create = (to) => new WebSocket(to),
  }: LiveSocketOptions) {
    this.url = url;
    this.handlers = handlers;
    this.lastId = after;
    this.random = random;
    this.create = create;
  }

  readonly getState = (): ConnectionState => this.state;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  start(): void {
    if (this.state.phase !== 'closed') return;
    window.addEventListener('online', this.wake);
    document.addEventListener('visibilitychange', this.wake);
    this.setState({ phase: 'connecting', lostAt: Date.now(), retryAt: null });
    this.connect();
  }

  stop(): void {
    window.removeEventListener('online', this.wake);
    document.removeEventListener('visibilitychange', this.wake);
    this.drop();
    clearTimeout(this.retryTimer);
    this.setState({ phase: 'closed', lostAt: null, retryAt: null });
  }

  retryNow(): void {
    if (this.state.retryAt === null) return;
    clearTimeout(this.retryTimer);
    this.connect();
  }

  setSymbols(symbols: readonly string[]): void {
    const next = [...new Set(symbols)].sort();
    if (next.join() === this.symbols.join()) return;
    this.symbols = next;
    if (this.state.phase === 'open')
      this.send({ type: 'subscribe', symbols: next, after: null, figures: true });
  }

  private connect(): void {
    this.setState({ ...this.state, retryAt: null });
    const socket = this.create(this.url);
    this.socket = socket;
    socket.onmessage = (message: MessageEvent<unknown>) => {
      this.receive(String(message.data));
    };
    socket.onclose = ({ code }) => {
      if (code === CLOSE_NOT_LOGGED_IN) {
        this.stop();
        this.handlers.onAuthLost();
      } else {
        this.reconnectLater();
      }
    };
    this.armSilence(HANDSHAKE_MS);
  }

  private receive(text: string): void {
    this.lastFrameAt = Date.now();
    if (this.state.phase === 'open') this.armSilence(SILENCE_MS);
    const frame = parseFrame(text);
    if (frame) this.dispatch(frame);
  }

  private dispatch(frame: ServerFrame): void {
    if (frame.type === 'price_update') {
      this.handlers.onPrices(frame.data);
    } else if (frame.type === 'figures') {
      this.handlers.onFigures(frame.data);
    } else if (frame.type === 'hello') {
      this.greet(frame.id);
    } else if (frame.type === 'reload') {
      this.lastId = frame.id;
      this.handlers.onReload();
    } else if (isStateEvent(frame)) {
      if (this.lastId !== null && frame.id <= this.lastId) return;
      this.lastId = frame.id;
      this.handlers.onEvent(frame);
    }
  }

  private greet(newestId: number): void {
    this.attempt = 0;
    // An id below ours belongs to another history: the server was given a new database.
    const otherHistory = this.lastId !== null && newestId < this.lastId;
    // From the greeting on nothing is missed: what happens before the server has read our answer is replayed.
    if (otherHistory || this.lastId === null) this.lastId = newestId;
    this.armSilence(SILENCE_MS);
    clearInterval(this.pingTimer);
    this.pingTimer = setInterval(() => {
      this.send({ type: 'ping' });
    }, PING_EVERY_MS);
    this.send({ type: 'subscribe', symbols: this.symbols, after: this.lastId, figures: true });
    const first = !this.openedBefore;
    this.openedBefore = true;
    this.setState({ phase: 'open', lostAt: null, retryAt: null });
    this.handlers.onOpen(first);
    if (otherHistory) this.handlers.onReload();
  }

  private readonly wake = (): void => {
    if (document.visibilityState === 'hidden') return;
    if (this.state.phase !== 'open') this.retryNow();
    else if (Date.now() - this.lastFrameAt > SILENCE_MS) this.reconnectLater();
  };

  private armSilence(ms: number): void {
    clearTimeout(this.silenceTimer);
    this.silenceTimer = setTimeout(() => {
      this.reconnectLater();
    }, ms);
  }

  private reconnectLater(): void {
    this.drop();
    const delay = backoffDelay(this.attempt, this.random);
    this.attempt += 1;
    const now = Date.now();
    this.setState({ phase: 'reconnecting', lostAt: this.state.lostAt ?? now, retryAt: now + delay });
    clearTimeout(this.retryTimer);
    this.retryTimer = setTimeout(() => {
      this.connect();
    }, delay);
  }

  /** Let go of the socket without waiting for its close event: a half-open one may never send it. */
  private drop(): void {
    clearTimeout(this.silenceTimer);
    clearInterval(this.pingTimer);
    if (!this.socket) return;
    this.socket.onmessage = null;
    this.socket.onclose = null;
    this.socket.close();
    this.socket = null;
  }

  private send(message: object): void {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(message));
  }

  private setState(state: ConnectionState): void {
    this.state = state;
    for (const listener of [...this.listeners]) listener();
  }
}
