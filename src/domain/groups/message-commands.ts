import type { Rules } from '../../core/command.js';
import type { DomainConfig } from '../config.js';
import type { GroupId, UserId } from '../ids.js';
import { refuse } from '../rejections.js';
import { tell } from '../rules.js';
import { notMember } from './checks.js';
import {
  everybodyIn,
  externalJoins,
  type Group,
  groupFacts,
  groupPerson,
  groups,
  pairKey,
} from './groups.js';
import {
  addGroupMessage,
  addSealed,
  type GroupMessage,
  groupMessageKey,
  groupMessages,
  pastIn,
  raiseWatermark,
  type Sealed,
  setMlsId,
} from './messages.js';

/** A member of a group does something there. */
export interface InGroup {
  readonly by: UserId;
  readonly group: GroupId;
}

export interface GroupMessageCommands {
  /** Stores a sealed message (base64, may be empty) and tells the other members under which number. */
  'group.send': { input: InGroup & { readonly data: string }; result: { readonly sequence: number } };
  /** Stores a commit and the group info after it, base64, as far as they are given; `mlsId` is set once. */
  'group.commit': { input: InGroup & Sealed & { readonly mlsId?: string }; result: undefined };
  /** A member has fetched messages up to a number. */
  'group.fetched': { input: InGroup & { readonly sequence: number }; result: undefined };
  /**
   * A member has come in by a commit of their own (base64, may be missing): after `group.join` all members hear of the commit, otherwise the others
   * hear that the member has begun anew.
   */
  'group.rejoin': {
    input: InGroup & { readonly commit?: string; readonly mlsId?: string };
    result: undefined;
  };
  /**
   * Removes those of these messages of a group that were kept for long enough, as it stands now. They are named as storage has them. `purged`: their
   * numbers.
   */
  'group.purge': {
    input: {
      readonly group: GroupId;
      readonly messages: readonly Pick<GroupMessage, 'sequence' | 'at'>[];
    };
    result: { readonly purged: readonly number[] };
  };
}

export function messageRules(config: DomainConfig): Rules<GroupMessageCommands> {
  return {
    'group.send': {
      decide(tx, { by, group: id, data }) {
        const no = notMember(tx, id, by);
        if (no !== undefined) return no;
        const sequence = addGroupMessage(tx, id, by, data);
        raiseWatermark(tx, id, by, sequence);
        tell(tx, 'group_message', {
          group: groupFacts(tx.get(groups, id) as Group),
          sequence,
          sender: groupPerson(tx, by),
          to: everybodyIn(tx, id, by),
        });
        return { sequence };
      },
    },
    'group.commit': {
      decide(tx, { by, group: id, mlsId, ...sealed }) {
        const no = notMember(tx, id, by);
        if (no !== undefined) return no;
        const sequence = addSealed(tx, id, by, sealed);
        setMlsId(tx, id, mlsId);
        if (sequence === undefined) return undefined;
        const group = groupFacts(tx.get(groups, id) as Group);
        tell(tx, 'group_update', { group, cause: 'commit', to: everybodyIn(tx, id, by), by, sequence });
        return undefined;
      },
    },
    'group.fetched': {
      decide(tx, { by, group, sequence }) {
        const no = notMember(tx, group, by);
        if (no !== undefined) return no;
        raiseWatermark(tx, group, by, sequence);
        return undefined;
      },
    },
    'group.rejoin': {
      decide(tx, { by, group: id, commit, mlsId }) {
        const no = notMember(tx, id, by);
        if (no !== undefined) return no;
        if ((tx.get(groups, id) as Group).infoAt === undefined) return refuse('group-info-none');
        const joins = tx.get(externalJoins, pairKey(id, by)) !== undefined;
        if (joins) tx.remove(externalJoins, pairKey(id, by));
        setMlsId(tx, id, mlsId);
        if (!commit) return undefined;
        const sequence = addGroupMessage(tx, id, by, commit);
        const group = groupFacts(tx.get(groups, id) as Group);
        if (joins)
          tell(tx, 'group_update', { group, cause: 'commit', to: everybodyIn(tx, id), by, sequence });
        else {
          const to = everybodyIn(tx, id, by);
          tell(tx, 'group_identity_reset', { group, user: groupPerson(tx, by), to });
        }
        return undefined;
      },
    },
    'group.purge': {
      decide(tx, { group: id, messages }) {
        const group = tx.get(groups, id);
        if (group === undefined) return { purged: [] };
        const past = messages.filter(pastIn(tx, config, group, tx.at)).map(({ sequence }) => sequence);
        for (const sequence of past) tx.remove(groupMessages, groupMessageKey(group, sequence));
        return { purged: past };
      },
    },
  };
}
