import type { Page, Route } from '@playwright/test';

/** Requests that are not answered until let go: meanwhile the page knows only what the socket tells it. */
export class HeldRequests {
  count = 0;
  private readonly page: Page;
  private readonly pattern: RegExp;
  private readonly waiting: Route[] = [];

  private constructor(page: Page, pattern: RegExp) {
    this.page = page;
    this.pattern = pattern;
  }

  static async of(page: Page, pattern: RegExp): Promise<HeldRequests> {
    const held = new HeldRequests(page, pattern);
    await page.route(pattern, held.keep);
    return held;
  }

  /** Also what comes later goes through again. */
  async letGo(): Promise<void> {
    await this.page.unroute(this.pattern, this.keep);
    for (const route of this.waiting.splice(0)) {
      // The page may have given up on it meanwhile.
      await route.continue().catch(() => undefined);
    }
  }

  private readonly keep = (route: Route): void => {
    this.count += 1;
    this.waiting.push(route);
  };
}
