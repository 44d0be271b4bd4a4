import { sessions } from '../../../src/domain/sessions/online.js';
import type { Rig } from './rig.js';

/** Timers of a chat that nobody wants anything of: its own, and those of Conclave and of each dialect. */
const ownTimers = 10;

/** When all is stored and time has gone by, nothing is left to be done. */
export class IdleWatch {
  readonly #rig: Rig;
  readonly #flaw: (text: string) => void;

  constructor(rig: Rig, flaw: (text: string) => void) {
    this.#rig = rig;
    this.#flaw = flaw;
  }

  check(): void {
    const { chat, clients, conclaves, life } = this.#rig;
    const health = chat.health();
    if (health.storage !== 'open') return;
    if (health.waiting > 0) this.#flaw(`${health.waiting} batches wait, though all is calm`);
    if (health.draining) this.#flaw('the chat drains, though nobody wants it to');
    const open = [...clients].filter(({ isOpen }) => isOpen).length;
    const streams = [...conclaves].filter(({ streaming }) => streaming).length;
    // Those that are being closed may be gone already for the chat.
    if (health.connections < open + streams || health.connections > clients.size + streams)
      this.#flaw(`${health.connections} connections for ${open} sockets and ${streams} streams`);
    const rows = chat.read((view) => [...view.all(sessions)].length);
    // Whoever is banned and stays connected hears nothing.
    if (health.sessions > rows + streams)
      this.#flaw(`${health.sessions} sessions are heard, and ${rows} are there besides ${streams} streams`);
    if (life.pending > ownTimers + streams) this.#flaw(`${life.pending} timers, though all is calm`);
  }
}
