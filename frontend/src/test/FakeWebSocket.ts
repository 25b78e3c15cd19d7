/** The browser's side of a socket whose server is the test. */
export class FakeWebSocket {
  static instances: FakeWebSocket[] = [];

  readonly url: string;
  readyState: number = WebSocket.CONNECTING;
  sent: unknown[] = [];
  closedByPage = false;
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;

  constructor(url: string) {
    this.url = url;
    FakeWebSocket.instances.push(this);
  }

  static latest(): FakeWebSocket {
    const socket = FakeWebSocket.instances.at(-1);
    if (!socket) throw new Error('no socket was opened');
    return socket;
  }

  static create = (url: string): WebSocket => new FakeWebSocket(url) as unknown as WebSocket;

  send(text: string): void {
    this.sent.push(JSON.parse(text));
  }

  close(): void {
    this.closedByPage = true;
    this.readyState = WebSocket.CLOSED;
  }

  deliver(frame: unknown): void {
    this.readyState = WebSocket.OPEN;
    this.onmessage?.({ data: typeof frame === 'string' ? frame : JSON.stringify(frame) });
  }

  breakOff(code: number): void {
    this.readyState = WebSocket.CLOSED;
    this.onclose?.({ code });
  }
}
