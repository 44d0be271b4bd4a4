import { roleBits, type WorldConfig } from './access/grants.js';
import { type ChannelAction, type Claims, mayNot } from './access/may.js';
import { type ChannelFacts, isOpen } from './channels/channels.js';
import type { Person } from './users/person.js';

/** What somebody may see, as a text: the same for all who may see the same. */
export function kindOf({ rank, can, roles, traits }: Person): string {
  return JSON.stringify([rank, can, roles, traits]);
}

/** The claims of whoever is of a kind. */
export function claimsOfKind(kind: string): Claims {
  const [rank, can, roles, traits] = JSON.parse(kind) as [
    Claims['rank'],
    Claims['can'],
    Claims['roles'],
    Claims['traits'],
  ];
  return { rank, can, roles, traits };
}

/** Who sees and reads what, going by kinds alone. */
export interface Viewers {
  /** Whether sessions of a kind that sit in no channel may see one (or its threads: see {@link sightOf}). */
  sees(kind: string, of: object): boolean;
  /** Whether they may read what is said in one. */
  reads(kind: string, of: object): boolean;
}

export function viewersIn(config: WorldConfig): Viewers {
  const mayAs = (kind: string, facts: ChannelFacts, action: ChannelAction): boolean => {
    const claims = claimsOfKind(kind);
    const circumstances = { owner: false, inside: false };
    return (
      isOpen(facts) && mayNot(claims, facts.access, action, circumstances, roleBits(config)) === undefined
    );
  };
  return {
    sees: (kind, of) => mayAs(kind, of as ChannelFacts, 'see'),
    reads(kind, of) {
      const facts = of as ChannelFacts;
      // Those who follow a direct channel are its people, who always may.
      return facts.kind === 'direct' || mayAs(kind, facts, 'read');
    },
  };
}

/** The facts that decide who sees a channel: its own, or those of a thread's forum. The same object until they change. */
export function sightOf(channel: ChannelFacts): ChannelFacts {
  return channel.parent ?? channel;
}
