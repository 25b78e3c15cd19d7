import type { QueryClient, QueryKey } from '@tanstack/react-query';
import { patchBacktest } from '@/features/backtests/api/backtests';
import { patchBot, patchBotStates } from '@/features/bots/api/bots';
import { FED_FOR_MS, isFed, noteFed } from '@/hooks/queries/fed';
import { keys } from '@/hooks/queries/keys';
import { readWholeIfOlder } from '@/hooks/queries/market';
import { patchPosition, upsertOpenPosition } from '@/features/positions/api/positions';
import { upsertRecentTrade } from '@/features/trades/api/trades';
import type { Alert, MarketStatus, Summary, Trade } from '@/types/domain';
import type { Figures, PriceTick, StateEvent } from '@/types/events';
import type { AlertStore } from './alertStore';
import type { PriceStore } from './priceStore';

const REFETCH_AFTER_MS = 300;

export interface BridgeOptions {
  client: QueryClient;
  prices: PriceStore;
  alerts: AlertStore;
  onAlert: (alert: Alert) => void;
  onFill: (trade: Trade) => void;
}

/**
 * The only place that writes what the socket says into the query cache. Rows are patched at once; the figures of the
 * account and of bots come with the next `figures`; other sums over rows (statistics, chart markers) and filtered lists
 * are read again a moment later. Prices go to the price store, never here.
 */
export class LiveBridge {
  private readonly options: BridgeOptions;
  private readonly pending = new Map<string, QueryKey>();
  private timer: ReturnType<typeof setTimeout> | undefined;
  private silence: ReturnType<typeof setTimeout> | undefined;

  constructor(options: BridgeOptions) {
    this.options = options;
  }

  readonly apply = (event: StateEvent): void => {
    const { client, alerts, onAlert, onFill } = this.options;
    switch (event.type) {
      case 'trade_executed':
        upsertRecentTrade(client, event.data);
        onFill(event.data);
        readWholeIfOlder(client, event.data);
        this.supersede(keys.recentTrades);
        this.readAgain(
          ...[keys.tradePages, keys.allTradeStats, keys.workingOrders, keys.tradeDetails],
          ...[keys.positionSummaries, keys.positionDetails, keys.analytics, keys.barsOf(event.data.symbol)],
          ...this.figures(),
        );
        return;
      case 'position_updated':
        upsertOpenPosition(client, event.data);
        patchPosition(client, event.data);
        this.supersede(keys.openPositions);
        this.supersede(keys.positionLists);
        this.readAgain(
          ...[keys.positionLists, keys.positionSummaries, keys.positionDetails],
          ...this.figures(),
        );
        return;
      case 'bot_status_changed':
        patchBot(client, event.data.id, {
          name: event.data.name,
          status: event.data.status,
          status_reason: event.data.status_reason,
        });
        this.supersede(keys.bots);
        // Nobody manages the positions of a stopped bot: they change with it.
        this.readAgain(keys.positions, ...this.figures());
        return;
      case 'market_status_changed':
        this.patchMarketStatus(event.data);
        this.supersede(keys.marketStatus);
        this.readAgain(...this.figures());
        return;
      case 'alert_raised': {
        alerts.push(event.data);
        onAlert(event.data);
        // Setting and clearing a halt is told as an alert.
        this.readAgain(keys.halts, keys.alertPages, ...this.figures());
        return;
      }
      case 'backtest_changed':
        patchBacktest(client, event.data);
        this.supersede(keys.backtests);
        // While it runs only its progress changes; with its end comes the report.
        if (event.data.status !== 'running') this.readAgain(keys.backtests);
        return;
      default:
        event satisfies never;
    }
  };

  readonly applyPrices = (prices: Record<string, PriceTick>): void => {
    this.options.prices.apply(prices);
  };

  readonly applyFigures = ({ summary, market_status, bots }: Figures): void => {
    const { client } = this.options;
    noteFed();
    clearTimeout(this.silence);
    // With this question those that wait minutes while they are told go back to asking often.
    this.silence = setTimeout(this.readEverything, FED_FOR_MS);
    client.setQueryData<Summary>(keys.summary, (known) =>
      known && known.event_id > summary.event_id ? known : summary,
    );
    this.patchMarketStatus(market_status);
    const isAllKnown = patchBotStates(client, bots, summary.bots.total);
    // A bot that was made, archived or configured anew.
    if (!isAllKnown) this.readAgain(keys.bots);
  };

  /** Live updates have come back, or have stopped: what was read before may miss what happened between. */
  readonly readEverything = (): void => {
    void this.options.client.invalidateQueries({ queryKey: keys.live });
  };

  readonly reload = (): void => {
    this.options.prices.clear();
    this.readEverything();
  };

  /** What the socket tells by itself while it can; lists of bots come in an order that only the server knows. */
  private figures(): QueryKey[] {
    return isFed() ? [keys.botLists] : [keys.summary, keys.bots];
  }

  private patchMarketStatus(status: MarketStatus): void {
    // A replayed event is older than the status that was read since.
    this.options.client.setQueryData<MarketStatus>(keys.marketStatus, (known) =>
      known && known.real > status.real ? known : status,
    );
  }

  dispose(): void {
    clearTimeout(this.timer);
    clearTimeout(this.silence);
    this.timer = undefined;
    this.pending.clear();
  }

  /** An answer already on its way may be older than this event and would undo it: ask again. */
  private supersede(key: QueryKey): void {
    if (this.options.client.isFetching({ queryKey: key }) > 0) {
      void this.options.client.invalidateQueries({ queryKey: key });
    }
  }

  private readAgain(...queryKeys: QueryKey[]): void {
    for (const key of queryKeys) this.pending.set(JSON.stringify(key), key);
    // Not pushed back by later events: a busy market must not keep the page waiting.
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      const due = [...this.pending.values()];
      this.pending.clear();
      for (const key of due) void this.options.client.invalidateQueries({ queryKey: key });
    }, REFETCH_AFTER_MS);
  }
}
