import type { Page, WebSocketRoute } from '@playwright/test';
import { isStateEvent, parseFrame, type ServerFrame, type StateEvent } from '@/types/events';

/** Stands between the page and the server's socket: keeps what passes, and holds it or cuts the line on demand. */
export class SocketGate {
  /** What the page was given, one list per connection. */
  readonly connections: ServerFrame[][] = [];
  private isCut = false;
  private isHeld = false;
  private held: (() => void)[] = [];
  private page: WebSocketRoute | null = null;

  static async of(page: Page): Promise<SocketGate> {
    const gate = new SocketGate();
    await page.routeWebSocket('**/ws', (socket) => {
      gate.connect(socket);
    });
    return gate;
  }

  hold(): void {
    this.isHeld = true;
  }

  release(): void {
    this.isHeld = false;
    for (const pass of this.held.splice(0)) pass();
  }

  async cut(): Promise<void> {
    this.isCut = true;
    await this.page?.close({ code: 1012 });
    this.page = null;
  }

  restore(): void {
    this.isCut = false;
  }

  received<T extends StateEvent['type']>(type: T): Extract<StateEvent, { type: T }>[] {
    const events = this.connections.flat().filter(isStateEvent);
    return events.filter((event): event is Extract<StateEvent, { type: T }> => event.type === type);
  }

  private connect(page: WebSocketRoute): void {
    if (this.isCut) {
      void page.close({ code: 1012 });
      return;
    }
    const frames: ServerFrame[] = [];
    this.connections.push(frames);
    this.page = page;
    const server = page.connectToServer();
    server.onMessage((message) => {
      const text = message.toString();
      const pass = () => {
        const frame = parseFrame(text);
        if (frame) frames.push(frame);
        page.send(text);
      };
      if (this.isHeld) this.held.push(pass);
      else pass();
    });
    page.onClose(() => void server.close());
  }
}
