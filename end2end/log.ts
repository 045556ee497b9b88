// The log as a company's servers write and read it.
import { randomUUID } from 'node:crypto'
import { expect } from '@playwright/test'
import type { Key, Product } from './product'

/** One of a company's customers. */
export interface Client {
  uuid: string
  name: string
}

/** An event as the API takes it; the test says what matters to it. */
export type NewEvent = { action: string } & Record<string, unknown>

export interface Receipt {
  id: string
  uuid: string | null
}

/** A client that no other test writes for. */
export function freshClient(name = 'Fresh Client'): Client {
  return { uuid: randomUUID(), name }
}

/** Writes and reads by the API, with a key. */
export class Log {
  private readonly key: Key

  constructor(private readonly product: Product) {
    this.key = product.createKey('end to end')
  }

  private get headers(): Record<string, string> {
    return { 'x-api-key': `${this.key.id}:${this.key.secret}`, 'content-type': 'application/json' }
  }

  /** Sends a client's events; each has an actor unless it says otherwise. */
  async send(client: Client, events: NewEvent[]): Promise<Receipt[]> {
    const whole = events.map((event) => ({ client, actor: { uuid: 'actor-1', name: 'Ada Byron' }, ...event }))
    const answer = await this.post(JSON.stringify(whole))
    expect(answer.status, JSON.stringify(answer.body)).toBe(200)
    return (answer.body as { ReceivedEvents: Receipt[] }).ReceivedEvents
  }

  /** Sends a body as it is. */
  async post(body: string): Promise<{ status: number; body: unknown }> {
    const answer = await fetch(`${this.product.origin}/api/v1/events`, { method: 'POST', headers: this.headers, body })
    return { status: answer.status, body: await answer.json() }
  }

  /** Asks for a path such as `/api/v1/events?limit=1`. */
  async get(path: string): Promise<{ status: number; text: string }> {
    const answer = await fetch(this.product.origin + path, { headers: this.headers })
    return { status: answer.status, text: await answer.text() }
  }
}

/** Events one second apart, the first the oldest; `more` says what each has besides. */
export function history(count: number, more: (at: number) => Partial<NewEvent> = () => ({})): NewEvent[] {
  const start = Date.parse('2026-03-02T08:00:00Z')
  return Array.from({ length: count }, (_, at) => ({
    action: 'report.view',
    time: new Date(start + at * 1000).toISOString(),
    target: { type: 'report', uuid: `report-${at + 1}`, label: `Report ${at + 1}` },
    ...more(at),
  }))
}
