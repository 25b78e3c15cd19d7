import { useSyncExternalStore } from 'react';
import type { ConnectionState } from '@/services/websocket';
import { useLive } from './live';

export function useConnection(): ConnectionState {
  const { socket } = useLive();
  return useSyncExternalStore(socket.subscribe, socket.getState);
}
