import { useQueryClient } from '@tanstack/react-query';
import { closeSnackbar, enqueueSnackbar } from 'notistack';
import { useEffect, useMemo, useState, type ReactNode } from 'react';
import { LiveContext } from '@/hooks/live';
import { keys } from '@/hooks/queries/keys';
import { ServerClock } from '@/lib/marketClock';
import { AlertStore, isOver } from '@/services/alertStore';
import { LiveBridge } from '@/services/liveBridge';
import { PriceStore } from '@/services/priceStore';
import { LiveSocket } from '@/services/websocket';
import type { Alert, MarketStatus, Trade } from '@/types/domain';

function showAlert(alert: Alert): void {
  // What is over takes back the toast that told of it.
  if (isOver(alert)) closeSnackbar(`alert-${alert.alert}`);
  const about = alert.symbol && !alert.message.includes(alert.symbol) ? `${alert.symbol}: ` : '';
  enqueueSnackbar(about + alert.message, {
    key: `alert-${alert.alert}${isOver(alert) ? '-over' : ''}`,
    variant: isOver(alert) ? 'success' : alert.level,
    persist: alert.level === 'error' && !isOver(alert),
  });
}

function socketUrl(): string {
  return `${window.location.origin.replace(/^http/, 'ws')}/ws`;
}

interface Props {
  /** The newest event when the session was read: whatever is read since is at least as new, the socket tells the rest. */
  after: number;
  children: ReactNode;
}

export function LiveProvider({ after, children }: Props) {
  const client = useQueryClient();
  const [lastFill, setLastFill] = useState<Trade | null>(null);

  const [parts] = useState(() => {
    const prices = new PriceStore();
    const alerts = new AlertStore();
    const clock = new ServerClock();
    const bridge = new LiveBridge({ client, prices, alerts, onAlert: showAlert, onFill: setLastFill });
    const socket = new LiveSocket({
      url: socketUrl(),
      after,
      handlers: {
        onEvent: bridge.apply,
        onPrices: bridge.applyPrices,
        onFigures: bridge.applyFigures,
        onOpen: (first) => {
          if (!first) bridge.readEverything();
        },
        onReload: bridge.reload,
        onAuthLost: () => {
          client.setQueryData(keys.session, null);
        },
      },
    });
    return { prices, alerts, clock, bridge, socket };
  });

  useEffect(() => {
    const { socket, bridge, clock } = parts;
    const unsubscribe = client.getQueryCache().subscribe(({ query, type }) => {
      if (type !== 'updated' || query.queryHash !== JSON.stringify(keys.marketStatus)) return;
      const status = query.state.data as MarketStatus | undefined;
      if (status) clock.note(status.real, Date.now() / 1000);
    });
    socket.start();
    return () => {
      unsubscribe();
      socket.stop();
      bridge.dispose();
    };
  }, [client, parts]);

  const live = useMemo(() => ({ ...parts, lastFill }), [parts, lastFill]);
  return <LiveContext value={live}>{children}</LiveContext>;
}
