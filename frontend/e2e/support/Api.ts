import { expect, request, type APIRequest, type APIRequestContext } from '@playwright/test';
import type { BotList, HaltList, Position, PositionList, Trade, TradePage } from '@/types/domain';
import { BASE_URL, EXCHANGE_URL, PASSWORD, USERNAME } from './stack';

export async function csrf(context: APIRequestContext): Promise<Record<string, string>> {
  const { cookies } = await context.storageState();
  const token = cookies.find(({ name }) => name === 'csrftoken')?.value;
  return token ? { 'X-CSRFToken': token } : {};
}

export async function logInByApi(context: APIRequestContext): Promise<void> {
  await context.get('/api/auth/csrf');
  const answer = await context.post('/api/auth/login', {
    headers: await csrf(context),
    data: { username: USERNAME, password: PASSWORD },
  });
  expect(answer.status()).toBe(200);
}

/** Somebody else, logged in elsewhere: what the page shows is compared with what they are told. */
export class Api {
  private readonly context: APIRequestContext;

  private constructor(context: APIRequestContext) {
    this.context = context;
  }

  static async logIn(request: APIRequest): Promise<Api> {
    const context = await request.newContext({ baseURL: BASE_URL });
    await logInByApi(context);
    return new Api(context);
  }

  async get<T>(path: string): Promise<T> {
    const answer = await this.context.get(path);
    expect(answer.status(), path).toBe(200);
    return (await answer.json()) as T;
  }

  async post<T>(path: string, data: object = {}): Promise<T> {
    const answer = await this.context.post(path, { headers: await csrf(this.context), data });
    expect(answer.ok(), `${path}: ${await answer.text()}`).toBe(true);
    return (await answer.json()) as T;
  }

  async archive(id: number): Promise<void> {
    const answer = await this.context.delete(`/api/bots/${id}`, { headers: await csrf(this.context) });
    expect(answer.ok(), await answer.text()).toBe(true);
  }

  bots = () => this.get<BotList>('/api/bots').then(({ results }) => results);

  async bot(id: number) {
    const bot = (await this.bots()).find((each) => each.id === id);
    if (!bot) throw new Error(`there is no bot ${id}`);
    return bot;
  }

  openPositions = () => this.get<PositionList>('/api/positions?is_open=true').then(({ results }) => results);

  position = (id: number) => this.get<Position>(`/api/positions/${id}`);

  trade = (id: number) => this.get<Trade>(`/api/trades/${id}`);

  /** An open position that nobody is closing, of a bot that has been paused: what is sold stays sold. */
  async quietPosition(shares = 1): Promise<Position> {
    let found: Position | undefined;
    await expect(async () => {
      found = (await this.openPositions()).find(
        (each) => each.protection === 'protected' && !each.closing && Number(each.quantity) >= shares,
      );
      expect(found).toBeDefined();
    }).toPass({ timeout: 30_000 });
    if (!found) throw new Error('unreachable');
    await this.post(`/api/bots/${found.bot}/pause`);
    return this.position(found.id);
  }

  /** The filled sell that closed a position of the symbol, once it is booked. */
  async exitOf(position: Position): Promise<Trade> {
    let exit: Trade | undefined;
    await expect(async () => {
      const query = `bot=${position.bot}&symbol=${position.symbol}&type=sell&status=filled`;
      const { results } = await this.get<TradePage>(`/api/trades?${query}`);
      exit = results.find(({ role, timestamp }) => role === 'exit' && timestamp > position.opened_at);
      expect(exit).toBeDefined();
      expect((await this.position(position.id)).is_open).toBe(false);
    }).toPass({ timeout: 15_000 });
    if (!exit) throw new Error('unreachable');
    return exit;
  }

  async startAllBots(): Promise<void> {
    for (const { id, status } of await this.bots()) {
      if (status !== 'running') await this.post(`/api/bots/${id}/start`);
    }
  }

  async put<T>(path: string, data: object): Promise<T> {
    const answer = await this.context.put(path, { headers: await csrf(this.context), data });
    expect(answer.ok(), `${path}: ${await answer.text()}`).toBe(true);
    return (await answer.json()) as T;
  }

  async delete(path: string): Promise<void> {
    const answer = await this.context.delete(path, { headers: await csrf(this.context) });
    expect(answer.ok(), path).toBe(true);
  }

  async clearHalts(): Promise<void> {
    const { results } = await this.get<HaltList>('/api/halts');
    for (const { id } of results) await this.post(`/api/halts/${id}/clear`);
  }

  dispose = () => this.context.dispose();
}

export interface LedgerOrder {
  id: string;
  client_order_id: string;
  symbol: string;
  side: 'buy' | 'sell';
  status: string;
  filled_qty: string;
  filled_avg_price: string | null;
  legs: LedgerOrder[] | null;
}

export interface Ledger {
  orders: LedgerOrder[];
  positions: { symbol: string; qty: string }[];
}

/** What the exchange itself has in its books. */
export async function exchangeLedger(): Promise<Ledger> {
  const context = await request.newContext();
  try {
    return (await (await context.get(`${EXCHANGE_URL}/sim/ledger`)).json()) as Ledger;
  } finally {
    await context.dispose();
  }
}

/** Orders and their legs, in one list. */
export function allOrders({ orders }: Ledger): LedgerOrder[] {
  return orders.flatMap((order) => [order, ...(order.legs ?? [])]);
}
